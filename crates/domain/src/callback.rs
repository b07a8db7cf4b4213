//! Addresses that a browser may be sent to, or that a page may load from. They come from a token and nowhere else.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::Invalid;

/// Longest address that is accepted.
const MAX_LENGTH: usize = 2_000;

/// Schemes that run code, read local data or name no app.
const FORBIDDEN: [&str; 18] = [
    "javascript",
    "data",
    "file",
    "blob",
    "about",
    "vbscript",
    "filesystem",
    "view-source",
    "ws",
    "wss",
    "ftp",
    "mailto",
    "tel",
    "chrome",
    "content",
    "feed",
    "jar",
    "resource",
];

/// Unreserved characters of RFC 3986 stay; everything else, the space included, becomes `%XX`.
const QUERY_VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What an environment allows beyond https.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallbackPolicy {
    /// `http` on loopback only.
    Production,
    /// `http` on any host.
    Sandbox,
}

/// An address that the widget may send the browser to: `https`, `http` where the policy allows it, or an app's own scheme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CallbackUrl(String);

impl CallbackUrl {
    /// Reads an address given by an application.
    ///
    /// # Errors
    /// Forbidden schemes, `http` where it is not allowed, user names, spaces and control characters, missing hosts.
    pub fn parse(text: &str, policy: CallbackPolicy) -> Result<Self, Invalid> {
        let refused = |why: &str| Invalid::new(format!("Enter a valid URL: {why}."));
        if text.is_empty() || text.len() > MAX_LENGTH {
            return Err(refused("it is empty or too long"));
        }
        if text.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\\' | '`')) {
            return Err(refused("it holds characters that no URL has"));
        }
        let url = Url::parse(text).map_err(|_| refused("it cannot be read"))?;
        let scheme = url.scheme();
        if FORBIDDEN.contains(&scheme) {
            return Err(refused("this scheme is not allowed"));
        }
        match scheme {
            "http" | "https" => {
                // Without its slashes a browser reads the rest as a path of the page that it is on.
                if !text[scheme.len()..].starts_with("://") || text[scheme.len() + 3..].starts_with('/') {
                    return Err(refused("it names no host"));
                }
                // The origin goes into headers and messages, where other characters have a meaning of their own.
                if !url.host_str().is_some_and(is_plain_host) {
                    return Err(refused("its host holds characters that no host has"));
                }
                if !url.username().is_empty() || url.password().is_some() {
                    return Err(refused("it must not carry a user name"));
                }
                if scheme == "http" && policy == CallbackPolicy::Production && !is_loopback(&url) {
                    return Err(refused("http is allowed on this machine only"));
                }
            }
            "intent" => {
                if !text.split_once("#Intent;").is_some_and(|(_, rest)| rest.contains("package=")) {
                    return Err(refused("an intent must name its package"));
                }
            }
            _ => {
                let rest = &text[scheme.len() + 1..];
                if scheme.len() < 2 || rest.is_empty() {
                    return Err(refused("it names nothing to open"));
                }
            }
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns the address as the application gave it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Tells whether it is an `http` or `https` address, not an app's scheme.
    pub fn is_web(&self) -> bool {
        self.0.get(..5).is_some_and(|s| s.eq_ignore_ascii_case("http:"))
            || self.0.get(..6).is_some_and(|s| s.eq_ignore_ascii_case("https:"))
    }

    /// Returns scheme, host and port of a web address, for `postMessage` and `frame-ancestors`.
    pub fn origin(&self) -> Option<String> {
        let url = Url::parse(&self.0).ok()?;
        self.is_web().then(|| url.origin().ascii_serialization())
    }

    /// Returns the address with `parameters` appended: with `&` where it already has a query, a `#fragment` kept
    /// behind the query, spaces as `%20`.
    pub fn with(&self, parameters: &[(&str, &str)]) -> String {
        if parameters.is_empty() {
            return self.0.clone();
        }
        let (base, fragment) = match self.0.split_once('#') {
            Some((base, fragment)) => (base, Some(fragment)),
            None => (self.0.as_str(), None),
        };
        let query = parameters
            .iter()
            .map(|(key, value)| {
                format!("{}={}", utf8_percent_encode(key, QUERY_VALUE), utf8_percent_encode(value, QUERY_VALUE))
            })
            .collect::<Vec<_>>()
            .join("&");
        let joint = match base.split_once('?') {
            None => "?",
            Some((_, "")) => "",
            Some((_, query)) if query.ends_with('&') => "",
            Some(_) => "&",
        };
        let fragment = fragment.map(|f| format!("#{f}")).unwrap_or_default();
        format!("{base}{joint}{query}{fragment}")
    }
}

impl fmt::Display for CallbackUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An `https` address of a document or picture (`http` where the policy allows it): terms, icons, logos.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HttpUrl(String);

impl HttpUrl {
    /// Reads an address given by an application.
    ///
    /// # Errors
    /// Anything that [`CallbackUrl::parse`] refuses, and app schemes.
    pub fn parse(text: &str, policy: CallbackPolicy) -> Result<Self, Invalid> {
        let url = CallbackUrl::parse(text, policy)?;
        if url.is_web() { Ok(Self(url.0)) } else { Err(Invalid::new("Enter a valid URL: it must be https.")) }
    }

