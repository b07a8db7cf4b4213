//! The steps of the receiver's sequence (section 5), each printed, up to the first refusal.

use std::io::Write;

use anyhow::Context as _;
use secrecy::{ExposeSecret as _, SecretString};
use vinculo_connector::{
    Access, Answer, Authorization, AuthorizationRequest, BankConsent, Connector as _, ConnectorError, Membership,
    NewConsent, OpenFinance, Pending, Tokens,
};
use vinculo_domain::{ConsentStatus, Institution};
use vinculo_fapi::fragment::{AuthorizationResponse, Outcome};

use super::Arguments;
use super::approval::Approval;
use super::reading::Reader;
use super::script::Script;

/// A journey that is about to start.
pub(super) struct Journey<'a> {
    pub(super) connector: &'a OpenFinance,
    pub(super) institution: &'a Institution,
    pub(super) redirect_uri: String,
    pub(super) approval: Option<Approval>,
    pub(super) arguments: &'a Arguments,
}

impl Journey<'_> {
    /// Goes all the way. The consent is revoked at the end, and when a step fails; but not when it was we who refused:
    /// then the bank hears nothing more from us.
    pub(super) async fn run(&self, wanted: &NewConsent, script: &mut Script<'_, impl Write>) -> anyhow::Result<()> {
        script.step("discovery", self.discover()).await?;
        script.step("client", self.join()).await?;
        let consent = script.step("consent", self.consent(wanted)).await?;
        let ended = self.with_consent(&consent, script).await;
        match &ended {
            Err(error) if is_our_refusal(error) => {
                script.line("silence", "no further call to this bank; the consent runs out by itself")?;
            }
            _ if self.arguments.keep => script.line("kept", &consent.bank_consent_id)?,
            _ => script.step("revoke", self.revoke(&consent)).await?,
        }
        ended
    }

    async fn with_consent(&self, consent: &BankConsent, script: &mut Script<'_, impl Write>) -> anyhow::Result<()> {
        let authorization = script.step("par", self.push(consent)).await?;
        let answer = script.step("authorization", self.authorize(&authorization)).await?;
        let mut tokens = script.step("tokens", self.exchange(&authorization, &answer)).await?;
        script.step("consent status", self.status(consent)).await?;
        if self.arguments.refresh {
            tokens = script.step("refresh", self.refresh(&tokens)).await?;
        }
        let access = Access {
            institution: self.institution.clone(),
            access_token: tokens.access_token.clone(),
            permissions: consent.permissions.clone(),
            meter: None,
        };
        let mut reader = Reader { connector: self.connector, access, refresh_token: tokens.refresh_token };
        for what in &self.arguments.fetch {
            reader.read(*what, script).await?;
        }
        Ok(())
    }

    async fn discover(&self) -> anyhow::Result<((), String)> {
        let discovery = self.connector.discover(self.institution).await?;
        let keys = self.connector.keys(self.institution).await?;
        Ok((
            (),
            format!(
                "issuer {}, {} keys, token endpoint {}",
                discovery.issuer,
                keys.keys().len(),
                discovery.token_endpoint()
            ),
        ))
    }

    async fn join(&self) -> anyhow::Result<((), String)> {
        let (id, how) = self.connector.join(self.institution).await?;
        let how = match how {
            Membership::Given => "given by the settings",
            Membership::Known => "registered earlier",
            Membership::Fresh => "registered now",
        };
        Ok(((), format!("{id}, {how}")))
    }

    async fn consent(&self, wanted: &NewConsent) -> anyhow::Result<(BankConsent, String)> {
        let consent = self.connector.create_consent(self.institution, wanted).await?;
        let count = consent.permissions.iter().count();
        let said = format!("{}, {}, {count} permissions", consent.bank_consent_id, consent.status.as_str());
        Ok((consent, said))
    }

    async fn push(&self, consent: &BankConsent) -> anyhow::Result<(Authorization, String)> {
        let request = AuthorizationRequest {
            bank_consent_id: consent.bank_consent_id.clone(),
            permissions: consent.permissions.clone(),
            redirect_uri: self.redirect_uri.clone(),
        };
        let authorization = self.connector.authorize(self.institution, &request).await?;
        let said = format!("{}, until {:.0}", authorization.request_uri, authorization.expires_at);
        Ok((authorization, said))
    }

    /// Goes where a browser would go; a bank of the sandbox is told to approve.
    async fn authorize(&self, authorization: &Authorization) -> anyhow::Result<(Answer, String)> {
        let ordered = match &self.approval {
            Some(approval) => Some(approval.order().await.context("the sandbox cannot be told to approve")?),
            None => None,
        };
        let visited = self.connector.visit(self.institution, &authorization.url, &self.redirect_uri).await;
        if let Some(ordered) = ordered {
            ordered.take_back().await;
        }
        let answer = answer(visited?, &authorization.state)?;
        Ok((answer, "approved; code and id_token are back, the state is ours".to_owned()))
    }

    async fn exchange(&self, authorization: &Authorization, answer: &Answer) -> anyhow::Result<(Tokens, String)> {
        let pending = Pending {
            state: authorization.state.clone(),
            nonce: authorization.nonce.clone(),
            code_verifier: authorization.code_verifier.clone(),
            scopes: authorization.scopes.clone(),
            redirect_uri: self.redirect_uri.clone(),
        };
        let tokens = self.connector.exchange(self.institution, &pending, answer).await?;
        let said = said_of(&tokens);
        Ok((tokens, said))
    }

    async fn status(&self, consent: &BankConsent) -> anyhow::Result<((), String)> {
        let found = self.connector.consent(self.institution, &consent.bank_consent_id).await?;
        anyhow::ensure!(found.status == ConsentStatus::Authorised, "the consent is {}", found.status.as_str());
        Ok(((), found.status.as_str().to_owned()))
    }

    async fn refresh(&self, tokens: &Tokens) -> anyhow::Result<(Tokens, String)> {
        let refresh = tokens.refresh_token.as_ref().context("the bank gave no refresh token")?;
        let fresh = self.connector.refresh(self.institution, refresh).await?;
        let said = said_of(&fresh);
        Ok((fresh, said))
    }

    async fn revoke(&self, consent: &BankConsent) -> anyhow::Result<((), String)> {
        self.connector.revoke(self.institution, &consent.bank_consent_id).await?;
        Ok(((), consent.bank_consent_id.clone()))
    }
}

