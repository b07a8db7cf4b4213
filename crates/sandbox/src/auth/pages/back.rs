//! The way back to the receiver, in the fragment of its redirect address.
//!
//! A refusal says why in its description, by a word that stands first: `risk_analysis_denied`, `account_locked`,
//! `invalid_credentials`, `too_many_sessions`, `document_mismatch`, `consent_expired`.

use jiff::SignedDuration;
use secrecy::{ExposeSecret as _, SecretString};
use vinculo_fapi::fragment::{AuthorizationResponse, Outcome};
use vinculo_fapi::id_token::NewIdToken;
use vinculo_fapi::oauth_error::{OAuthError, code};

use super::decide;
use super::pending::Pending;
use super::view::PageError;
use crate::network::{Bank, Failure};
use crate::people::Conduct;
use crate::state::{Interaction, Refusal, Used};

/// How long an id_token is good.
const ID_TOKEN_LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// The address that an answered interaction leads to.
pub(super) async fn address(
    bank: &Bank,
    id: &str,
    interaction: &Interaction,
    pending: &Pending,
) -> Result<String, PageError> {
    match interaction.used {
        Some(Used::Approved) => approved(bank, id, interaction, pending).await,
        Some(Used::Denied) => Ok(denied(pending, "the person did not agree")),
        Some(Used::Refused) | None => Ok(refused(pending, interaction.refusal.unwrap_or(Refusal::Over))),
    }
}

fn refused(pending: &Pending, refusal: Refusal) -> String {
    let text = match refusal {
        Refusal::Scope => {
            let error = OAuthError::new(code::INVALID_SCOPE, "the scope is not given to this receiver");
            return respond(pending, Outcome::Error(error));
        }
        Refusal::OtherPerson | Refusal::NotForCompany => "document_mismatch: another CPF or CNPJ",
        Refusal::CompanyMissing => "document_mismatch: a CNPJ is missing",
        Refusal::LockedOut => "account_locked: the user is locked",
        Refusal::WrongPassword => "invalid_credentials: too many wrong passwords",
        Refusal::LoggedInElsewhere => "too_many_sessions: a session is open elsewhere",
        Refusal::Risk => "risk_analysis_denied: refused by the risk rules",
        Refusal::TimeIsOver => "consent_expired: the time to authorise is over",
        Refusal::Over => "the bank refused",
    };
    denied(pending, text)
}

/// The address with `access_denied`.
pub(super) fn denied(pending: &Pending, description: &str) -> String {
    respond(pending, Outcome::Error(OAuthError::new(code::ACCESS_DENIED, description)))
}

async fn approved(bank: &Bank, id: &str, interaction: &Interaction, pending: &Pending) -> Result<String, PageError> {
    let code = decide::code(bank, id);
    let keys = bank.client_jwks(&pending.client, None).await?;
    let recipient = keys.encryption_key().ok_or(Failure::Message("no encryption key"))?;
    let person = bank.net.people.by_document(&interaction.person);
    let forged = person.is_some_and(|person| person.conduct == Conduct::ForgedIdToken);
    let new = NewIdToken {
        issuer: &bank.issuer(),
        subject: &bank.subject(&interaction.person),
        client_id: &pending.client.id,
        nonce: if forged { "nobody asked with this" } else { &pending.pushed.nonce },
        acr: &pending.pushed.acr,
        auth_time: interaction.authenticated_at,
        state: pending.pushed.state.as_deref(),
        code: Some(&code),
        access_token: None,
        lifetime: ID_TOKEN_LIFETIME,
    };
    let id_token = bank.id_token(recipient, &new)?;
    Ok(respond(pending, Outcome::Success { code: SecretString::from(code), id_token: SecretString::from(id_token) }))
}

fn respond(pending: &Pending, outcome: Outcome) -> String {
    let state = pending.pushed.state.clone().map(SecretString::from);
    let response = AuthorizationResponse { state, outcome };
    response.to_url(&pending.pushed.redirect_uri).expose_secret().to_owned()
}
