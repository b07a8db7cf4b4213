//! Following `links.next`, and nothing else (section 7.3).

use std::collections::HashSet;

use serde::de::DeserializeOwned;
use url::Url;

use super::data;
use crate::openfinance::OpenFinance;
use crate::openfinance::wire::envelope::Envelope;
use crate::openfinance::wire::money::Listing;
use crate::{Access, ConnectorError, ProtocolError};

impl OpenFinance {
    /// Reads a whole listing into memory: for the short ones.
    pub(super) async fn read_all<T: DeserializeOwned>(
        &self,
        access: &Access,
        base: &Url,
        first: Url,
    ) -> Result<Vec<T>, ConnectorError> {
        let limits = &self.http.limits;
        let (mut items, mut seen, mut url) = (Vec::new(), HashSet::new(), first);
        loop {
            if !seen.insert(url.to_string()) {
                return Err(ProtocolError::PageLoop.into());
            }
            if seen.len() > limits.pages as usize {
                return Err(ProtocolError::TooManyPages { limit: limits.pages }.into());
            }
            let envelope: Envelope<Listing<T>> = self.read_reply(access, &url).await?.json()?;
            let (page, next) = data(envelope)?;
            items.extend(page.0);
            if items.len() > limits.items {
                return Err(ProtocolError::TooManyItems { limit: limits.items }.into());
            }
            match next {
                Some(next) => url = next_url(&url, &next, base)?,
                None => return Ok(items),
            }
        }
    }
}

/// Reads the address of the next page. It must lie on the same origin and below the same path as the advertised
/// endpoint: the access token goes there.
pub(super) fn next_url(current: &Url, next: &str, base: &Url) -> Result<Url, ProtocolError> {
    let url = current.join(next).map_err(|_| ProtocolError::ForeignPage)?;
    let below = url.path().strip_prefix(base.path()).is_some_and(|rest| rest.starts_with('/'));
    let same = url.origin() == base.origin() && url.username().is_empty() && url.password().is_none();
    // An encoded slash or dot could lead a lenient server out of the path.
    let path = url.path().to_ascii_lowercase();
    let plain = !["%2e", "%2f", "%5c"].iter().any(|encoded| path.contains(encoded));
    if same && below && plain && next.len() <= 8192 { Ok(url) } else { Err(ProtocolError::ForeignPage) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn next(text: &str) -> Result<String, ProtocolError> {
        let base = Url::parse("https://b.br/open-banking/accounts/v2").unwrap();
        let current = Url::parse("https://b.br/open-banking/accounts/v2/accounts/1/transactions?page=1").unwrap();
        next_url(&current, text, &base).map(String::from)
    }

    #[test]
    fn pages_of_the_endpoint_are_followed() {
        for good in [
            "https://b.br/open-banking/accounts/v2/accounts/1/transactions?page=2&pagination-key=x",
            "https://b.br:443/open-banking/accounts/v2/accounts?page=2",
            "/open-banking/accounts/v2/accounts/1/transactions?page=2",
            "?page=2",
            "HTTPS://B.BR/open-banking/accounts/v2/accounts/1/transactions?page=2",
        ] {
            assert!(next(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn pages_elsewhere_are_not() {
        for bad in [
            "https://evil.br/open-banking/accounts/v2/accounts?page=2",
            "http://b.br/open-banking/accounts/v2/accounts?page=2",
            "https://b.br:8443/open-banking/accounts/v2/accounts?page=2",
            "https://b.br@evil.br/open-banking/accounts/v2/accounts",
            "https://u:p@b.br/open-banking/accounts/v2/accounts",
            "https://b.br/open-banking/accounts/v2x/accounts",
            "https://b.br/open-banking/accounts/v2",
            "https://b.br/open-banking/customers/v2/personal/identifications",
            "https://b.br/open-banking/accounts/v2/../../consents/v3/consents",
            "https://b.br/open-banking/accounts/v2/%2e%2E/consents",
            "https://b.br/open-banking/accounts/v2/..%2Fconsents",
            "https://b.br/open-banking/accounts/v2\\..\\consents",
            "//evil.br/open-banking/accounts/v2/accounts",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://",
        ] {
            assert_eq!(next(bad), Err(ProtocolError::ForeignPage), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_stays_at_the_bank(text in "\\PC{0,80}") {
            if let Ok(url) = next(&text) {
                prop_assert!(url.starts_with("https://b.br/open-banking/accounts/v2/"));
            }
        }
    }
}
