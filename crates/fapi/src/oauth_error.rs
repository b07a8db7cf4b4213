//! Error answers of OAuth: `{"error": …, "error_description": …}`.

use http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::claims::object;

/// The error codes that the profile uses.
pub mod code {
    /// The request is malformed, or holds what it must not.
    pub const INVALID_REQUEST: &str = "invalid_request";
    /// Client authentication failed.
    pub const INVALID_CLIENT: &str = "invalid_client";
    /// The code or refresh token is not valid (any more), or not this client's.
    pub const INVALID_GRANT: &str = "invalid_grant";
    /// The client may not use this grant.
    pub const UNAUTHORIZED_CLIENT: &str = "unauthorized_client";
    /// The grant type is not offered.
    pub const UNSUPPORTED_GRANT_TYPE: &str = "unsupported_grant_type";
    /// The response type is not offered.
    pub const UNSUPPORTED_RESPONSE_TYPE: &str = "unsupported_response_type";
    /// The scope is not valid.
    pub const INVALID_SCOPE: &str = "invalid_scope";
    /// The request object is not valid.
    pub const INVALID_REQUEST_OBJECT: &str = "invalid_request_object";
    /// The `request_uri` is unknown, used, or expired.
    pub const INVALID_REQUEST_URI: &str = "invalid_request_uri";
    /// The user or the bank said no.
    pub const ACCESS_DENIED: &str = "access_denied";
    /// The bank failed.
    pub const SERVER_ERROR: &str = "server_error";
    /// The bank is not available for the moment.
    pub const TEMPORARILY_UNAVAILABLE: &str = "temporarily_unavailable";
    /// Registration: a redirect URI is missing or not in the software statement.
    pub const INVALID_REDIRECT_URI: &str = "invalid_redirect_uri";
    /// Registration: other metadata is not acceptable.
    pub const INVALID_CLIENT_METADATA: &str = "invalid_client_metadata";
    /// Registration: the software statement is not valid.
    pub const INVALID_SOFTWARE_STATEMENT: &str = "invalid_software_statement";
    /// Registration: the webhook URIs differ from those of the software statement.
    pub const INVALID_WEBHOOK_URIS: &str = "invalid_webhook_uris";
    /// A bearer token is not valid (RFC 6750).
    pub const INVALID_TOKEN: &str = "invalid_token";
}

/// The longest code kept of an error answer from outside, in characters.
const MAX_CODE: usize = 64;
/// The longest description kept, in characters.
const MAX_DESCRIPTION: usize = 512;

/// An error answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{error}")]
pub struct OAuthError {
    /// The code, see [`code`].
    pub error: String,
    /// Words for developers; never shown to a user, never logged where it comes from outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_description: Option<String>,
}

impl OAuthError {
    /// Makes an error answer.
    pub fn new(error: &str, description: impl Into<String>) -> Self {
        Self { error: error.to_owned(), error_description: Some(description.into()) }
    }

    /// Reads a bank's error answer, cutting what is too long. `None` where it is not one.
    pub fn parse(body: &[u8]) -> Option<Self> {
        let Self { error, error_description } = object(body)?;
        Self::bounded(&error, error_description.as_deref())
    }

    /// Makes an error from parts that came from outside; `None` where the code is not a plain word.
    pub fn bounded(error: &str, description: Option<&str>) -> Option<Self> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
        if error.is_empty() || error.len() > MAX_CODE || !error.bytes().all(plain) {
            return None;
        }
        let error_description = description.map(|text| text.chars().take(MAX_DESCRIPTION).collect());
        Some(Self { error: error.to_owned(), error_description })
    }

    /// Returns the status that goes with the code (RFC 6749, 5.2; RFC 6750, 3.1).
    pub fn status(&self) -> StatusCode {
        match self.error.as_str() {
            code::INVALID_CLIENT | code::INVALID_TOKEN => StatusCode::UNAUTHORIZED,
            code::SERVER_ERROR => StatusCode::INTERNAL_SERVER_ERROR,
            code::TEMPORARILY_UNAVAILABLE => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// Writes the answer as JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}
