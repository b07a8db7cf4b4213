use std::str::FromStr;

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;

use super::error::{ApiError, Code};

/// The `{id}` of an address. What is no id cannot be found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Id<T>(pub(crate) T);

impl<S: Send + Sync, T: FromStr> FromRequestParts<S> for Id<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let params = RawPathParams::from_request_parts(parts, state).await.map_err(|_| Code::NotFound)?;
        let text = params.iter().find(|(name, _)| *name == "id").map(|(_, value)| value);
        text.and_then(|text| text.parse().ok()).map(Self).ok_or_else(|| Code::NotFound.into())
    }
}
