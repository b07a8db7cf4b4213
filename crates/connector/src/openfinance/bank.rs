//! What is needed to talk to one bank: its discovery document, and who we are there.

use std::sync::Arc;

use http::header::ACCEPT;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use url::Url;
use vinculo_domain::Institution;
use vinculo_fapi::client_assertion;
use vinculo_fapi::discovery::{Discovery, DiscoveryError, UrlPolicy};
use vinculo_fapi::token::{Grant, TokenRequest, TokenResponse};

use super::OpenFinance;
use crate::{ConnectorError, ProtocolError};

/// How long a discovery document is used without asking again.
const DISCOVERY_TIME: SignedDuration = SignedDuration::from_mins(15);
/// How long the last good one serves while the bank does not give a new one.
const DISCOVERY_GRACE: SignedDuration = SignedDuration::from_hours(24);
/// When it is asked again meanwhile.
const DISCOVERY_AGAIN: SignedDuration = SignedDuration::from_mins(1);
/// A token is not used in the last moments of its life: the call has to get there.
const TOKEN_MARGIN: SignedDuration = SignedDuration::from_secs(30);
/// Assumed when a bank does not say how long a token lives: the least that the profile allows.
const TOKEN_LIFETIME_SECONDS: u64 = 300;
/// The longest that a bank is believed: the profile allows 900 seconds.
const LONGEST_LIFETIME_SECONDS: u64 = 3600;

/// One bank, ready to talk to.
pub(super) struct Bank {
    pub(super) discovery: Arc<Discovery>,
    pub(super) client_id: String,
    /// Id of the authorization server.
    pub(super) server: String,
}

/// A discovery document, and when the bank gave it.
#[derive(Clone)]
pub(super) struct ReadDiscovery {
    document: Arc<Discovery>,
    read_at: Timestamp,
}

impl OpenFinance {
    /// Finds out where the bank's endpoints are and registers us there if that has not been done.
    pub(super) async fn bank(&self, institution: &Institution) -> Result<Bank, ConnectorError> {
        let discovery = self.discovery(institution).await?;
        let client_id = self.client_id(institution, &discovery).await?;
        Ok(Bank { discovery, client_id, server: institution.authorization_server_id.clone() })
    }

    pub(super) async fn discovery(&self, institution: &Institution) -> Result<Arc<Discovery>, ConnectorError> {
        let name = institution.discovery_url.as_str();
        let now = self.settings.env.now();
        if let Some(known) = self.discoveries.get(name, now) {
            return Ok(known.document);
        }
        let last = self.discoveries.last(name).filter(|last| now.duration_since(last.read_at) < DISCOVERY_GRACE);
        let (known, time) = match (self.read_discovery(institution).await, last) {
            (Ok(document), _) => (ReadDiscovery { document: Arc::new(document), read_at: now }, DISCOVERY_TIME),
            (Err(error), Some(last)) if error.is_transient() => (last, DISCOVERY_AGAIN),
            (Err(error), _) => return Err(error),
        };
        self.discoveries.put(name, now.checked_add(time).unwrap_or(now), known.clone());
        Ok(known.document)
    }

    async fn read_discovery(&self, institution: &Institution) -> Result<Discovery, ConnectorError> {
        let name = institution.discovery_url.as_str();
        let url = Url::parse(name).map_err(|_| ProtocolError::Discovery("no valid address".to_owned()))?;
        let limits = &self.http.limits;
        let http = &self.line(&institution.authorization_server_id).http;
        let body = http.open_document(&url, limits.protocol_bytes, limits.call_time).await?;
        self.parse_discovery(&body, name)
    }

    /// The issuer must be what stands before `/.well-known/`, as the directory gives it; one slash at its end is the
    /// only liberty, for several banks take it.
    fn parse_discovery(&self, body: &[u8], url: &str) -> Result<Discovery, ConnectorError> {
        let policy = if self.settings.allow_http { UrlPolicy::AllowHttp } else { UrlPolicy::HttpsOnly };
        let issuer = url.split("/.well-known/").next().unwrap_or(url);
        let parsed = match Discovery::parse(body, issuer, policy) {
            Err(DiscoveryError::Issuer) => Discovery::parse(body, &format!("{issuer}/"), policy),
            other => other,
        };
        parsed.map_err(|error| ProtocolError::Discovery(error.to_string()).into())
    }

    /// Signs the proof of who we are.
    pub(super) fn assertion(&self, bank: &Bank) -> Result<String, ConnectorError> {
        let key = &self.line(&bank.server).signing_key;
        client_assertion::make(key, &bank.client_id, &bank.discovery.issuer, self.settings.env.now())
            .map_err(|error| ConnectorError::Internal(error.to_string()))
    }

    /// Calls the token endpoint, once.
    pub(super) async fn token(&self, bank: &Bank, grant: Grant) -> Result<TokenResponse, ConnectorError> {
        let url = bank.discovery.token_endpoint();
        self.http.secure(url)?;
        let form = TokenRequest::new(grant, &bank.client_id, self.assertion(bank)?).to_form();
        let client = self.line(&bank.server).http.client();
        let request = client.post(url.clone()).header(ACCEPT, "application/json");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let request = request.body(form.expose_secret().to_owned());
        let reply = self.http.once(request, self.http.limits.protocol_bytes).await?.oauth()?;
        TokenResponse::parse(&reply.body).map_err(|error| ProtocolError::Unreadable(error.to_string()).into())
    }

    /// Returns when a token that was just handed out should no longer be used.
    pub(super) fn token_end(&self, answer: &TokenResponse) -> Timestamp {
        let seconds = answer.expires_in.unwrap_or(TOKEN_LIFETIME_SECONDS).min(LONGEST_LIFETIME_SECONDS);
        let lifetime = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or_default());
        let now = self.settings.env.now();
        now.checked_add(lifetime - TOKEN_MARGIN).unwrap_or(now)
    }

    /// Returns a token of our own (client_credentials) for consents: the last one while it is good.
    pub(super) async fn client_token(&self, institution: &Institution) -> Result<SecretString, ConnectorError> {
        let name = &institution.authorization_server_id;
        if let Some(known) = self.client_tokens.get(name, self.settings.env.now()) {
            return Ok(known);
        }
        let bank = self.bank(institution).await?;
        let grant = Grant::ClientCredentials { scope: Some("consents".to_owned()) };
        let answer = match self.token(&bank, grant.clone()).await {
            Err(error) => self.token(&self.known_again(institution, bank, error).await?, grant).await?,
            Ok(answer) => answer,
        };
        self.client_tokens.put(name, self.token_end(&answer), answer.access_token.clone());
        Ok(answer.access_token)
    }
}
