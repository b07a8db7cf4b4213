//! Bounded reading of what comes over HTTP.

use serde::de::DeserializeOwned;

use crate::client_assertion;
use crate::oauth_error::{OAuthError, code};

/// The most that a discovery document, a key set or a token answer may weigh, in bytes.
pub const MAX_PROTOCOL_BODY: usize = 1024 * 1024;

/// The most that a form posted to the bank may weigh, in bytes.
pub const MAX_FORM: usize = 256 * 1024;

/// How many parameters a form may have.
const MAX_PARAMETERS: usize = 64;

/// Why an answer could not be read.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// More bytes than allowed.
    #[error("the answer has more than {limit} bytes")]
    TooLarge {
        /// The bound, in bytes.
        limit: usize,
    },
    /// The answer took too long.
    #[error("the answer took too long")]
    Timeout,
    /// The connection broke.
    #[error("the answer broke off")]
    Broken,
    /// Not the JSON that was expected.
    #[error("the answer is not as expected")]
    Json,
}

/// Reads a whole answer of at most `limit` bytes.
pub async fn read_body(mut response: reqwest::Response, limit: usize) -> Result<Vec<u8>, BodyError> {
    let announced = response.content_length().unwrap_or(0);
    if announced > limit as u64 {
        return Err(BodyError::TooLarge { limit });
    }
    let mut body = Vec::with_capacity(usize::try_from(announced).unwrap_or(0));
    while let Some(chunk) = response.chunk().await.map_err(|error| broken(&error))? {
        if body.len() + chunk.len() > limit {
            return Err(BodyError::TooLarge { limit });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Tells a time-out from other failures.
fn broken(error: &reqwest::Error) -> BodyError {
    if error.is_timeout() { BodyError::Timeout } else { BodyError::Broken }
}

/// Reads a whole answer as JSON. The parser itself bounds the depth, at 128.
pub async fn read_json<T: DeserializeOwned>(response: reqwest::Response, limit: usize) -> Result<T, BodyError> {
    let body = read_body(response, limit).await?;
    serde_json::from_slice(&body).map_err(|_| BodyError::Json)
}

/// Why a form was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// Too many bytes or parameters.
    #[error("the form is too large")]
    TooLarge,
    /// A parameter comes twice, which OAuth forbids (RFC 6749, 3.1).
    #[error("a parameter comes twice")]
    Repeated,
}

/// The parameters of a form, a query or a fragment: each at most once.
#[derive(Clone, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads `application/x-www-form-urlencoded` bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, FormError> {
        if bytes.len() > MAX_FORM {
            return Err(FormError::TooLarge);
        }
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (name, value) in url::form_urlencoded::parse(bytes) {
            if pairs.len() == MAX_PARAMETERS {
                return Err(FormError::TooLarge);
            }
            if pairs.iter().any(|(seen, _)| *seen == name) {
                return Err(FormError::Repeated);
            }
            pairs.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(pairs))
    }

    /// Returns a parameter; an empty one counts as absent (RFC 6749, 3.1).
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.as_str())
    }

    /// Returns a parameter as an owned text.
    pub fn owned(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    /// Takes the client assertion of a form; the method that it proves must be the one of the profile.
    pub(crate) fn client_assertion(&self) -> Result<String, OAuthError> {
        let typed = self.get("client_assertion_type") == Some(client_assertion::TYPE);
        let assertion = self.owned("client_assertion").filter(|_| typed);
        assertion.ok_or_else(|| OAuthError::new(code::INVALID_CLIENT, "private_key_jwt is required"))
    }
}
