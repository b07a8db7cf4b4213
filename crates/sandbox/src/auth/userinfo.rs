//! The userinfo endpoint.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;
use vinculo_fapi::oauth_error::code;

use super::OAuthFailure;
use crate::api::Held;
use crate::network::Bank;

/// Tells whom a token is about: the same `sub` as in the id_tokens, and how they logged in.
pub(super) async fn userinfo(State(bank): State<Bank>, held: Result<Held, crate::api::ApiError>) -> Response {
    let grant = held.ok().filter(|held| held.has("openid")).and_then(|held| held.granted).map(|(grant, _)| grant);
    let Some(grant) = grant else {
        let mut refused =
            OAuthFailure::with(StatusCode::UNAUTHORIZED, code::INVALID_TOKEN, "the token is not valid").into_response();
        let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
        refused.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        return refused;
    };
    let claims = json!({"sub": bank.subject(&grant.person), "acr": grant.acr});
    ([(header::CACHE_CONTROL, "no-store")], Json(claims)).into_response()
}
