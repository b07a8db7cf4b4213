//! What the bank checks of a request object.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::IgnoredAny;
use url::Url;

use super::{RESPONSE_MODE, RESPONSE_TYPE, RequestObject, RequestObjectError};
use crate::claims::{Audience, null_as_default, numeric_date};
use crate::jwks::JwkSet;
use crate::{jws, pkce};

/// How far clocks may be apart.
const LEEWAY: SignedDuration = SignedDuration::from_secs(30);
/// How far `exp` may be from `nbf`, and `nbf` from now.
const MAX_AGE: SignedDuration = SignedDuration::from_mins(60);
/// The longest nonce, in bytes. Longer ones are refused, never cut.
const MAX_NONCE: usize = 1024;
/// The longest state, in bytes. Longer ones are refused, never cut.
const MAX_STATE: usize = 4096;
/// The longest redirect URI or scope, in bytes.
const MAX_TEXT: usize = 4096;
/// How many `acr` values may be asked for.
const MAX_ACR_VALUES: usize = 16;

/// The claims; each is checked for presence by its own rule.
#[derive(Deserialize)]
struct Claims {
    iss: Option<String>,
    aud: Option<Audience>,
    client_id: Option<String>,
    response_type: Option<String>,
    response_mode: Option<String>,
    redirect_uri: Option<String>,
    scope: Option<String>,
    state: Option<String>,
    nonce: Option<String>,
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
    claims: Option<WantedClaims>,
    jti: Option<String>,
    #[serde(default, deserialize_with = "numeric_date")]
    exp: Option<Timestamp>,
    #[serde(default, deserialize_with = "numeric_date")]
    nbf: Option<Timestamp>,
    request: Option<IgnoredAny>,
    request_uri: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct WantedClaims {
    id_token: Option<WantedOfIdToken>,
}

#[derive(Deserialize)]
struct WantedOfIdToken {
    acr: Option<WantedAcr>,
}

#[derive(Deserialize)]
struct WantedAcr {
    #[serde(default, deserialize_with = "null_as_default")]
    essential: bool,
    value: Option<String>,
    #[serde(default, deserialize_with = "null_as_default")]
    values: Vec<String>,
}

/// Verifies the request object of the authenticated client `client_id`, meant for `issuer`.
pub fn verify(
    token: &str,
    client_id: &str,
    keys: &JwkSet,
    issuer: &str,
    now: Timestamp,
) -> Result<RequestObject, RequestObjectError> {
    let mut claims: Claims = jws::verify(token, keys)?.claims()?;
    check_parties(&claims, client_id, issuer)?;
    let expires_at = check_times(&claims, now)?;
    check_flow(&claims)?;
    let scope = claims.scope.take().filter(|scope| is_scope(scope)).ok_or(RequestObjectError::Scope)?;
    let nonce = bounded(claims.nonce.take(), MAX_NONCE).ok_or(RequestObjectError::Nonce)?;
    let state = claims.state.take().filter(|state| !state.is_empty());
    if state.as_ref().is_some_and(|state| state.len() > MAX_STATE) {
        return Err(RequestObjectError::State);
    }
    let redirect_uri = claims.redirect_uri.take().filter(|uri| is_redirect(uri));
    let redirect_uri = redirect_uri.ok_or(RequestObjectError::RedirectUri)?;
    let code_challenge = challenge(&mut claims)?;
    let (acr_essential, acr_values) = wanted_acr(claims.claims);
    Ok(RequestObject {
        client_id: client_id.to_owned(),
        redirect_uri,
        scope,
        state,
        nonce,
        code_challenge,
        acr_essential,
        acr_values,
        jti: claims.jti,
        expires_at,
    })
}

/// Checks who asks whom.
fn check_parties(claims: &Claims, client_id: &str, issuer: &str) -> Result<(), RequestObjectError> {
    if claims.request.is_some() || claims.request_uri.is_some() {
        return Err(RequestObjectError::Nested);
    }
    if claims.iss.as_deref().is_some_and(|iss| iss != client_id) {
        return Err(RequestObjectError::Issuer);
    }
    if claims.client_id.as_deref() != Some(client_id) {
        return Err(RequestObjectError::ClientId);
    }
    if !claims.aud.as_ref().is_some_and(|aud| aud.names_any(&[issuer])) {
        return Err(RequestObjectError::Audience);
    }
    Ok(())
}

/// Checks the times and returns `exp`.
fn check_times(claims: &Claims, now: Timestamp) -> Result<Timestamp, RequestObjectError> {
    let exp = claims.exp.ok_or(RequestObjectError::MissingExpiry)?;
    let nbf = claims.nbf.ok_or(RequestObjectError::MissingNotBefore)?;
    if exp <= now {
        return Err(RequestObjectError::Expired);
    }
    if nbf.duration_since(now) > LEEWAY {
        return Err(RequestObjectError::NotYet);
    }
    if now.duration_since(nbf) > MAX_AGE {
        return Err(RequestObjectError::TooOld);
    }
    if exp.duration_since(nbf) > MAX_AGE {
        return Err(RequestObjectError::TooLong);
    }
    Ok(exp)
}

/// Checks that the one flow of the profile is asked for.
fn check_flow(claims: &Claims) -> Result<(), RequestObjectError> {
    let response_type = claims.response_type.as_deref().unwrap_or_default();
    // The parts of a response type have no order (OAuth 2.0 Multiple Response Types, 3).
    if response_type != RESPONSE_TYPE && response_type != "id_token code" {
        return Err(RequestObjectError::ResponseType);
    }
    if claims.response_mode.as_deref().is_some_and(|mode| mode != RESPONSE_MODE) {
        return Err(RequestObjectError::ResponseMode);
    }
    Ok(())
}

/// Takes the PKCE challenge.
fn challenge(claims: &mut Claims) -> Result<String, RequestObjectError> {
    let challenge = claims.code_challenge.take().filter(|challenge| pkce::is_challenge(challenge));
    let method = claims.code_challenge_method.as_deref();
    challenge.filter(|_| method == Some(pkce::METHOD)).ok_or(RequestObjectError::CodeChallenge)
}

/// Takes a text that is neither empty nor too long.
fn bounded(text: Option<String>, max: usize) -> Option<String> {
    text.filter(|text| !text.is_empty() && text.len() <= max)
}

/// Says whether a scope is well formed (RFC 6749, 3.3) and holds `openid`.
fn is_scope(scope: &str) -> bool {
    let letter = |b: u8| (0x20..=0x7e).contains(&b) && b != b'"' && b != b'\\';
    scope.len() <= MAX_TEXT && scope.bytes().all(letter) && scope.split(' ').any(|scope| scope == "openid")
}

/// Says whether an address could be redirected to: absolute, without fragment.
fn is_redirect(uri: &str) -> bool {
    uri.len() <= MAX_TEXT && Url::parse(uri).is_ok_and(|url| url.has_host() && url.fragment().is_none())
}

/// Reads what is asked of `acr`.
fn wanted_acr(claims: Option<WantedClaims>) -> (bool, Vec<String>) {
    let Some(acr) = claims.and_then(|claims| claims.id_token?.acr) else { return (false, Vec::new()) };
    let values = acr.value.into_iter().chain(acr.values).take(MAX_ACR_VALUES).collect();
    (acr.essential, values)
}
