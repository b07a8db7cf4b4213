//! The token endpoint.

mod client_credentials;
mod code;
mod refresh;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::header;
use jiff::SignedDuration;
use secrecy::{ExposeSecret as _, SecretString};
use vinculo_fapi::random;
use vinculo_fapi::token::{Grant as Asked, TokenRequest, TokenResponse};

use super::OAuthFailure;
use super::client::{self, Caller, Shown};
use crate::chance;
use crate::network::Bank;
use crate::state::{AccessToken, Grant};

/// How long an access token lives.
const LIFETIME: SignedDuration = SignedDuration::from_mins(15);

/// Answers a token request.
pub(super) async fn token(State(bank): State<Bank>, peer: Shown, body: Bytes) -> Result<Response, OAuthFailure> {
    let request = TokenRequest::parse(&body).map_err(OAuthFailure::bad_request)?;
    let stated = request.client_id.as_deref();
    let caller = client::authenticate(&bank, peer, &request.client_assertion, stated, &["token"]).await?;
    match request.grant {
        Asked::ClientCredentials { scope } => client_credentials::issue(&bank, &caller, scope.as_deref()).await,
        Asked::AuthorizationCode { code, redirect_uri, code_verifier } => {
            code::exchange(&bank, caller, code::Presented { code, redirect_uri, code_verifier }).await
        }
        Asked::Refresh { refresh_token, scope } => {
            refresh::refresh(&bank, caller, refresh_token, scope.as_deref()).await
        }
    }
}

/// A fresh access token: what goes out, and what is kept.
struct Fresh {
    token: SecretString,
    key: String,
    record: AccessToken,
}

/// Makes an access token bound to the caller's certificate.
fn fresh(bank: &Bank, caller: &Caller, grant: Option<String>, scopes: Vec<String>) -> Fresh {
    let token = random::token();
    let record = AccessToken {
        brand: bank.brand.slug.to_owned(),
        client_id: caller.client.id.clone(),
        grant,
        scopes,
        thumbprint: caller.thumbprint.clone(),
        expires_at: bank.now() + LIFETIME,
    };
    Fresh { key: chance::hash(&token), token: SecretString::from(token), record }
}

/// Writes the answer.
fn answer(access_token: SecretString, scopes: &[String], more: More) -> Response {
    let response = TokenResponse {
        access_token,
        expires_in: Some(LIFETIME.as_secs().unsigned_abs()),
        refresh_token: more.refresh_token,
        scope: Some(scopes.join(" ")),
        id_token: more.id_token,
    };
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (headers, response.to_json().expose_secret().to_owned()).into_response()
}

/// What else an answer may carry.
#[derive(Default)]
struct More {
    refresh_token: Option<SecretString>,
    id_token: Option<SecretString>,
}

/// The documents that forced outcomes may name.
fn documents(grant: &Grant) -> Vec<&str> {
    std::iter::once(grant.person.as_str()).chain(grant.company.as_deref()).collect()
}
