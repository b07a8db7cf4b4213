//! The client that we are at each authorization server.

use async_trait::async_trait;
use secrecy::SecretString;

/// Our registration at an authorization server.
#[derive(Debug, Clone)]
pub struct Registration {
    /// Id of the authorization server in the directory.
    pub authorization_server_id: String,
    /// Our name there.
    pub client_id: String,
    /// Bearer token for reading and changing the registration; does not rotate.
    pub registration_access_token: Option<SecretString>,
    /// Address of the registration.
    pub registration_client_uri: Option<String>,
    /// The server's answer as JSON text, without the access token.
    pub metadata: String,
    /// Names the keys and redirect URIs that it was made with; `None` when that is not known.
    pub made_with: Option<String>,
}

/// The store of registrations failed. The text is for the log.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct RegistrationError(pub String);

/// Keeps registrations between starts.
#[async_trait]
pub trait RegistrationStore: Send + Sync + 'static {
    /// Finds the registration at an authorization server.
    async fn load(&self, authorization_server_id: &str) -> Result<Option<Registration>, RegistrationError>;

    /// Keeps a new registration and returns the one to use. The first one wins: when another process was faster,
    /// its registration comes back.
    async fn keep(&self, registration: &Registration) -> Result<Registration, RegistrationError>;

    /// Keeps a registration in place of the one that is there.
    async fn replace(&self, registration: &Registration) -> Result<(), RegistrationError> {
        self.forget(registration).await?;
        self.keep(registration).await.map(drop)
    }

    /// Forgets the registration at the authorization server of `registration`. A store that keeps nothing has nothing to
    /// forget.
    async fn forget(&self, _registration: &Registration) -> Result<(), RegistrationError> {
        Ok(())
    }
}
