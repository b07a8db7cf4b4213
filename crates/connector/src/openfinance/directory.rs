//! The directory of participants (section 3): brands, and the statement about ourselves.

use http::header::ACCEPT;
use vinculo_domain::Institution;
use vinculo_fapi::token::TokenResponse;

use super::OpenFinance;
use super::http::unreadable;
use super::map::institution::{Knowledge, institutions};
use super::wire::participants::Participant;
use crate::{ConnectorError, ProtocolError};

impl OpenFinance {
    /// Fetches the participants document and maps it.
    pub(super) async fn participants(&self) -> Result<Vec<Institution>, ConnectorError> {
        let limits = &self.http.limits;
        let url = &self.settings.directory.participants_url;
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
        let token = self.directory_token().await?;
        let url = &self.settings.directory.software_statement_url;
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
    async fn directory_token(&self) -> Result<TokenResponse, ConnectorError> {
        let url = &self.settings.directory.token_url;
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
}
