//! The bank's own JSON, read with the link's token and without our connector.

use std::time::Duration;

use jiff::civil::Date;
use secrecy::ExposeSecret as _;
use serde_json::Value;
use vinculo_domain::{Institution, LinkId};
use vinculo_fapi::mtls::{ClientIdentity, ClientSettings, client};

use super::chain::Chain;

/// One person's view of the bank.
pub(super) struct Bank {
    http: reqwest::Client,
    token: String,
    institution: Institution,
}

impl Bank {
    pub(super) async fn of(chain: &Chain, link: LinkId) -> Self {
        let kit = &chain.kit;
        let identity =
            ClientIdentity { certificates_pem: kit.transport_cert_pem.clone(), key_pem: kit.transport_key_pem.clone() };
        let seconds = Duration::from_secs(30);
        let http = client(&ClientSettings {
            identity: Some(identity),
            roots_pem: kit.ca_pem.clone(),
            connect_timeout: seconds,
            timeout: seconds,
            allow_http: false,
        });
        let stored = chain.store.tokens(link).await.unwrap().unwrap();
        let code = chain.store.link_by_id(link).await.unwrap().unwrap().institution;
        let institution = chain.store.institution_by_code(&code).await.unwrap().unwrap();
        Self { http: http.unwrap(), token: stored.tokens.access.expose_secret().to_owned(), institution }
    }

    /// Reads one answer. `None` when the bank does not serve the family at all, or this path of it.
    pub(super) async fn one(&self, family: &str, path: &str) -> Option<Value> {
        self.single(family, 2, path).await
    }

    /// [`Self::one`] of a family in another major version.
    pub(super) async fn single(&self, family: &str, major: u32, path: &str) -> Option<Value> {
        let base = self.institution.api_base(family, major)?;
        self.at(&format!("{base}{path}")).await
    }

    /// Reads all items of a list, page by page.
    pub(super) async fn all(&self, family: &str, path: &str) -> Vec<Value> {
        self.every(family, 2, path).await
    }

    /// [`Self::all`] of a family in another major version.
    pub(super) async fn every(&self, family: &str, major: u32, path: &str) -> Vec<Value> {
        let Some(base) = self.institution.api_base(family, major) else { return Vec::new() };
        let (mut items, mut next) = (Vec::new(), Some(format!("{base}{path}")));
        while let Some(url) = next {
            let Some(page) = self.at(&url).await else { return items };
            items.extend(page["data"].as_array().into_iter().flatten().cloned());
            next = page["links"]["next"].as_str().map(str::to_owned);
        }
        items
    }

    async fn at(&self, url: &str) -> Option<Value> {
        let request = self.http.get(url).bearer_auth(&self.token).header("accept", "application/json");
        let answer = request
            .header("x-fapi-interaction-id", vinculo_domain::Env::system().uuid().to_string())
            .send()
            .await
            .unwrap();
        match answer.status().as_u16() {
            200 => Some(answer.json().await.unwrap()),
            403 | 404 => None,
            other => panic!("the bank answered {other} at {url}: {}", answer.text().await.unwrap_or_default()),
        }
    }
}

/// The last twelve months, as a round reads them.
pub(super) fn year() -> (Date, Date) {
    let zone = jiff::tz::TimeZone::get("America/Sao_Paulo").unwrap();
    let today = vinculo_domain::Env::system().now().to_zoned(zone).date();
    (today.saturating_sub(jiff::Span::new().months(12)), today)
}
