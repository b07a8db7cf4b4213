//! The listener itself: many handshakes at a time, none of which holds up another.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::task::AbortOnDropHandle;

use crate::certificate::Certificate;

/// How many connections may wait to be taken over after their handshake.
const READY: usize = 64;
/// How long to wait when the machine cannot accept, for want of file descriptors most often.
const PAUSE: Duration = Duration::from_millis(500);

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

/// Who is at the other end; handlers take it as `ConnectInfo<Peer>`.
#[derive(Debug, Clone)]
pub struct Peer {
    /// The address.
    pub addr: SocketAddr,
    /// The certificate, where one was shown.
    pub certificate: Option<Certificate>,
}

/// A connection after its handshake.
type Ready = (TlsStream<TcpStream>, Peer);

/// A TLS listener for `axum::serve`; give the router as `into_make_service_with_connect_info::<Peer>()`.
///
/// When it is dropped, handshakes under way are dropped too; connections already taken over go on.
pub struct MtlsListener {
    ready: mpsc::Receiver<Ready>,
    addr: SocketAddr,
    _accepting: AbortOnDropHandle<()>,
}

impl MtlsListener {
    /// Starts to shake hands on `tcp`; call inside a runtime.
    pub fn new(tcp: TcpListener, config: Arc<rustls::ServerConfig>, limits: ListenerLimits) -> io::Result<Self> {
        let addr = tcp.local_addr()?;
        let (sender, ready) = mpsc::channel(READY);
        let task = tokio::spawn(shake_hands(tcp, TlsAcceptor::from(config), limits, sender));
        Ok(Self { ready, addr, _accepting: AbortOnDropHandle::new(task) })
    }

    /// Returns the address that is listened on.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }
}

impl Listener for MtlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = Peer;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.ready.recv().await {
            Some(ready) => ready,
            // The accepting task ends only with us, or with the runtime.
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Peer> {
        Ok(Peer { addr: self.addr, certificate: None })
    }
}

impl Connected<IncomingStream<'_, MtlsListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, MtlsListener>) -> Self {
        stream.remote_addr().clone()
    }
}

/// Accepts for ever. While all handshakes that are allowed are under way, others wait in the system's queue.
async fn shake_hands(tcp: TcpListener, tls: TlsAcceptor, limits: ListenerLimits, ready: mpsc::Sender<Ready>) {
    let permits = Arc::new(Semaphore::new(limits.handshakes.max(1)));
    let mut handshakes = JoinSet::new();
    while let Ok(permit) = permits.clone().acquire_owned().await {
        let (stream, addr) = next(&tcp).await;
        while handshakes.try_join_next().is_some() {}
        handshakes.spawn(shake_hand(stream, addr, tls.clone(), limits.handshake_timeout, ready.clone(), permit));
    }
}

/// Accepts one connection, however often it fails before.
async fn next(tcp: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match tcp.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => recover(&error).await,
        }
    }
}

/// Gets over a failure to accept.
async fn recover(error: &io::Error) {
    // The other side has gone already: nobody's fault, nothing to wait for.
    if !is_of_peer(error) {
        tracing::warn!(%error, "cannot accept connections for the moment");
        tokio::time::sleep(PAUSE).await;
    }
}

/// Says whether a failure to accept concerns that one connection only.
fn is_of_peer(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Shakes one hand, in bounded time, and hands the connection over.
async fn shake_hand(
    stream: TcpStream,
    addr: SocketAddr,
    tls: TlsAcceptor,
    timeout: Duration,
    ready: mpsc::Sender<Ready>,
    _until_handed_over: OwnedSemaphorePermit,
) {
    // Answers are small and awaited; a stream that cannot have this is still a stream.
    stream.set_nodelay(true).ok();
    let stream = match tokio::time::timeout(timeout, tls.accept(stream)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return tracing::debug!(error = %error, "handshake failed"),
        Err(_) => return tracing::debug!("handshake took too long"),
    };
    // A certificate that TLS trusts but we cannot read must not pass as none.
    let certificate = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
    let Ok(certificate) = certificate.map(|der| Certificate::from_der(der)).transpose() else {
        return tracing::debug!("client certificate not readable");
    };
    // Nobody takes it over: we are stopping.
    ready.send((stream, Peer { addr, certificate })).await.ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tells how long a failure holds up the next accept.
    async fn pause_after(error: io::Error) -> Duration {
        let start = tokio::time::Instant::now();
        recover(&error).await;
        start.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_has_gone_holds_nobody_up() {
        for kind in [io::ErrorKind::ConnectionReset, io::ErrorKind::ConnectionAborted] {
            assert_eq!(pause_after(kind.into()).await, Duration::ZERO);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_machine_without_file_descriptors_gets_a_pause() {
        let emfile = io::Error::from_raw_os_error(24);
        assert!(pause_after(emfile).await >= PAUSE);
    }
}
