//! Client authentication with `private_key_jwt` (RFC 7523).

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::json;

use crate::claims::{Audience, numeric_date};
use crate::jwks::JwkSet;
use crate::jws::{self, JwsError, Unverified};
use crate::keys::SigningKey;
use crate::random;

/// The value of `client_assertion_type`.
pub const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Why a client assertion was refused. All of them are
/// [`invalid_client`](crate::oauth_error::code::INVALID_CLIENT) to the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClientAssertionError {
    /// The signature or its form is not acceptable.
    #[error("client assertion: {0}")]
    Jws(#[from] JwsError),
    /// `iss` is missing or not the client.
    #[error("client assertion: wrong iss")]
    Issuer,
    /// `sub` is missing or not the client.
    #[error("client assertion: wrong sub")]
    Subject,
    /// `aud` is missing or does not name this server.
    #[error("client assertion: wrong aud")]
    Audience,
    /// `exp` is missing.
    #[error("client assertion: no exp")]
    MissingExpiry,
    /// `exp` is past.
    #[error("client assertion: expired")]
    Expired,
    /// `exp` is more than an hour away.
    #[error("client assertion: exp too far away")]
    TooLong,
    /// `nbf` or `iat` is in the future.
    #[error("client assertion: not valid yet")]
    NotYet,
    /// `jti` is missing or too long.
    #[error("client assertion: no jti")]
    MissingId,
}

/// A client assertion that passed. The caller refuses a `jti` seen before from the same client until
/// [`retire_at`](Self::retire_at).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertion {
    /// The client that authenticated.
    pub client_id: String,
    /// The assertion's own id.
    pub jti: String,
    /// When the assertion expires.
    pub expires_at: Timestamp,
}

impl Assertion {
    /// Returns when the `jti` may be forgotten: the assertion cannot pass any more.
    pub fn retire_at(&self) -> Timestamp {
        self.expires_at.saturating_add(LEEWAY + SignedDuration::from_secs(1)).unwrap_or(Timestamp::MAX)
    }
}

/// How long an assertion that we make is good for, in seconds.
const LIFETIME: i64 = 60;
/// How far away `exp` may be.
const MAX_LIFETIME: SignedDuration = SignedDuration::from_mins(60);
/// How far clocks may be apart.
const LEEWAY: SignedDuration = SignedDuration::from_secs(30);
/// The longest `jti` or client id, in bytes.
const MAX_ID: usize = 256;

/// The claims; each is checked for presence by its own rule.
#[derive(Deserialize)]
struct Claims {
    iss: Option<String>,
    sub: Option<String>,
    aud: Option<Audience>,
    jti: Option<String>,
    #[serde(default, deserialize_with = "numeric_date")]
    exp: Option<Timestamp>,
    #[serde(default, deserialize_with = "numeric_date")]
    nbf: Option<Timestamp>,
    #[serde(default, deserialize_with = "numeric_date")]
    iat: Option<Timestamp>,
}

/// Makes an assertion for `audience` (the issuer, by recommendation), good for one minute.
pub fn make(key: &SigningKey, client_id: &str, audience: &str, now: Timestamp) -> Result<String, JwsError> {
    let issued = now.as_second();
    let claims = json!({
        "iss": client_id,
        "sub": client_id,
        "aud": audience,
        "jti": random::token(),
        "iat": issued,
        "exp": issued + LIFETIME,
    });
    jws::sign(key, &claims)
}

/// Reads the client id that an assertion claims, **unverified**, to find the client's keys.
pub fn peek_client_id(assertion: &str) -> Result<String, ClientAssertionError> {
    let claims: Claims = Unverified::parse(assertion)?.peek()?;
    claims.sub.filter(|sub| !sub.is_empty() && sub.len() <= MAX_ID).ok_or(ClientAssertionError::Subject)
}

/// Verifies an assertion of `client_id` with its keys. `audiences` lists the names that this endpoint answers to: the
/// issuer, the token endpoint, and at PAR the PAR endpoint, plain and alias addresses alike.
pub fn verify(
    assertion: &str,
    client_id: &str,
    keys: &JwkSet,
    audiences: &[&str],
    now: Timestamp,
) -> Result<Assertion, ClientAssertionError> {
    let claims: Claims = jws::verify(assertion, keys)?.claims()?;
    if claims.iss.as_deref() != Some(client_id) {
        return Err(ClientAssertionError::Issuer);
    }
    // A request object of the same client has no `sub`: this is what keeps it from passing as an assertion.
    if claims.sub.as_deref() != Some(client_id) {
        return Err(ClientAssertionError::Subject);
    }
    if !claims.aud.as_ref().is_some_and(|aud| aud.names_any(audiences)) {
        return Err(ClientAssertionError::Audience);
    }
    let expires_at = check_times(&claims, now)?;
    let jti = claims.jti.filter(|jti| !jti.is_empty() && jti.len() <= MAX_ID).ok_or(ClientAssertionError::MissingId)?;
    Ok(Assertion { client_id: client_id.to_owned(), jti, expires_at })
}

/// Checks the times and returns `exp`.
fn check_times(claims: &Claims, now: Timestamp) -> Result<Timestamp, ClientAssertionError> {
    let exp = claims.exp.ok_or(ClientAssertionError::MissingExpiry)?;
    let left = exp.duration_since(now);
    if left < -LEEWAY {
        return Err(ClientAssertionError::Expired);
    }
    if left > MAX_LIFETIME + LEEWAY {
        return Err(ClientAssertionError::TooLong);
    }
    let ahead = |time: Option<Timestamp>| time.is_some_and(|time| time.duration_since(now) > LEEWAY);
    if ahead(claims.nbf) || ahead(claims.iat) {
        return Err(ClientAssertionError::NotYet);
    }
    Ok(exp)
}
