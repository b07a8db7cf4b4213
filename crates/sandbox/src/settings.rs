//! What the process tells the sandbox network at its start.

use std::net::SocketAddr;
use std::path::PathBuf;

use secrecy::SecretString;

/// Addresses, the data folder, and the receiver that the directory knows from the start.
#[derive(Debug, Clone)]
pub struct SandboxSettings {
    /// Data folder; the network keeps its own under `<data_dir>/sandbox/`.
    pub data_dir: PathBuf,
    /// Where the people-facing pages listen; port 0 takes any free port.
    pub people_listen: SocketAddr,
    /// Public address of the people-facing pages, without a slash at the end; `None` takes the bound address.
    pub people_url: Option<String>,
    /// Where the machine-facing mTLS listener listens; port 0 takes any free port.
    pub mtls_listen: SocketAddr,
    /// Public address of the mTLS listener, without a slash at the end; `None` takes the bound address.
    pub mtls_url: Option<String>,
    /// The receiver that gets its certificates at the first start.
    pub receiver: ReceiverSettings,
}

/// The data receiver as the directory shows it.
#[derive(Debug, Clone)]
pub struct ReceiverSettings {
    /// Client name that people see on the bank's confirmation page.
    pub name: String,
    /// Redirect URIs of the software statement.
    pub redirect_uris: Vec<String>,
    /// Address of the receiver's logo.
    pub logo_uri: Option<String>,
}

/// What can be different from the plain network on one machine.
#[derive(Debug, Clone, Default)]
pub struct SandboxOptions {
    /// Whether the people-facing pages, and with them the issuers, are on TLS.
    pub people_tls: PeopleTls,
    /// Clients that banks know without a registration.
    pub clients: Vec<KnownClient>,
}

/// A client that is known without a registration and without the directory.
#[derive(Debug, Clone)]
pub struct KnownClient {
    /// Its client id, at every brand.
    pub client_id: String,
    /// Name that people see.
    pub name: String,
    /// Where answers may go.
    pub redirect_uris: Vec<String>,
    /// Its public keys.
    pub keys: KnownKeys,
    /// Its transport certificate, then the issuers of it; PEM. No other certificate of these issuers is believed.
    pub certificates_pem: String,
}

/// Where the public keys of a [`KnownClient`] come from.
#[derive(Debug, Clone)]
pub enum KnownKeys {
    /// A JWK set as JSON.
    Set(String),
    /// An address of a JWK set. It is fetched when it is needed and kept for a while.
    Address {
        /// The address, `https` or `http`.
        url: String,
        /// Authorities that are trusted for it beside the network's own, PEM.
        authorities_pem: Option<String>,
    },
}

/// TLS of the people-facing listener.
#[derive(Debug, Clone, Default)]
pub enum PeopleTls {
    /// Plain HTTP.
    #[default]
    Off,
    /// With a certificate of the network's own authority.
    Own,
    /// With this certificate and chain, and its key (PKCS#8); PEM.
    Given {
        /// Certificate, then its issuers.
        certificates_pem: String,
        /// Key of the certificate.
        key_pem: SecretString,
    },
}
