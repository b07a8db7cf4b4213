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
}
