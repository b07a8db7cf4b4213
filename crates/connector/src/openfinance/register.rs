//! Dynamic client registration (section 4.2), once per authorization server, at its first use.

use std::sync::Arc;

use http::header::ACCEPT;
use tokio::sync::Mutex;
use vinculo_domain::Institution;
use vinculo_fapi::discovery::Discovery;
use vinculo_fapi::registration::{ClientMetadata, RegistrationResponse};
use vinculo_fapi::ssa;

use super::OpenFinance;
use super::registration::{Registration, RegistrationError};
use crate::{ConnectorError, ProtocolError};

impl OpenFinance {
    /// Returns our client id at a bank: from the settings, from an earlier registration, or from a new one.
    pub(super) async fn client_id(
        &self,
        institution: &Institution,
        discovery: &Discovery,
    ) -> Result<String, ConnectorError> {
        let server = institution.authorization_server_id.as_str();
        if let Some(known) = self.settings.client_ids.get(server) {
            return Ok(known.clone());
        }
        if let Some(known) = self.clients.get(server, self.settings.env.now()) {
            return Ok(known);
        }
        // Two users who choose the same new bank at the same moment must not register us twice.
        let turn = self.turn(server).await;
        let _turn = turn.lock().await;
        let registration = match self.load(server).await? {
            Some(known) => known,
            None => self.register(server, discovery).await?,
        };
        self.clients.put(server, jiff::Timestamp::MAX, registration.client_id.clone());
        Ok(registration.client_id)
    }

    async fn turn(&self, server: &str) -> Arc<Mutex<()>> {
        Arc::clone(self.turns.lock().await.entry(server.to_owned()).or_default())
    }

    async fn load(&self, server: &str) -> Result<Option<Registration>, ConnectorError> {
        self.settings.registrations.load(server).await.map_err(internal)
    }

    async fn register(&self, server: &str, discovery: &Discovery) -> Result<Registration, ConnectorError> {
        let answer = match self.post_registration(discovery).await {
            Ok(answer) => answer,
            // A bank takes one registration per statement: perhaps another process of ours was faster.
            Err(error) => return self.load(server).await?.ok_or(error),
        };
        let metadata = serde_json::to_string(&ClientMetadata { software_statement: None, ..answer.metadata });
        let fresh = Registration {
            authorization_server_id: server.to_owned(),
            client_id: answer.client_id,
            registration_access_token: answer.registration_access_token,
            registration_client_uri: answer.registration_client_uri,
            metadata: metadata.unwrap_or_default(),
        };
        tracing::info!(authorization_server.id = server, "registered at the authorization server");
        self.settings.registrations.keep(&fresh).await.map_err(internal)
    }

    async fn post_registration(&self, discovery: &Discovery) -> Result<RegistrationResponse, ConnectorError> {
        let url = discovery.registration_endpoint().ok_or(ConnectorError::Unsupported("registration"))?;
        self.http.secure(url)?;
        let signed = self.software_statement().await?;
        let statement = ssa::peek(&signed).map_err(|error| ProtocolError::Unreadable(error.to_string()))?;
        let body = ClientMetadata::of_statement(&statement, signed, self.settings.redirect_uris.clone());
        let request = self.http.client().post(url.clone()).json(&body).header(ACCEPT, "application/json");
        let reply = self.http.once(request, self.http.limits.protocol_bytes).await?.oauth()?;
        RegistrationResponse::parse(&reply.body).map_err(|error| ProtocolError::Unreadable(error.to_string()).into())
    }
}

fn internal(error: RegistrationError) -> ConnectorError {
    ConnectorError::Internal(error.to_string())
}
