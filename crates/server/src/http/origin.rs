//! Scheme, host and port that the client used: `next` and `previous` must stay on them.

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::request::Parts;

use super::paths::ClientPath;
use crate::state::AppState;

/// The address that the client asked for, without its query.
#[derive(Debug, Clone)]
pub(crate) struct ClientAddress(pub(crate) String);

impl FromRequestParts<AppState> for ClientAddress {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Self::Rejection> {
        let settings = state.settings();
        let origin = origin(&parts.headers, parts.uri.authority().map(|a| a.as_str()), settings.trust_forwarded)
            .map(|(scheme, host)| format!("{}://{host}", scheme.unwrap_or_else(|| own_scheme(&settings.public_url))))
            .unwrap_or_else(|| settings.public_url.clone());
        let path = parts.extensions.get::<ClientPath>().map_or(parts.uri.path(), |path| path.0.as_str());
        Ok(Self(format!("{origin}{path}")))
    }
}

fn own_scheme(public_url: &str) -> &str {
    public_url.split_once("://").map_or("http", |(scheme, _)| scheme)
}

/// Returns the forwarded scheme, if any, and the host; `None` when there is no usable host.
fn origin<'a>(headers: &'a HeaderMap, authority: Option<&'a str>, trusted: bool) -> Option<(Option<&'a str>, &'a str)> {
    let first = |name: &str| headers.get(name)?.to_str().ok()?.split(',').next().map(str::trim);
    let forwarded = |name: &str| trusted.then(|| first(name)).flatten();
    let host = forwarded("x-forwarded-host").or_else(|| first("host")).or(authority).filter(|host| is_host(host))?;
    let scheme = forwarded("x-forwarded-proto").filter(|scheme| matches!(*scheme, "http" | "https"));
    Some((scheme, host))
}

/// Only what a host and port can hold: the value goes into an address that clients follow.
fn is_host(text: &str) -> bool {
    (1..=255).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':' | b'[' | b']'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn forwarded_headers_count_only_when_trusted() {
        let all = headers(&[("host", "a:1"), ("x-forwarded-host", "b, c"), ("x-forwarded-proto", "https")]);
        assert_eq!(origin(&all, None, true), Some((Some("https"), "b")));
        assert_eq!(origin(&all, None, false), Some((None, "a:1")));
    }

    #[test]
    fn strange_hosts_and_schemes_are_not_repeated() {
        assert_eq!(origin(&headers(&[("host", "a/b")]), None, false), None);
        assert_eq!(origin(&headers(&[("host", "a@b")]), None, false), None);
        let odd = headers(&[("host", "a"), ("x-forwarded-proto", "javascript")]);
        assert_eq!(origin(&odd, None, true), Some((None, "a")));
    }
}
