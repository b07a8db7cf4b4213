//! The listener that asks for client certificates.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use secrecy::SecretString;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::server::TlsStream;

use super::MtlsError;
use crate::certificate::Certificate;

/// What a listener shows and whom it trusts; all PEM.
#[derive(Clone)]
pub struct ServerSettings {
    /// Our certificate, then its issuers.
    pub certificates_pem: String,
    /// Our key, PKCS#8.
    pub key_pem: SecretString,
    /// The roots that client certificates must come from.
    pub client_roots_pem: String,
}

/// Bounds on handshakes.
#[derive(Debug, Clone, Copy)]
pub struct ListenerLimits {
    /// How long one handshake may take.
    pub handshake_timeout: Duration,
    /// How many handshakes may be under way at a time.
    pub handshakes: usize,
}

impl Default for ListenerLimits {
    fn default() -> Self {
        Self { handshake_timeout: Duration::from_secs(10), handshakes: 256 }
    }
}

/// Makes the TLS configuration: client certificates are optional but never untrusted; TLS 1.3, and TLS 1.2 with the two
/// suites of the profile; no resumption.
pub fn server_config(settings: &ServerSettings) -> Result<Arc<rustls::ServerConfig>, MtlsError> {
    let _ = settings;
    todo!()
}

/// Who is at the other end; handlers take it as `ConnectInfo<Peer>`.
#[derive(Debug, Clone)]
pub struct Peer {
    /// The address.
    pub addr: SocketAddr,
    /// The certificate, where one was shown.
    pub certificate: Option<Certificate>,
}

/// A TLS listener for `axum::serve`.
pub struct MtlsListener {} // skeleton

impl MtlsListener {
    /// Starts to shake hands on `tcp`; call inside a runtime.
    pub fn new(tcp: TcpListener, config: Arc<rustls::ServerConfig>, limits: ListenerLimits) -> std::io::Result<Self> {
        let _ = (tcp, config, limits);
        Ok(Self {})
    }
}

impl Listener for MtlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = Peer;
    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        std::future::pending().await
    }
    fn local_addr(&self) -> std::io::Result<Peer> {
        Err(std::io::ErrorKind::Unsupported.into())
    }
}

impl Connected<IncomingStream<'_, MtlsListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, MtlsListener>) -> Self {
        stream.remote_addr().clone()
    }
}
