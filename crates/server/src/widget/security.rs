//! Headers of the widget's pages.

use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, HeaderValue};
use vinculo_domain::{CallbackUrl, Env};

/// What one page may do.
#[derive(Debug, Clone, Default)]
pub(crate) struct Policy {
    /// Lets this page's own scripts and styles run, and no others.
    pub(crate) nonce: String,
    /// Origin of the token's `event` address, when it is a web address: warnings are told to it by `fetch`.
    pub(crate) event_origin: Option<String>,
    /// Pictures may come over plain http: in the sandbox environment the banks' logos do.
    pub(crate) insecure_pictures: bool,
    /// What a form is answered with may lead to another site: the callback page's to the application's link.
    pub(crate) leads_away: bool,
}

impl Policy {
    /// Makes the policy of a page, with a fresh nonce.
    pub(crate) fn new(env: &Env, insecure_pictures: bool) -> Self {
        Self {
            nonce: STANDARD_NO_PAD.encode(env.bytes::<16>()),
            event_origin: None,
            insecure_pictures,
            leads_away: false,
        }
    }

    /// Allows telling events to the token's address.
    pub(crate) fn event(mut self, event: Option<&CallbackUrl>) -> Self {
        self.event_origin = event.and_then(CallbackUrl::origin);
        self
    }

    /// Lets the answer to a form lead to another site.
    pub(crate) fn leading_away(mut self) -> Self {
        self.leads_away = true;
        self
    }

    /// Writes the content security policy.
    ///
    /// `form-action` is `'self'`: forms only ever post to us, and what leads away is a link or the script's own
    /// navigation. Chromium holds every redirect behind a form post against that list, the bank's own included; only the
    /// callback page, whose answer may lead to the application's link, has a wider one.
    fn content(&self) -> String {
        let nonce = &self.nonce;
        let pictures = if self.insecure_pictures { "https: http:" } else { "https:" };
        let away = if self.leads_away { format!(" {pictures}") } else { String::new() };
        let event = self.event_origin.as_ref().map(|origin| format!(" {origin}")).unwrap_or_default();
        format!(
            "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src 'self' {pictures}; \
             connect-src 'self'{event}; form-action 'self'{away}; base-uri 'none'; frame-ancestors 'none'"
        )
    }

    /// Sets the headers of an answer.
    pub(crate) fn apply(&self, response: &mut Response) {
        let headers = response.headers_mut();
        if let Ok(value) = HeaderValue::from_str(&self.content()) {
            headers.insert(CONTENT_SECURITY_POLICY, value);
        }
        private(headers);
    }
}

/// What every answer of the widget has: nobody keeps it, nobody learns its address.
pub(crate) fn private(headers: &mut HeaderMap) {
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse as _;
    use vinculo_domain::CallbackPolicy;

    use super::*;

    #[test]
    fn only_what_carries_the_nonce_runs() {
        let event = CallbackUrl::parse("https://app.example/x;y,z", CallbackPolicy::Production).unwrap();
        let policy = Policy::new(&Env::system(), false).event(Some(&event));
        let mut response = ().into_response();
        policy.apply(&mut response);
        let csp = response.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(csp.contains(&format!("script-src 'nonce-{}'", policy.nonce)));
        assert!(csp.contains("connect-src 'self' https://app.example;"), "{csp}");
        assert!(!csp.contains("unsafe") && !csp.contains("http:"));
        assert_eq!(response.headers()[REFERRER_POLICY], "no-referrer");
    }

    #[test]
    fn only_the_page_that_leads_away_lets_forms_lead_away() {
        let policy = Policy::new(&Env::system(), false);
        assert!(policy.content().contains("form-action 'self';"));
        assert!(policy.leading_away().content().contains("form-action 'self' https:;"));
    }

    #[test]
    fn nonces_differ() {
        assert_ne!(Policy::new(&Env::system(), false).nonce, Policy::new(&Env::system(), false).nonce);
    }
}
