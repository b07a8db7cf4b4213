//! TLS on both sides: the bank's listener that asks for client certificates, and the client that shows one.
//!
//! Both speak TLS 1.3, and TLS 1.2 with the two suites of the profile, and neither resumes sessions. Whether a
//! certificate is in date is judged by the TLS library, by the machine's clock.

mod client;
mod listener;
mod server;

use std::sync::Arc;

use rustls::RootCertStore;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use secrecy::{ExposeSecret, SecretString};

pub use client::{ClientIdentity, ClientSettings, client};
pub use listener::{ListenerLimits, MtlsListener, Peer};
pub use server::{
    ServerSettings, client_verifier, client_verifier_with, public_config, server_config, server_config_with,
};

/// Why TLS could not be set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MtlsError {
    /// A certificate or a list of them is not valid PEM.
    #[error("not valid certificates in PEM")]
    Certificates,
    /// There is no root to trust.
    #[error("no root certificate to trust")]
    NoRoots,
    /// The private key is not valid, or does not belong to the certificate.
    #[error("not a private key that fits the certificate")]
    Key,
    /// The TLS library refused the configuration.
    #[error("TLS refuses the configuration")]
    Config,
}

/// The one protocol spoken inside TLS.
const ALPN: &[u8] = b"http/1.1";

/// The versions of TLS, newest first.
static VERSIONS: [&rustls::SupportedProtocolVersion; 2] = [&rustls::version::TLS13, &rustls::version::TLS12];

/// Makes the crypto provider: every suite of TLS 1.3, and of TLS 1.2 the two that the profile names.
fn provider() -> Arc<CryptoProvider> {
    use aws_lc_rs::cipher_suite as suite;
    let mut provider = aws_lc_rs::default_provider();
    provider.cipher_suites = vec![
        suite::TLS13_AES_256_GCM_SHA384,
        suite::TLS13_AES_128_GCM_SHA256,
        suite::TLS13_CHACHA20_POLY1305_SHA256,
        suite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    ];
    Arc::new(provider)
}

/// Reads a list of certificates; there must be one at least.
fn certificates(pem: &str) -> Result<Vec<CertificateDer<'static>>, MtlsError> {
    let list: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    list.ok().filter(|list| !list.is_empty()).ok_or(MtlsError::Certificates)
}

/// Reads the roots to trust.
fn roots(pem: &str) -> Result<RootCertStore, MtlsError> {
    let mut roots = RootCertStore::empty();
    for root in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let root = root.map_err(|_| MtlsError::Certificates)?;
        roots.add(root).map_err(|_| MtlsError::Certificates)?;
    }
    if roots.is_empty() { Err(MtlsError::NoRoots) } else { Ok(roots) }
}

/// Reads a private key.
fn key(pem: &SecretString) -> Result<PrivateKeyDer<'static>, MtlsError> {
    PrivateKeyDer::from_pem_slice(pem.expose_secret().as_bytes()).map_err(|_| MtlsError::Key)
}
