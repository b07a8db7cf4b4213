//! Pushed authorization requests.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{StatusCode, header};
use jiff::SignedDuration;
use vinculo_fapi::oauth_error::code;
use vinculo_fapi::par::{PushRequest, PushResponse};
use vinculo_fapi::request_object::{self, RequestObject};

use super::client::{self, Shown};
use super::{LOA2, LOA3, OAuthFailure};
use crate::network::Bank;
use crate::state::{CONSENTS, Client, Consent, PUSHED, Pushed, Status};

/// How long a pushed request waits for its person.
const LIFETIME: SignedDuration = SignedDuration::from_mins(10);

/// Takes a signed request object and names it.
pub(super) async fn push(State(bank): State<Bank>, peer: Shown, body: Bytes) -> Result<Response, OAuthFailure> {
    let push = PushRequest::parse(&body).map_err(OAuthFailure::bad_request)?;
    let stated = push.client_id.as_deref();
    let caller = client::authenticate(&bank, peer, &push.client_assertion, stated, &["token", "par"]).await?;
    let keys = caller.keys_for(&bank, &push.request).await?;
    let client = caller.client;
    let request = request_object::verify(&push.request, &client.id, &keys, &bank.issuer(), bank.now());
    let request = request.map_err(|error| OAuthFailure::refused(error.oauth_code(), error.to_string()))?;
    if !client.redirect_uris.contains(&request.redirect_uri) {
        return Err(OAuthFailure::refused(code::INVALID_REQUEST, "the redirect_uri is not registered"));
    }
    let consent = consent(&bank, &client, &request)?;
    if let Some(forced) = bank.strike(&["par"], &documents(&consent)).await {
        return Ok(forced);
    }
    let pushed = pushed(&bank, &client, &request, consent.id)?;
    let answer = PushResponse::fresh(LIFETIME.as_secs().unsigned_abs());
    let key = answer.request_uri.clone();
    bank.net.db.write(move |tx| tx.put(&PUSHED, &key, &pushed)).await?;
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

/// The consent that the scopes name: this client's, and still waiting.
fn consent(bank: &Bank, client: &Client, request: &RequestObject) -> Result<Consent, OAuthFailure> {
    let refuse = |text: &str| OAuthFailure::refused(code::INVALID_SCOPE, text);
    let id = request.consent_id().ok_or_else(|| refuse("the scope must name one consent"))?;
    let consent = bank.net.db.get(&CONSENTS, id)?.map(|consent| consent.at(bank.now()));
    let own = consent.filter(|consent| consent.client_id == client.id && consent.brand == bank.brand.slug);
    let consent = own.ok_or_else(|| refuse("the consent is unknown"))?;
    if consent.status != Status::AwaitingAuthorisation {
        return Err(OAuthFailure::refused(code::INVALID_REQUEST, "the consent does not wait for authorisation"));
    }
    Ok(consent)
}

fn documents(consent: &Consent) -> Vec<&str> {
    std::iter::once(consent.logged_user.as_str()).chain(consent.business.as_deref()).collect()
}

fn pushed(bank: &Bank, client: &Client, request: &RequestObject, consent_id: String) -> Result<Pushed, OAuthFailure> {
    let own = format!("consent:{consent_id}");
    let granted = |scope: &&str| *scope == own || client.scopes.iter().any(|held| held == scope);
    Ok(Pushed {
        brand: bank.brand.slug.to_owned(),
        client_id: client.id.clone(),
        redirect_uri: request.redirect_uri.clone(),
        scopes: request.scopes().filter(granted).map(str::to_owned).collect(),
        consent_id,
        state: request.state.clone(),
        nonce: request.nonce.clone(),
        code_challenge: request.code_challenge.clone(),
        acr: acr(request)?.to_owned(),
        expires_at: bank.now() + LIFETIME,
        interaction: None,
        wrong_passwords: 0,
    })
}

/// The `acr` to answer with: the lowest that was asked for, loa2 where nothing was.
fn acr(request: &RequestObject) -> Result<&'static str, OAuthFailure> {
    let asked = |level: &str| request.acr_values.iter().any(|asked| asked == level);
    if request.acr_values.is_empty() || asked(LOA2) {
        return Ok(LOA2);
    }
    if asked(LOA3) {
        return Ok(LOA3);
    }
    if request.acr_essential {
        return Err(OAuthFailure::refused(code::INVALID_REQUEST, "none of the acr values is offered"));
    }
    Ok(LOA2)
}
