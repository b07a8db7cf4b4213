//! Reading, changing and deleting a registration (RFC 7592): with its access token, by mTLS.

use http::Method;
use http::header::ACCEPT;
use reqwest::RequestBuilder;
use secrecy::ExposeSecret;
use url::Url;
use vinculo_domain::Institution;
use vinculo_fapi::discovery::Discovery;
use vinculo_fapi::registration::{ClientMetadata, RegistrationResponse};

use super::OpenFinance;
use super::register::internal;
use super::registration::Registration;
use crate::{ConnectorError, ProtocolError};

impl OpenFinance {
    /// Reads our registration at a bank, as the bank has it. `None` when we are not registered there ourselves: never
    /// used, or with a client id that the settings give.
    ///
    /// # Errors
    /// [`ConnectorError::Unauthorised`] when the bank no longer knows us; [`ConnectorError::Unsupported`] when it gave no
    /// means to read.
    pub async fn registration(
        &self,
        institution: &Institution,
    ) -> Result<Option<RegistrationResponse>, ConnectorError> {
        let server = institution.authorization_server_id.as_str();
        if self.given_client_id(server).is_some() {
            return Ok(None);
        }
        match self.load(server).await? {
            Some(known) => self.get_registration(&known).await.map(Some),
            None => Ok(None),
        }
    }

    /// Brings our registration at a bank up to date, whether or not it seems to need it; registers where we are not.
    /// Returns the client id.
    ///
    /// # Errors
    /// The bank refuses, or cannot be reached; then the registration stays as it was.
    pub async fn update_registration(&self, institution: &Institution) -> Result<String, ConnectorError> {
        let server = institution.authorization_server_id.as_str();
        let discovery = self.discovery(institution).await?;
        let Some(known) = self.load(server).await? else { return self.client_id(institution, &discovery).await };
        let fresh = self.bring_up_to_date(&known, &discovery).await?;
        self.clients.forget(server);
        Ok(fresh.client_id)
    }

    /// Deletes our registration at a bank, and forgets it. Consents and tokens of this client end with it. Returns false
    /// when there was none.
    ///
    /// # Errors
    /// The bank refuses, or cannot be reached; then we remember it still.
    pub async fn unregister(&self, institution: &Institution) -> Result<bool, ConnectorError> {
        let server = institution.authorization_server_id.as_str();
        let Some(known) = self.load(server).await? else { return Ok(false) };
        let request = self.manage(Method::DELETE, &known)?;
        match self.http.once(request, self.http.limits.protocol_bytes).await?.data() {
            // What it no longer knows is deleted.
            Ok(_) | Err(ConnectorError::Unauthorised | ConnectorError::NotFound) => {}
            Err(error) => return Err(error),
        }
        self.settings.registrations.forget(&known).await.map_err(internal)?;
        self.clients.forget(server);
        self.client_tokens.forget(server);
        Ok(true)
    }

    /// Reads a registration.
    pub(super) async fn get_registration(&self, known: &Registration) -> Result<RegistrationResponse, ConnectorError> {
        let reply = self.http.once(self.manage(Method::GET, known)?, self.http.limits.protocol_bytes).await?.data()?;
        RegistrationResponse::parse(&reply.body).map_err(|error| ProtocolError::Unreadable(error.to_string()).into())
    }

    /// Changes a registration to what we want now; registers anew where the bank does not know it, or gave no means to
    /// change it.
    pub(super) async fn bring_up_to_date(
        &self,
        known: &Registration,
        discovery: &Discovery,
    ) -> Result<Registration, ConnectorError> {
        let server = known.authorization_server_id.as_str();
        let answer = match self.put_registration(known).await {
            Ok(answer) => answer,
            Err(error) if is_lost(&error) || has_moved(&error, known, discovery) => {
                return self.register_again(known, discovery).await;
            }
            Err(error) => return Err(error),
        };
        let fresh = self.of_answer(server, answer, Some(known));
        self.settings.registrations.replace(&fresh).await.map_err(internal)?;
        tracing::info!(authorization_server.id = server, "registration brought up to date");
        Ok(fresh)
    }

    async fn put_registration(&self, known: &Registration) -> Result<RegistrationResponse, ConnectorError> {
        let request = self.manage(Method::PUT, known)?;
        let mut body = serde_json::to_value(self.wanted_metadata().await?)
            .map_err(|error| ConnectorError::Internal(error.to_string()))?;
        body["client_id"] = known.client_id.as_str().into();
        let reply = self.http.once(request.json(&body), self.http.limits.protocol_bytes).await?.data()?;
        RegistrationResponse::parse(&reply.body).map_err(|error| ProtocolError::Unreadable(error.to_string()).into())
    }

    fn manage(&self, method: Method, known: &Registration) -> Result<RequestBuilder, ConnectorError> {
        let (Some(uri), Some(token)) = (&known.registration_client_uri, &known.registration_access_token) else {
            return Err(ConnectorError::Unsupported(MANAGEMENT));
        };
        let url = Url::parse(uri).map_err(|_| ProtocolError::Unreadable("registration_client_uri".to_owned()))?;
        self.http.secure(&url)?;
        let client = self.line(&known.authorization_server_id).http.client();
        Ok(client.request(method, url).bearer_auth(token.expose_secret()).header(ACCEPT, "application/json"))
    }

    /// Says whether a registration was made with what we have now.
    pub(super) fn is_current(&self, known: &Registration) -> bool {
        match &known.made_with {
            Some(made_with) => *made_with == self.fingerprint(&known.authorization_server_id),
            // From before fingerprints were kept.
            None => {
                let metadata: ClientMetadata = serde_json::from_str(&known.metadata).unwrap_or_default();
                self.settings.redirect_uris.iter().all(|uri| metadata.redirect_uris.contains(uri))
            }
        }
    }

    /// Names what a registration at a server is made of: a bank has to hear of it when one of these changes.
    pub(super) fn fingerprint(&self, server: &str) -> String {
        let [signing, encryption] = self.line(server).kids();
        let mut parts = vec![self.settings.identity.software_id.as_str(), signing, encryption];
        parts.extend(self.settings.redirect_uris.iter().map(String::as_str));
        vinculo_domain::fingerprint(&parts.join("\n"), 16)
    }
}

/// Says whether a bank cannot be talked to about a registration any more: it does not know it, or gave no means.
pub(super) fn is_lost(error: &ConnectorError) -> bool {
    matches!(error, ConnectorError::Unauthorised | ConnectorError::NotFound | ConnectorError::Unsupported(MANAGEMENT))
}

/// Says whether a bank has moved: nobody is where the registration was managed, and registering is done elsewhere now.
pub(super) fn has_moved(error: &ConnectorError, known: &Registration, discovery: &Discovery) -> bool {
    let before = known.registration_client_uri.as_deref().and_then(|uri| Url::parse(uri).ok());
    let elsewhere = match (before, discovery.registration_endpoint()) {
        (Some(before), Some(now)) => before.origin() != now.origin(),
        _ => false,
    };
    elsewhere && matches!(error, ConnectorError::Unreachable(_))
}

/// What is missing where a bank gave neither address nor token of the registration.
const MANAGEMENT: &str = "management of the registration";
