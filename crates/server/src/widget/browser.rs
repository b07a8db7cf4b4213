//! The browser that a sign-in to the portal belongs to.
//!
//! A session of the widget is held by whoever has its address, on any device. What is behind a sign-in is more: everything
//! that a person shares. So it is held by one browser, by a cookie, from the first page to the last. Somebody who sends another
//! person the way to the bank gets nothing of what that person confirms there, and somebody who sends another person an answer of
//! the bank, or an address of the portal, shows them nothing.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::extract::{FromRequestParts, Path};
use axum::response::Response;
use http::header::{COOKIE, SET_COOKIE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use vinculo_domain::{ApplicationId, Env, fingerprint};
use vinculo_store::WidgetSession;

use crate::settings::Settings;
use crate::state::AppState;

/// The cookie's name; with the prefix that only we can set it under where the address is a secure one (RFC 6265bis 4.1.3).
const NAME: &str = "vinculo_portal";
const SECURE: &str = "__Host-vinculo_portal";
/// How long a browser keeps it, in seconds: the hour at the bank and a visit.
const LASTS: u32 = 2 * 60 * 60;

/// What a browser holds: the fingerprint of its cookie, if it has one.
#[derive(Debug, Clone)]
pub(crate) struct Browser(Option<String>);

impl Browser {
    /// Tells whether this is the browser with that fingerprint.
    pub(crate) fn is(&self, known: Option<&str>) -> bool {
        let both = self.0.as_deref().zip(known);
        both.is_some_and(|(held, known)| verify_slices_are_equal(held.as_bytes(), known.as_bytes()).is_ok())
    }

    /// Tells whether a session may be gone on with here.
    pub(crate) fn may_go_on_with(&self, session: &WidgetSession) -> bool {
        session.application != ApplicationId::PORTAL || self.is(session.state.browser.as_deref())
    }

    fn read(headers: &HeaderMap, settings: &Settings) -> Self {
        let name = name(settings);
        let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        Self(pairs.find(|(known, _)| *known == name).map(|(_, secret)| fingerprint(secret, 32)))
    }
}

impl FromRequestParts<AppState> for Browser {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Self::Rejection> {
        Ok(Self::read(&parts.headers, state.settings()))
    }
}

/// What opens a session: its id, from the address, and the browser.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    /// Id, as it stands in the address.
    pub(crate) id: String,
    /// The browser.
    pub(crate) browser: Browser,
}

impl FromRequestParts<AppState> for Key {
    type Rejection = axum::extract::rejection::PathRejection;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Self::Rejection> {
        let Path(id) = Path::<String>::from_request_parts(parts, state).await?;
        Ok(Self { id, browser: Browser::read(&parts.headers, state.settings()) })
    }
}

fn is_secure(settings: &Settings) -> bool {
    settings.public_url.starts_with("https://")
}

fn name(settings: &Settings) -> &'static str {
    if is_secure(settings) { SECURE } else { NAME }
}

/// A secret for a browser to hold, and its fingerprint. A fresh one for each sign-in: an earlier visit in the same browser is over
/// with it.
pub(crate) fn secret(env: &Env) -> (String, String) {
    let secret = env.hex32();
    let known = fingerprint(&secret, 32);
    (secret, known)
}

/// Gives the secret to the browser, and to no script, and to no other site.
pub(crate) fn keep(mut response: Response, settings: &Settings, secret: &str) -> Response {
    set(&mut response, settings, secret, LASTS);
    response
}

/// Takes it back.
pub(crate) fn forget(mut response: Response, settings: &Settings) -> Response {
    set(&mut response, settings, "", 0);
    response
}

fn set(response: &mut Response, settings: &Settings, value: &str, lasts: u32) {
    let secure = if is_secure(settings) { "; Secure" } else { "" };
    let cookie = format!("{}={value}; Path=/; Max-Age={lasts}; HttpOnly; SameSite=Lax{secure}", name(settings));
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse as _;

    use super::*;

    fn settings(public_url: &str) -> Settings {
        Settings::from_parts("", [("VINCULO_PUBLIC_URL", public_url)]).unwrap()
    }

    fn read(lines: &[&str], settings: &Settings) -> Browser {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(COOKIE, HeaderValue::from_str(line).unwrap());
        }
        Browser::read(&headers, settings)
    }

    #[test]
    fn a_browser_is_known_by_what_it_was_given() {
        let settings = settings("http://127.0.0.1:8080");
        let (secret, known) = secret(&Env::system());
        let response = keep(().into_response(), &settings, &secret);
        let cookie = response.headers()[SET_COOKIE].to_str().unwrap();
        assert!(cookie.contains("; HttpOnly; SameSite=Lax") && !cookie.contains("Secure") && !cookie.contains(&known));
        let pair = cookie.split(';').next().unwrap();
        assert!(read(&[&format!("a=b; {pair}")], &settings).is(Some(&known)));
        assert!(read(&["a=b", pair], &settings).is(Some(&known)));
        for other in
            ["", "vinculo_portal=", "vinculo_portal", "x=y", &format!("x{pair}"), &format!("vinculo_portal={known}")]
        {
            assert!(!read(&[other], &settings).is(Some(&known)), "{other}");
            assert!(!read(&[other], &settings).is(None), "{other}");
        }
    }

    #[test]
    fn a_secure_address_has_a_cookie_that_only_it_can_set() {
        let settings = settings("https://portal.example");
        let (secret, known) = secret(&Env::system());
        let response = keep(().into_response(), &settings, &secret);
        let cookie = response.headers()[SET_COOKIE].to_str().unwrap();
        assert!(
            cookie.starts_with("__Host-") && cookie.ends_with("; Secure") && cookie.contains("; Path=/;"),
            "{cookie}"
        );
        assert!(!read(&[&format!("vinculo_portal={secret}")], &settings).is(Some(&known)), "planted by a neighbour");
        let gone = forget(().into_response(), &settings);
        assert!(gone.headers()[SET_COOKIE].to_str().unwrap().contains("=; Path=/; Max-Age=0"));
    }
}
