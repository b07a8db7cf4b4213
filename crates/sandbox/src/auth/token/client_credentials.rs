//! Tokens of the client alone, for consents.

use axum::response::Response;
use vinculo_fapi::oauth_error::code;

use super::{More, answer, fresh};
use crate::auth::OAuthFailure;
use crate::auth::client::Caller;
use crate::network::Bank;
use crate::state::TOKENS;

/// Scopes that a client may have without a person.
const SCOPES: [&str; 1] = ["consents"];

/// Issues a token for what the client may do alone.
pub(super) async fn issue(bank: &Bank, caller: &Caller, scope: Option<&str>) -> Result<Response, OAuthFailure> {
    if let Some(forced) = bank.strike(&["token", "token:client_credentials"], &[]).await {
        return Ok(forced);
    }
    let asked: Vec<&str> = scope.unwrap_or("consents").split_whitespace().collect();
    let allowed = |scope: &&str| SCOPES.contains(scope) && caller.client.scopes.iter().any(|held| held == scope);
    let scopes: Vec<String> = asked.into_iter().filter(allowed).map(str::to_owned).collect();
    if scopes.is_empty() {
        return Err(OAuthFailure::refused(code::INVALID_SCOPE, "nothing of the scope is for the client alone"));
    }
    let fresh = fresh(bank, caller, None, scopes.clone());
    let (key, record) = (fresh.key, fresh.record);
    bank.net.db.write(move |tx| tx.put(&TOKENS, &key, &record)).await?;
    Ok(answer(fresh.token, &scopes, More::default()))
}
