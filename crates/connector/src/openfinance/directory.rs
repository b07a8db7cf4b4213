//! The directory of participants (section 3): brands, and the statement about ourselves.

use std::collections::BTreeMap;

use http::header::ACCEPT;
use serde::Deserialize;
use url::Url;
use vinculo_domain::Institution;
use vinculo_fapi::token::TokenResponse;

use super::http::unreadable;
use super::map::institution::{Knowledge, institutions};
use super::wire::participants::Participant;
use super::{DirectorySettings, OpenFinance};
use crate::{ConnectorError, ProtocolError};

impl OpenFinance {
    /// Lists the institutions of the directory and of the settings.
    pub(super) async fn participants(&self) -> Result<Vec<Institution>, ConnectorError> {
        let listed = match &self.settings.directory {
            Some(directory) => self.listed(directory).await?,
            None => Vec::new(),
        };
        let fixed = self.settings.fixed.iter().map(|fixed| fixed.institution.clone());
        // The later one wins.
        let all: BTreeMap<_, _> = listed.into_iter().chain(fixed).map(|i| (i.code.clone(), i)).collect();
        Ok(all.into_values().collect())
    }

    /// Fetches the participants document and maps it.
    async fn listed(&self, directory: &DirectorySettings) -> Result<Vec<Institution>, ConnectorError> {
        let limits = &self.http.limits;
        let url = &directory.participants_url;
        let body = self.http.open_document(url, limits.participants_bytes, limits.participants_time).await?;
        let (brands, popular) = (self.settings.brands.clone(), self.settings.popular.clone());
        // The real document has tens of megabytes: reading it would hold up everything else on this thread.
        let read = move || {
            let participants: Vec<Participant> = serde_json::from_slice(&body).map_err(|e| unreadable(&e))?;
            Ok(institutions(&participants, &Knowledge { brands: &brands, popular: &popular }))
        };
        let done: Result<_, ProtocolError> =
            tokio::task::spawn_blocking(read).await.map_err(|e| ConnectorError::Internal(e.to_string()))?;
        Ok(done?)
    }

    /// Fetches a fresh software statement assertion. It is good for five minutes, so it is never kept.
    pub(super) async fn software_statement(&self) -> Result<String, ConnectorError> {
        let no_directory = ConnectorError::Unsupported("a software statement, for no directory is set");
        let directory = self.settings.directory.as_ref().ok_or(no_directory)?;
        let token = self.directory_token(directory).await?;
        let url = &directory.software_statement_url;
        self.http.secure(url)?;
        let request = || {
            let token = secrecy::ExposeSecret::expose_secret(&token.access_token);
            self.http.client().get(url.clone()).bearer_auth(token).header(ACCEPT, "application/jwt")
        };
        let reply = self.http.read(request, self.http.limits.protocol_bytes).await?;
        let text = String::from_utf8(reply.body).map_err(|_| ProtocolError::Unreadable("software statement".into()))?;
        Ok(text.trim().to_owned())
    }

    /// Gets a token of the directory: our certificate is the authentication (`tls_client_auth`).
    async fn directory_token(&self, directory: &DirectorySettings) -> Result<TokenResponse, ConnectorError> {
        let url = &self.directory_token_endpoint(directory).await?;
        self.http.secure(url)?;
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", self.settings.identity.software_id.as_str()),
            ("scope", "directory:software"),
        ];
        let request = self.http.client().post(url.clone()).form(&form).header(ACCEPT, "application/json");
        let reply = self.http.once(request, self.http.limits.protocol_bytes).await?.oauth()?;
        TokenResponse::parse(&reply.body).map_err(|e| ProtocolError::Unreadable(e.to_string()).into())
    }

    /// Returns the token endpoint, by way of the discovery document where that is what the settings name.
    async fn directory_token_endpoint(&self, directory: &DirectorySettings) -> Result<Url, ConnectorError> {
        let url = &directory.token_url;
        if !url.path().ends_with("/.well-known/openid-configuration") {
            return Ok(url.clone());
        }
        let limits = &self.http.limits;
        let body = self.http.open_document(url, limits.protocol_bytes, limits.call_time).await?;
        let document: DirectoryDocument = serde_json::from_slice(&body).map_err(|e| unreadable(&e))?;
        Ok(document
            .mtls_endpoint_aliases
            .unwrap_or(Endpoints { token_endpoint: document.token_endpoint })
            .token_endpoint)
    }
}

/// What is needed of the directory's discovery document. It is no bank: the profile does not apply to it.
#[derive(Deserialize)]
struct DirectoryDocument {
    token_endpoint: Url,
    mtls_endpoint_aliases: Option<Endpoints>,
}

#[derive(Deserialize)]
struct Endpoints {
    token_endpoint: Url,
}
