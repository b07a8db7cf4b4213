//! Fresh access tokens from a refresh token, which stays the same.

use axum::response::Response;
use secrecy::{ExposeSecret as _, SecretString};
use vinculo_fapi::oauth_error::code;

use super::{More, answer, documents, fresh};
use crate::auth::OAuthFailure;
use crate::auth::client::Caller;
use crate::chance;
use crate::network::Bank;
use crate::state::{CONSENTS, GRANTS, Grant, REFRESH, Status, TOKENS};

/// Issues another access token, for all scopes of the grant or some of them.
pub(super) async fn refresh(
    bank: &Bank,
    caller: Caller,
    refresh_token: SecretString,
    scope: Option<&str>,
) -> Result<Response, OAuthFailure> {
    let (grant_id, grant) = grant(bank, &caller, &refresh_token)?;
    if let Some(forced) = bank.strike(&["token", "token:refresh_token"], &documents(&grant)).await {
        return Ok(forced);
    }
    let scopes = narrowed(&grant, scope)?;
    let fresh = fresh(bank, &caller, Some(grant_id), scopes.clone());
    let (key, record) = (fresh.key, fresh.record);
    bank.net.db.write(move |tx| tx.put(&TOKENS, &key, &record)).await?;
    Ok(answer(fresh.token, &scopes, More { refresh_token: Some(refresh_token), id_token: None }))
}

/// The grant behind a refresh token: this client's, not revoked, its consent in force.
fn grant(bank: &Bank, caller: &Caller, token: &SecretString) -> Result<(String, Grant), OAuthFailure> {
    let invalid = || OAuthFailure::refused(code::INVALID_GRANT, "the refresh token is not valid");
    let id = bank.net.db.get(&REFRESH, &chance::hash(token.expose_secret()))?.ok_or_else(invalid)?;
    let grant = bank.net.db.get(&GRANTS, &id)?.ok_or_else(invalid)?;
    let own = grant.brand == bank.brand.slug && grant.client_id == caller.client.id && !grant.revoked;
    let consent = bank.net.db.get(&CONSENTS, &grant.consent_id)?.map(|consent| consent.at(bank.now()));
    if !own || consent.is_none_or(|consent| consent.status != Status::Authorised) {
        return Err(invalid());
    }
    Ok((id, grant))
}

/// The scopes asked for, if the grant has them all.
fn narrowed(grant: &Grant, scope: Option<&str>) -> Result<Vec<String>, OAuthFailure> {
    let Some(scope) = scope else { return Ok(grant.scopes.clone()) };
    let asked: Vec<String> = scope.split_whitespace().map(str::to_owned).collect();
    if asked.is_empty() || !asked.iter().all(|scope| grant.scopes.contains(scope)) {
        return Err(OAuthFailure::refused(code::INVALID_SCOPE, "the scope goes beyond the grant"));
    }
    Ok(asked)
}
