use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::request::Parts;

/// `X-Belvo-Request-Mode: async`: answer 202 at once, tell the rest by webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Asynchronous(pub(crate) bool);

impl<S: Sync> FromRequestParts<S> for Asynchronous {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let header = parts.headers.get("x-belvo-request-mode");
        Ok(Self(header.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"async"))))
    }
}