fn said_of(tokens: &Tokens) -> String {
    let refresh = if tokens.refresh_token.is_some() { "with" } else { "without" };
    format!("until {:.0}, {refresh} a refresh token, scope {}", tokens.expires_at, tokens.scope)
}

/// Takes what the bank sent back.
fn answer(response: AuthorizationResponse, state: &SecretString) -> anyhow::Result<Answer> {
    let same = response.state.as_ref().is_some_and(|back| back.expose_secret() == state.expose_secret());
    match response.outcome {
        Outcome::Error(error) => {
            let words = error.error_description.clone().map(|words| format!(" ({words})")).unwrap_or_default();
            anyhow::bail!("the bank answers {}{words}", error.error)
        }
        Outcome::Success { .. } if !same => Err(Refused("the state is not ours").into()),
        Outcome::Success { code, id_token } => Ok(Answer { code, id_token }),
    }
}

/// We refuse what came.
#[derive(Debug, thiserror::Error)]
#[error("refused: {0}")]
struct Refused(&'static str);

/// Tells whether we broke off because of what the bank said.
fn is_our_refusal(error: &anyhow::Error) -> bool {
    let connector = error.downcast_ref::<ConnectorError>();
    error.is::<Refused>() || matches!(connector, Some(ConnectorError::IdToken(_) | ConnectorError::Protocol(_)))
}
