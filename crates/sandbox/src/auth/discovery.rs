//! What a brand's authorization server offers, and its keys.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::header;
use url::Url;
use vinculo_fapi::discovery::{BankEndpoints, Discovery};
use vinculo_fapi::jwks::JwkSet;

use super::{OAuthFailure, SCOPES};
use crate::network::{Bank, Failure};

/// The discovery document.
pub(super) async fn document(State(bank): State<Bank>) -> Result<Response, OAuthFailure> {
    if let Some(forced) = bank.strike(&["discovery"], &[]).await {
        return Ok(forced);
    }
    let issuer = bank.issuer();
    let open = |name: &str| address(&format!("{issuer}/{name}"));
    let machine = |name: &str| address(&bank.net.urls.endpoint(bank.brand, name));
    let endpoints = BankEndpoints {
        authorization_endpoint: open("authorize")?,
        jwks_uri: open("jwks")?,
        token_endpoint: machine("token")?,
        pushed_authorization_request_endpoint: machine("par")?,
        registration_endpoint: machine("register")?,
        userinfo_endpoint: machine("userinfo")?,
        revocation_endpoint: machine("revoke")?,
        scopes: SCOPES.iter().map(|scope| (*scope).to_owned()).collect(),
        issuer: issuer.clone(),
    };
    Ok(Json(Discovery::of_bank(endpoints)).into_response())
}

fn address(text: &str) -> Result<Url, OAuthFailure> {
    Url::parse(text).map_err(|_| Failure::Message("discovery address").into())
}

/// The keys that sign id_tokens.
pub(super) async fn keys(State(bank): State<Bank>) -> Result<Response, OAuthFailure> {
    if let Some(forced) = bank.strike(&["jwks"], &[]).await {
        return Ok(forced);
    }
    let keys = JwkSet::new([bank.signing_key()?.public_jwk()]);
    Ok(([(header::CONTENT_TYPE, "application/json")], keys.to_json()).into_response())
}
