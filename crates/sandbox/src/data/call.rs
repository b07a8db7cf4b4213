//! A data request, with the grant behind it.

use axum::extract::FromRequestParts;
use axum::response::Response;
use http::request::Parts;
use url::form_urlencoded;

use super::reply::{Links, Problem};
use crate::Access;

/// The longest query string that is read.
const QUERY_BYTES: usize = 2048;

/// A data request.
#[derive(Debug)]
pub(super) struct Call {
    /// The grant behind it.
    pub(super) access: Access,
    /// Its query as sent, if any.
    raw_query: String,
    /// Its parameters.
    pairs: Vec<(String, String)>,
}

impl<S: Send + Sync> FromRequestParts<S> for Call {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        let access = parts.extensions.get::<Access>().cloned();
        let access = access.ok_or_else(|| Problem::Unauthorised.answer(super::version_of(parts.uri.path()), None))?;
        let raw_query = parts.uri.query().unwrap_or_default().to_owned();
        if raw_query.len() > QUERY_BYTES {
            return Err(Problem::Malformed("query").answer(super::version_of(parts.uri.path()), Some(access.now)));
        }
        let pairs = form_urlencoded::parse(raw_query.as_bytes()).into_owned().collect();
        Ok(Self { access, raw_query, pairs })
    }
}

impl Call {
    /// Fails unless the consent holds `permission`.
    pub(super) fn needs(&self, permission: &str) -> Result<(), Problem> {
        if self.access.allows(permission) { Ok(()) } else { Err(Problem::PermissionMissing) }
    }

    /// A parameter; given more than once it is malformed.
    pub(super) fn parameter(&self, name: &'static str) -> Result<Option<&str>, Problem> {
        let mut found = self.pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        match (found.next(), found.next()) {
            (first, None) => Ok(first),
            (_, Some(_)) => Err(Problem::Malformed(name)),
        }
    }

    /// All parameters but those of paging.
    pub(super) fn filters(&self) -> impl Iterator<Item = (&str, &str)> {
        let paging = ["page", "page-size", "pagination-key"];
        self.pairs
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .filter(move |(key, _)| !paging.contains(key))
    }

    /// The absolute address of `path`.
    pub(super) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.access.base_url)
    }

    /// Links of an answer without pages.
    pub(super) fn links(&self, path: &str) -> Links {
        let mut this = self.address(path);
        if !self.raw_query.is_empty() {
            this.push('?');
            this.push_str(&self.raw_query);
        }
        Links { this, ..Links::default() }
    }
}
