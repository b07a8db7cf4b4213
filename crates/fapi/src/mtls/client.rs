//! The client that shows a certificate.

use std::time::Duration;

use secrecy::SecretString;

use super::MtlsError;

/// A certificate chain and its key, both PEM.
#[derive(Clone)]
pub struct ClientIdentity {
    /// The certificate, then its issuers.
    pub certificates_pem: String,
    /// The key, PKCS#8.
    pub key_pem: SecretString,
}

/// How a client connects.
#[derive(Clone)]
pub struct ClientSettings {
    /// Whom to present ourselves as; none for calls that need no certificate.
    pub identity: Option<ClientIdentity>,
    /// The roots to trust, PEM; no others are.
    pub roots_pem: String,
    /// How long a connection may take, handshake included.
    pub connect_timeout: Duration,
    /// How long a whole call may take.
    pub timeout: Duration,
    /// Whether plain `http` may be called (without certificate, of course): for the sandbox network on one machine.
    pub allow_http: bool,
}

/// Makes a client: TLS 1.2 or later, the suites of the profile, no resumption, no redirects, no proxy.
pub fn client(settings: &ClientSettings) -> Result<reqwest::Client, MtlsError> {
    let _ = settings;
    todo!()
}
