//! Who calls: HTTP Basic with secret id and secret password (reference, belvo-api 2).

use axum::extract::FromRequestParts;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use http::request::Parts;
use http::{HeaderMap, header};
use vinculo_domain::ApplicationId;

use super::error::{ApiError, Code};
use crate::state::AppState;

/// The application that calls. Taking it as an argument is what protects a handler.
#[derive(Debug, Clone)]
pub(crate) struct Caller(pub(crate) vinculo_store::Caller);

impl Caller {
    /// The application's id: every read and write is for it alone.
    pub(crate) fn application(&self) -> ApplicationId {
        self.0.application.id
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let credentials = Credentials::basic(&parts.headers).ok_or(Code::AuthenticationFailed)?;
        credentials.check(state).await
    }
}

/// A secret id and password as somebody showed them.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Credentials {
    /// Secret id.
    pub(crate) id: String,
    /// Secret password.
    pub(crate) password: String,
}

impl Credentials {
    /// Reads the `Authorization` header; `None` when there is no Basic in it.
    pub(crate) fn basic(headers: &HeaderMap) -> Option<Self> {
        let (scheme, value) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let value = value.trim();
        let bytes = STANDARD.decode(value).or_else(|_| STANDARD_NO_PAD.decode(value)).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let (id, password) = text.split_once(':')?;
        Some(Self { id: id.to_owned(), password: password.to_owned() })
    }

    /// Finds out who it is.
    ///
    /// # Errors
    /// [`Code::AuthenticationFailed`], whatever was wrong.
    pub(crate) async fn check(&self, state: &AppState) -> Result<Caller, ApiError> {
        // NUL cannot be sent to PostgreSQL, and is in no key.
        if self.id.contains('\0') {
            return Err(Code::AuthenticationFailed.into());
        }
        let caller = state.store().authenticate(&self.id, &self.password).await?;
        caller.map(Caller).ok_or_else(|| Code::AuthenticationFailed.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basic(value: &str) -> Option<(String, String)> {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, value.parse().unwrap());
        Credentials::basic(&headers).map(|c| (c.id, c.password))
    }

    #[test]
    fn basic_credentials_are_read_in_any_common_spelling() {
        let want = Some(("id".to_owned(), "pass:word".to_owned()));
        for value in ["Basic aWQ6cGFzczp3b3Jk", "basic aWQ6cGFzczp3b3Jk", "BASIC  aWQ6cGFzczp3b3Jk "] {
            assert_eq!(basic(value), want, "{value}");
        }
        assert_eq!(basic("Basic YTpi"), Some(("a".into(), "b".into())));
    }

    #[test]
    fn other_headers_are_nobody() {
        for value in ["", "Basic", "Basic ", "Basic !!!", "Bearer aWQ6cGFzcw==", "Basic aWQ=", "Basic //79"] {
            assert_eq!(basic(value), None, "{value}");
        }
    }
}
