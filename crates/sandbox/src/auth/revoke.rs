//! Revocation of tokens (RFC 7009).

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use secrecy::ExposeSecret as _;
use vinculo_fapi::token::RevocationRequest;

use super::OAuthFailure;
use super::client::{self, Shown};
use crate::chance;
use crate::network::Bank;
use crate::state::{Client, GRANTS, REFRESH, StateError, TOKENS, Tx};

/// Kills a token of the caller: an access token alone, or with a refresh token everything of its grant. Unknown tokens
/// are no error.
pub(super) async fn revoke(State(bank): State<Bank>, peer: Shown, body: Bytes) -> Result<Response, OAuthFailure> {
    let request = RevocationRequest::parse(&body).map_err(OAuthFailure::bad_request)?;
    let stated = request.client_id.as_deref();
    let caller = client::authenticate(&bank, peer, &request.client_assertion, stated, &["token", "revoke"]).await?;
    let key = chance::hash(request.token.expose_secret());
    bank.net.db.write(move |tx| forget(tx, &key, &caller.client)).await?;
    Ok(StatusCode::OK.into_response())
}

fn forget(tx: &Tx, key: &str, client: &Client) -> Result<(), StateError> {
    // A client that the settings name has the same id at every brand.
    let own = |brand: &str, id: &str| brand == client.brand && id == client.id;
    if tx.get(&TOKENS, key)?.is_some_and(|token| own(&token.brand, &token.client_id)) {
        tx.remove(&TOKENS, key)?;
    }
    let Some(id) = tx.get(&REFRESH, key)? else { return Ok(()) };
    let grant = tx.get(&GRANTS, &id)?.filter(|grant| own(&grant.brand, &grant.client_id));
    let Some(mut grant) = grant else { return Ok(()) };
    grant.revoked = true;
    tx.put(&GRANTS, &id, &grant)
}
