//! Client authentication with `private_key_jwt` (RFC 7523).

use jiff::Timestamp;

use crate::jwks::JwkSet;
use crate::jws::JwsError;
use crate::keys::SigningKey;

/// The value of `client_assertion_type`.
pub const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Why a client assertion was refused. All of them are `invalid_client` to the caller.
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

/// A client assertion that passed. The caller refuses a `jti` seen before from the same client until `expires_at`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assertion {
    /// The client that authenticated.
    pub client_id: String,
    /// The assertion's own id.
    pub jti: String,
    /// When the assertion expires.
    pub expires_at: Timestamp,
}

/// Makes an assertion for `audience` (the issuer, by recommendation), good for one minute.
pub fn make(key: &SigningKey, client_id: &str, audience: &str, now: Timestamp) -> Result<String, JwsError> {
    let _ = (key, client_id, audience, now);
    todo!()
}

/// Reads the client id that an assertion claims, **unverified**, to find the client's keys.
pub fn peek_client_id(assertion: &str) -> Result<String, ClientAssertionError> {
    let _ = assertion;
    todo!()
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
    let _ = (assertion, client_id, keys, audiences, now);
    todo!()
}
