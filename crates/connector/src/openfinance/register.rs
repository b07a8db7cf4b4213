//! Dynamic client registration (section 4.2), once per authorization server, at its first use; and who we are there
//! from then on.

use std::sync::Arc;

use http::header::ACCEPT;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;
use vinculo_domain::Institution;
use vinculo_fapi::discovery::Discovery;
use vinculo_fapi::oauth_error::code;
use vinculo_fapi::registration::{ClientMetadata, RegistrationResponse};
use vinculo_fapi::ssa;

use super::OpenFinance;
use super::bank::Bank;
use super::manage::{has_moved, is_lost};
use super::registration::{Registration, RegistrationError};
use crate::{ConnectorError, ProtocolError};

/// How long a registration that could not be brought up to date is used before that is tried again; and how long a bank
/// that does not accept us is not asked again whether it knows us.
const PAUSE: SignedDuration = SignedDuration::from_mins(10);

impl OpenFinance {
    /// Returns our client id at a bank: from the settings, from an earlier registration, or from a new one. A
    /// registration made with other keys or redirect URIs is brought up to date first.
    pub(super) async fn client_id(
        &self,
        institution: &Institution,
        discovery: &Discovery,
    ) -> Result<String, ConnectorError> {
        let server = institution.authorization_server_id.as_str();
        if let Some(known) = self.given_client_id(server) {
            return Ok(known.to_owned());
        }
        let now = self.settings.env.now();
        if let Some(known) = self.clients.get(server, now) {
            return Ok(known);
        }
        // Two users who choose the same new bank at the same moment must not register us twice.
        let turn = self.turn(server).await;
        let _turn = turn.lock().await;
        let (registration, until) = match self.load(server).await? {
            Some(known) if self.is_current(&known) => (known, Timestamp::MAX),
            Some(known) => match self.bring_up_to_date(&known, discovery).await {
                Ok(fresh) => (fresh, Timestamp::MAX),
                Err(error) => {
                    tracing::warn!(authorization_server.id = server, %error, "the registration stays as it was");
                    (known, now.checked_add(PAUSE).unwrap_or(now))
                }
            },
            None => (self.register(server, discovery).await?, Timestamp::MAX),
        };
        self.clients.put(server, until, registration.client_id.clone());
        Ok(registration.client_id)
    }

    /// Returns the client id that the settings give.
    pub(super) fn given_client_id(&self, server: &str) -> Option<&str> {
        let mut fixed = self.settings.fixed.iter();
        let fixed = fixed.find(|fixed| fixed.institution.authorization_server_id == server);
        fixed
            .and_then(|fixed| fixed.client_id.as_ref())
            .or_else(|| self.settings.client_ids.get(server))
            .map(String::as_str)
    }

    async fn turn(&self, server: &str) -> Arc<Mutex<()>> {
        Arc::clone(self.turns.lock().await.entry(server.to_owned()).or_default())
    }

    pub(super) async fn load(&self, server: &str) -> Result<Option<Registration>, ConnectorError> {
        self.settings.registrations.load(server).await.map_err(internal)
    }

    async fn register(&self, server: &str, discovery: &Discovery) -> Result<Registration, ConnectorError> {
        let answer = match self.post_registration(server, discovery).await {
            Ok(answer) => answer,
            // A bank takes one registration per statement: perhaps another process of ours was faster.
            Err(error) => return self.load(server).await?.ok_or(error),
        };
        let fresh = self.of_answer(server, answer, None);
        tracing::info!(authorization_server.id = server, "registered at the authorization server");
        self.settings.registrations.keep(&fresh).await.map_err(internal)
    }

    /// Registers although we know of a registration, which gives way.
    pub(super) async fn register_again(
        &self,
        known: &Registration,
        discovery: &Discovery,
    ) -> Result<Registration, ConnectorError> {
        let server = known.authorization_server_id.as_str();
        let fresh = self.of_answer(server, self.post_registration(server, discovery).await?, None);
        tracing::info!(authorization_server.id = server, "registered anew at the authorization server");
        self.settings.registrations.replace(&fresh).await.map_err(internal)?;
        self.client_tokens.forget(server);
        Ok(fresh)
    }

