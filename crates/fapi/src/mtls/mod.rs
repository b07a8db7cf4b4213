//! TLS on both sides: the bank's listener that asks for client certificates, and the client that shows one.

mod client;
mod server;

pub use client::{ClientIdentity, ClientSettings, client};
pub use server::{ListenerLimits, MtlsListener, Peer, ServerSettings, server_config};

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
