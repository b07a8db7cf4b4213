//! The user's visit to the bank: pushed request, answer, tokens (section 5, steps 4 to 7).

use http::header::ACCEPT;
use jiff::SignedDuration;
use secrecy::{ExposeSecret, SecretString};
use vinculo_domain::Institution;
use vinculo_fapi::id_token::{self, Expected, IdToken, Source};
use vinculo_fapi::par::{self, PushForm, PushResponse};
use vinculo_fapi::request_object::{self, NewRequest};
use vinculo_fapi::token::{Grant, TokenResponse};
use vinculo_fapi::{pkce, random};

use super::OpenFinance;
use super::bank::Bank;
use super::map::scopes::scopes;
use crate::{
    Answer, Authorization, AuthorizationRequest, ConnectorError, IdTokenError, Pending, ProtocolError, Tokens,
};

/// The longest that a bank is believed about the life of a pushed request.
const LONGEST_REQUEST_SECONDS: u64 = 3600;

impl OpenFinance {
    pub(super) async fn push(
        &self,
        institution: &Institution,
        request: &AuthorizationRequest,
    ) -> Result<Authorization, ConnectorError> {
        let bank = self.bank(institution).await?;
        match self.push_as(&bank, request).await {
            Err(error) => self.push_as(&self.known_again(institution, bank, error).await?, request).await,
            pushed => pushed,
        }
    }

    async fn push_as(&self, bank: &Bank, request: &AuthorizationRequest) -> Result<Authorization, ConnectorError> {
        let (state, nonce, code_verifier) = (random::token(), random::token(), pkce::generate());
        let scopes = scopes(&request.bank_consent_id, &request.permissions);
        let object = NewRequest {
            client_id: &bank.client_id,
            issuer: &bank.discovery.issuer,
            redirect_uri: &request.redirect_uri,
            scope: &scopes,
            state: &state,
            nonce: &nonce,
            code_challenge: &pkce::challenge(&code_verifier),
        };
        let signed = request_object::make(&self.line(&bank.server).signing_key, &object, self.settings.env.now());
        let signed = signed.map_err(|error| ConnectorError::Internal(error.to_string()))?;
        let pushed = self.post_push(bank, &signed).await?;
        let url = par::authorization_url(&bank.discovery.authorization_endpoint, &bank.client_id, &pushed.request_uri);
        Ok(Authorization {
            url: url.into(),
            state: SecretString::from(state),
            nonce: SecretString::from(nonce),
            code_verifier,
            expires_at: self.request_end(pushed.expires_in),
            request_uri: pushed.request_uri,
            scopes,
        })
    }

    async fn post_push(&self, bank: &Bank, signed: &str) -> Result<PushResponse, ConnectorError> {
        let url = bank.discovery.par_endpoint();
        self.http.secure(url)?;
        let assertion = self.assertion(bank)?;
        let form = PushForm::new(&bank.client_id, signed, &assertion);
        let client = self.line(&bank.server).http.client();
        let request = client.post(url.clone()).form(&form).header(ACCEPT, "application/json");
        let reply = self.http.once(request, self.http.limits.protocol_bytes).await?.oauth()?;
        PushResponse::parse(&reply.body).map_err(|error| ProtocolError::Unreadable(error.to_string()).into())
    }

    fn request_end(&self, expires_in: u64) -> jiff::Timestamp {
        let seconds = i64::try_from(expires_in.min(LONGEST_REQUEST_SECONDS)).unwrap_or_default();
        let now = self.settings.env.now();
        now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(now)
    }

    pub(super) async fn redeem(
        &self,
        institution: &Institution,
        pending: &Pending,
        answer: &Answer,
    ) -> Result<Tokens, ConnectorError> {
        let bank = self.bank(institution).await?;
        let (state, code) = (pending.state.expose_secret(), answer.code.expose_secret());
        // Every rule of section 13.1 holds before the code leaves us: an answer that another party has put together
        // must not be turned into tokens.
        let front = Source::Authorization { state, code };
        let first = self.check(&bank, pending, &answer.id_token, front).await?;
        let tokens = self.token(&bank, code_grant(pending, answer)).await?;
        if let Some(second) = &tokens.id_token {
            let back = Source::Token { access_token: tokens.access_token.expose_secret(), state, code };
            let second = self.check(&bank, pending, second, back).await?;
            second.same_subject(&first).map_err(refused)?;
        }
        Ok(self.tokens(tokens, &pending.scopes))
    }

    async fn check(
        &self,
        bank: &Bank,
        pending: &Pending,
        token: &SecretString,
        source: Source<'_>,
    ) -> Result<IdToken, ConnectorError> {
        let now = self.settings.env.now();
        let line = self.line(&bank.server);
        let opened = id_token::open(token.expose_secret(), &line.decryption_keys).map_err(refused)?;
        let keys = line.jwks.get_for(bank.discovery.jwks_uri.as_str(), opened.kid(), now).await;
        let keys = keys.map_err(|error| ConnectorError::Unreachable(error.to_string()))?;
        let expected = Expected {
            issuer: &bank.discovery.issuer,
            client_id: &bank.client_id,
            nonce: pending.nonce.expose_secret(),
            source,
        };
        Ok(opened.verify(&keys, &expected, now).map_err(refused)?)
    }

    pub(super) async fn renew(
        &self,
        institution: &Institution,
        refresh_token: &SecretString,
    ) -> Result<Tokens, ConnectorError> {
        let bank = self.bank(institution).await?;
        let grant = Grant::Refresh { refresh_token: refresh_token.clone(), scope: None };
        let answer = self.token(&bank, grant).await?;
        let mut tokens = self.tokens(answer, "");
        // Banks should not rotate; one that does must be followed.
        tokens.refresh_token.get_or_insert_with(|| refresh_token.clone());
        Ok(tokens)
    }

    fn tokens(&self, answer: TokenResponse, scopes: &str) -> Tokens {
        Tokens {
            expires_at: self.token_end(&answer),
            access_token: answer.access_token,
            refresh_token: answer.refresh_token,
            scope: answer.scope.unwrap_or_else(|| scopes.to_owned()),
        }
    }
}

fn code_grant(pending: &Pending, answer: &Answer) -> Grant {
    Grant::AuthorizationCode {
        code: answer.code.clone(),
        redirect_uri: Some(pending.redirect_uri.clone()),
        code_verifier: Some(pending.code_verifier.clone()),
    }
}

/// Groups the many ways to be wrong by the claim that is; the log has it in full.
fn refused(error: id_token::IdTokenError) -> IdTokenError {
    use id_token::IdTokenError as E;
    tracing::warn!(reason = %error, "id_token refused");
    match error {
        E::Jwe(_) => IdTokenError::Encryption,
        E::Jws(_) => IdTokenError::Signature,
        E::MissingIssuer | E::Issuer => IdTokenError::Issuer,
        E::MissingAudience | E::Audience | E::UntrustedAudience | E::AuthorizedParty => IdTokenError::Audience,
        E::MissingNonce | E::Nonce => IdTokenError::Nonce,
        E::MissingStateHash | E::StateHash => IdTokenError::StateHash,
        E::MissingCodeHash | E::CodeHash => IdTokenError::CodeHash,
        E::MissingExpiry | E::Expired => IdTokenError::Expired,
        E::MissingIssuedAt | E::IssuedInFuture | E::TooOld | E::NotYet => IdTokenError::IssuedAt,
        E::MissingAcr => IdTokenError::Acr,
        E::MissingSubject | E::Subject | E::AccessTokenHash => IdTokenError::Claims,
    }
}
