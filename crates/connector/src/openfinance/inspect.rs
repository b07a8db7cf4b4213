//! One step at a time, for commands that show what happens: `doctor` and `probe`.

use std::sync::Arc;

use http::header::{ACCEPT, COOKIE, LOCATION, SET_COOKIE};
use jiff::Timestamp;
use url::Url;
use vinculo_domain::Institution;
use vinculo_fapi::discovery::Discovery;
use vinculo_fapi::fragment::AuthorizationResponse;
use vinculo_fapi::jwks::JwkSet;
use vinculo_fapi::ssa::{self, SoftwareStatement};

use super::OpenFinance;
use super::cookies::Cookies;
use crate::{ConnectorError, ProtocolError};

/// How often a bank may send the visitor on.
const MOST_REDIRECTS: usize = 20;

/// How we came by a client id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Membership {
    /// The settings give it.
    Given,
    /// From an earlier registration.
    Known,
    /// Registered just now.
    Fresh,
}

impl OpenFinance {
    /// Reads a bank's discovery document and checks it against the profile.
    ///
    /// # Errors
    /// It cannot be reached, or breaks a rule.
    pub async fn discover(&self, institution: &Institution) -> Result<Arc<Discovery>, ConnectorError> {
        self.discovery(institution).await
    }

    /// Reads a bank's key set.
    ///
    /// # Errors
    /// It cannot be reached, or holds no usable key.
    pub async fn keys(&self, institution: &Institution) -> Result<Arc<JwkSet>, ConnectorError> {
        let discovery = self.discovery(institution).await?;
        let line = self.line(&institution.authorization_server_id);
        let keys = line.jwks.get(discovery.jwks_uri.as_str(), self.settings.env.now()).await;
        keys.map_err(|error| ConnectorError::Unreachable(error.to_string()))
    }

    /// Returns our client id at a bank, registering there if need be.
    ///
    /// # Errors
    /// The bank refuses us, or cannot be reached.
    pub async fn join(&self, institution: &Institution) -> Result<(String, Membership), ConnectorError> {
        let server = institution.authorization_server_id.as_str();
        let how = match self.given_client_id(server) {
            Some(_) => Membership::Given,
            None if self.load(server).await?.is_some() => Membership::Known,
            None => Membership::Fresh,
        };
        let discovery = self.discovery(institution).await?;
        Ok((self.client_id(institution, &discovery).await?, how))
    }

    /// Reads what the directory says of our software.
    ///
    /// # Errors
    /// The directory refuses us, or cannot be reached; or the settings name none.
    pub async fn statement(&self) -> Result<SoftwareStatement, ConnectorError> {
        let signed = self.software_statement().await?;
        ssa::peek(&signed).map_err(|error| ProtocolError::Unreadable(error.to_string()).into())
    }

    /// Opens the address of an authorization as a browser without a person would: shows no certificate, keeps cookies,
    /// follows redirects until one leads to `redirect_uri`, and reads the answer there. Works with banks that approve by
    /// themselves.
    ///
    /// # Errors
    /// [`ConnectorError::Unsupported`] when the bank shows a page.
    pub async fn visit(
        &self,
        institution: &Institution,
        url: &str,
        redirect_uri: &str,
    ) -> Result<AuthorizationResponse, ConnectorError> {
        let unreadable = |what: &str| ProtocolError::Unreadable(what.to_owned());
        let http = &self.line(&institution.authorization_server_id).visitor;
        let mut url = Url::parse(url).map_err(|_| unreadable("the authorization address"))?;
        let mut cookies = Cookies::default();
        for _ in 0..MOST_REDIRECTS {
            let Some(next) = http.location(&url, &mut cookies, self.settings.env.now()).await? else {
                return Err(ConnectorError::Unsupported("authorization without a person: the bank shows a page"));
            };
            let next = url.join(&next).map_err(|_| unreadable("a redirect"))?;
            if next.as_str().split('#').next() == Some(redirect_uri) {
                let fragment = next.fragment().unwrap_or_default();
                return AuthorizationResponse::parse(fragment).map_err(|e| unreadable(&e.to_string()).into());
            }
            url = next;
        }
        Err(unreadable("too many redirects").into())
    }
}

impl super::http::Http {
    /// Opens an address as a browser would; returns where it leads on, or `None` for a page.
    async fn location(
        &self,
        url: &Url,
        cookies: &mut Cookies,
        now: Timestamp,
    ) -> Result<Option<String>, ConnectorError> {
        let mut request = self.client().get(url.clone()).header(ACCEPT, "text/html");
        if let Some(header) = cookies.header(url) {
            request = request.header(COOKIE, header);
        }
        let (status, headers) = self.opened(request).await?;
        headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()).for_each(|text| {
            cookies.take(url, text, now);
        });
        let location = headers.get(LOCATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
        match status {
            300..=399 => Ok(location),
            200..=299 => Ok(None),
            429 | 500..=599 => Err(ConnectorError::Unavailable { status, retry_after: None }),
            status => Err(ConnectorError::Refused { status, code: None }),
        }
    }
}
