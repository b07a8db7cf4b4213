//! What the token endpoint answers.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize};

use crate::claims::object;
use crate::jwe;

/// The longest access or refresh token read, in bytes.
const MAX_TOKEN: usize = 16 * 1024;
/// The longest scope read, in bytes.
const MAX_SCOPE: usize = 4096;

/// Why a token answer was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenResponseError {
    /// Not the JSON of a token answer, or out of bounds.
    #[error("the token answer is malformed")]
    Malformed,
    /// The token type is not `Bearer` (in any letter case).
    #[error("the token type is not bearer")]
    TokenType,
}

/// The token endpoint's answer.
#[derive(Clone)]
pub struct TokenResponse {
    /// For the resources.
    pub access_token: SecretString,
    /// For how many seconds, where the bank says so.
    pub expires_in: Option<u64>,
    /// For the next access token.
    pub refresh_token: Option<SecretString>,
    /// The scopes granted; absent means those that were asked for.
    pub scope: Option<String>,
    /// The encrypted id_token, with the `authorization_code` grant.
    pub id_token: Option<SecretString>,
}

/// The answer as it stands in JSON.
#[derive(Serialize, Deserialize)]
struct Wire {
    access_token: String,
    token_type: Option<String>,
    #[serde(default, deserialize_with = "seconds", skip_serializing_if = "Option::is_none")]
    expires_in: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
}

/// Reads a number of seconds; some servers write it as a text.
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Seconds {
        Number(u64),
        Text(String),
    }
    match Option::deserialize(deserializer)? {
        None => Ok(None),
        Some(Seconds::Number(seconds)) => Ok(Some(seconds)),
        Some(Seconds::Text(text)) => text.parse().map(Some).map_err(serde::de::Error::custom),
    }
}

impl TokenResponse {
    /// Client: reads the answer.
    pub fn parse(body: &[u8]) -> Result<Self, TokenResponseError> {
        let wire: Wire = object(body).ok_or(TokenResponseError::Malformed)?;
        if !wire.token_type.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("bearer")) {
            return Err(TokenResponseError::TokenType);
        }
        let refresh_token = wire.refresh_token.filter(|token| !token.is_empty());
        let tokens = refresh_token.iter().chain([&wire.access_token]).all(|token| is_token(token));
        let scope = wire.scope.as_ref().is_none_or(|scope| scope.len() <= MAX_SCOPE);
        let id_token = wire.id_token.as_ref().is_none_or(|token| token.len() <= jwe::MAX_LEN);
        if !(tokens && scope && id_token) {
            return Err(TokenResponseError::Malformed);
        }
        Ok(Self {
            access_token: wire.access_token.into(),
            expires_in: wire.expires_in,
            refresh_token: refresh_token.map(SecretString::from),
            scope: wire.scope.filter(|scope| !scope.is_empty()),
            id_token: wire.id_token.filter(|token| !token.is_empty()).map(SecretString::from),
        })
    }

    /// Bank: writes the answer.
    pub fn to_json(&self) -> SecretString {
        let text = |secret: &SecretString| secret.expose_secret().to_owned();
        let wire = Wire {
            access_token: text(&self.access_token),
            token_type: Some("Bearer".to_owned()),
            expires_in: self.expires_in,
            refresh_token: self.refresh_token.as_ref().map(text),
            scope: self.scope.clone(),
            id_token: self.id_token.as_ref().map(text),
        };
        SecretString::from(serde_json::to_string(&wire).unwrap_or_default())
    }
}

/// Says whether a text can travel in an `Authorization` header (RFC 6750, 2.1, and a little more).
fn is_token(token: &str) -> bool {
    !token.is_empty() && token.len() <= MAX_TOKEN && token.bytes().all(|b| (0x21..=0x7e).contains(&b))
}

/// Takes the token out of an `Authorization` header, whatever the letter case of `Bearer`.
pub fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    let token = token.trim_matches(' ');
    (scheme.eq_ignore_ascii_case("bearer") && is_token(token)).then_some(token)
}
