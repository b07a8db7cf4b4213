//! Refusals of the authorization server's machine-facing endpoints.

use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use vinculo_fapi::oauth_error::{OAuthError, code};

use crate::SandboxError;
use crate::network::Failure;
use crate::state::StateError;

/// An OAuth error with its status.
#[derive(Debug)]
pub(crate) struct OAuthFailure {
    status: StatusCode,
    error: OAuthError,
}

impl OAuthFailure {
    /// An error with its own status.
    pub(crate) fn with(status: StatusCode, error: &str, description: impl Into<String>) -> Self {
        Self { status, error: OAuthError::new(error, description) }
    }

    /// 400.
    pub(crate) fn bad_request(error: OAuthError) -> Self {
        Self { status: StatusCode::BAD_REQUEST, error }
    }

    /// 400 with a code and words.
    pub(crate) fn refused(error: &str, description: impl Into<String>) -> Self {
        Self::with(StatusCode::BAD_REQUEST, error, description)
    }

    /// 401: the client is not who it says.
    pub(crate) fn unauthorised(description: impl Into<String>) -> Self {
        Self::with(StatusCode::UNAUTHORIZED, code::INVALID_CLIENT, description)
    }
}

impl From<Failure> for OAuthFailure {
    fn from(error: Failure) -> Self {
        tracing::error!(%error, "the sandbox authorization server failed");
        Self::with(StatusCode::INTERNAL_SERVER_ERROR, code::SERVER_ERROR, "the server failed")
    }
}

impl From<StateError> for OAuthFailure {
    fn from(error: StateError) -> Self {
        Failure::from(error).into()
    }
}

impl From<SandboxError> for OAuthFailure {
    fn from(error: SandboxError) -> Self {
        Failure::from(error).into()
    }
}

impl IntoResponse for OAuthFailure {
    fn into_response(self) -> Response {
        let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
        (self.status, headers, self.error.to_json()).into_response()
    }
}