    async fn post_registration(
        &self,
        server: &str,
        discovery: &Discovery,
    ) -> Result<RegistrationResponse, ConnectorError> {
        let url = discovery.registration_endpoint().ok_or(ConnectorError::Unsupported("registration"))?;
        self.http.secure(url)?;
        let body = self.wanted_metadata().await?;
        let request = self.line(server).http.client().post(url.clone()).json(&body).header(ACCEPT, "application/json");
        let reply = self.http.once(request, self.http.limits.protocol_bytes).await?.oauth()?;
        RegistrationResponse::parse(&reply.body).map_err(|error| ProtocolError::Unreadable(error.to_string()).into())
    }

    /// What we want to be registered as, with a fresh software statement.
    pub(super) async fn wanted_metadata(&self) -> Result<ClientMetadata, ConnectorError> {
        let signed = self.software_statement().await?;
        let statement = ssa::peek(&signed).map_err(|error| ProtocolError::Unreadable(error.to_string()))?;
        Ok(ClientMetadata::of_statement(&statement, signed, self.settings.redirect_uris.clone()))
    }

    /// Takes a bank's answer over. The access token and address of `earlier` stay where the answer names none.
    pub(super) fn of_answer(
        &self,
        server: &str,
        answer: RegistrationResponse,
        earlier: Option<&Registration>,
    ) -> Registration {
        let metadata = serde_json::to_string(&ClientMetadata { software_statement: None, ..answer.metadata });
        let before = |pick: fn(&Registration) -> Option<String>| earlier.and_then(pick);
        let token = answer.registration_access_token;
        Registration {
            authorization_server_id: server.to_owned(),
            client_id: answer.client_id,
            registration_access_token: token.or_else(|| earlier?.registration_access_token.clone()),
            registration_client_uri: answer.registration_client_uri.or(before(|r| r.registration_client_uri.clone())),
            metadata: metadata.unwrap_or_default(),
            made_with: Some(self.fingerprint(server)),
        }
    }

    /// The bank has refused us with `error`. Where it has forgotten us, registers anew and returns who we are now.
    ///
    /// # Errors
    /// `error` itself when it says something else, or when the bank knows us after all.
    pub(super) async fn known_again(
        &self,
        institution: &Institution,
        bank: Bank,
        error: ConnectorError,
    ) -> Result<Bank, ConnectorError> {
        let server = institution.authorization_server_id.as_str();
        let stranger =
            matches!(&error, ConnectorError::Refused { code: Some(said), .. } if said == code::INVALID_CLIENT);
        if !stranger || self.given_client_id(server).is_some() {
            return Err(error);
        }
        let turn = self.turn(server).await;
        let _turn = turn.lock().await;
        let Some(known) = self.load(server).await? else { return Err(error) };
        let known = if known.client_id == bank.client_id {
            if !self.has_forgotten(&known, &bank.discovery).await {
                return Err(error);
            }
            self.register_again(&known, &bank.discovery).await?
        } else {
            // Another task or process has done it meanwhile.
            known
        };
        self.clients.put(server, Timestamp::MAX, known.client_id.clone());
        self.client_tokens.forget(server);
        Ok(Bank { client_id: known.client_id, ..bank })
    }

    /// Asks the bank whether it still knows a registration; not more often than every few minutes, for a bank that
    /// refuses us for another reason must not be flooded.
    async fn has_forgotten(&self, known: &Registration, discovery: &Discovery) -> bool {
        let (server, now) = (known.authorization_server_id.as_str(), self.settings.env.now());
        if self.doubts.get(server, now).is_some() {
            return false;
        }
        self.doubts.put(server, now.checked_add(PAUSE).unwrap_or(now), ());
        match self.get_registration(known).await {
            Ok(_) => false,
            Err(error) => {
                is_lost(&error)
                    || matches!(error, ConnectorError::Forbidden { .. })
                    || has_moved(&error, known, discovery)
            }
        }
    }
}

pub(super) fn internal(error: RegistrationError) -> ConnectorError {
    ConnectorError::Internal(error.to_string())
}