    /// Returns the address as the application gave it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Tells whether a host, as the URL parser wrote it, is a plain name or an address.
fn is_plain_host(host: &str) -> bool {
    let address = host.starts_with('[') && host.ends_with(']');
    address || host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn url(text: &str) -> CallbackUrl {
        CallbackUrl::parse(text, CallbackPolicy::Production).unwrap()
    }

    #[test]
    fn app_schemes_and_https_are_accepted() {
        for text in [
            "https://app.example.com/done",
            "myapp://success",
            "com.example.app://success?x=1",
            "myapp:/success",
            "http://127.0.0.1:3000/back",
            "http://localhost/back",
            "http://[::1]:9/back",
            "HTTPS://App.example.com:8443/done?x=1#y",
            "https://pagamentos.são.example/volta",
            "intent://success#Intent;scheme=myapp;package=com.example.app;end",
        ] {
            assert!(CallbackUrl::parse(text, CallbackPolicy::Production).is_ok(), "{text}");
        }
        assert!(CallbackUrl::parse("http://10.0.2.2/back", CallbackPolicy::Sandbox).is_ok());
    }

    #[test]
    fn addresses_that_run_code_or_go_astray_are_refused() {
        for text in [
            "",
            "success",
            "//host/path",
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "java\nscript:alert(1)",
            " https://a.example",
            "data:text/html,x",
            "file:///etc/passwd",
            "blob:https://a/1",
            "about:blank",
            "vbscript:x",
            "intent://x#Intent;scheme=a;end",
            "http://a.example/back",
            "https://user@a.example/",
            "https://user:pass@a.example/",
            "https://a.example/ b",
            "https://a.example/\u{7}",
            "myapp:",
            "view-source:https://a.example",
            "https://",
            "x:y",
            "content://settings/secure",
            "chrome://settings",
            "feed:javascript:alert(1)",
            "https:a.example/done",
            "https:/a.example/done",
            "https:///a.example/done",
            "https://a.example;frame-ancestors",
            "https://a.example,b.example/",
            "https://*/",
            "https://a'b.example/",
        ] {
            assert!(CallbackUrl::parse(text, CallbackPolicy::Production).is_err(), "{text:?}");
        }
        assert!(
            CallbackUrl::parse(&format!("https://a.example/{}", "x".repeat(2_000)), CallbackPolicy::Sandbox).is_err()
        );
    }

    #[test]
    fn parameters_go_behind_the_query_and_before_the_fragment() {
        let p = [("link", "1 2"), ("m", "é&=+")];
        assert_eq!(url("myapp://success").with(&p), "myapp://success?link=1%202&m=%C3%A9%26%3D%2B");
        assert_eq!(url("https://a.example/?bank=done").with(&p[..1]), "https://a.example/?bank=done&link=1%202");
        assert_eq!(url("https://a.example/#/route").with(&p[..1]), "https://a.example/?link=1%202#/route");
        assert_eq!(url("https://a.example/?").with(&p[..1]), "https://a.example/?link=1%202");
        assert_eq!(url("https://a.example/?a=1&").with(&p[..1]), "https://a.example/?a=1&link=1%202");
    }

    #[test]
    fn pictures_and_terms_are_web_addresses() {
        assert!(HttpUrl::parse("https://a.example/x.svg", CallbackPolicy::Production).is_ok());
        assert!(HttpUrl::parse("myapp://x", CallbackPolicy::Production).is_err());
        assert!(HttpUrl::parse("data:image/svg+xml,x", CallbackPolicy::Production).is_err());
    }

    proptest! {
        #[test]
        fn what_is_accepted_still_starts_with_what_the_application_gave(
            text in "[a-z]{2,8}://[a-z]{1,8}(/[a-z]{0,4})?(\\?[a-z=]{0,5})?", value in "\\PC{0,20}"
        ) {
            if let Ok(url) = CallbackUrl::parse(&text, CallbackPolicy::Sandbox) {
                prop_assert!(url.with(&[("k", &value)]).starts_with(&text));
            }
        }

        #[test]
        fn any_text_is_handled(text in "\\PC*") {
            let _ = CallbackUrl::parse(&text, CallbackPolicy::Production);
        }
    }
}
