//! Taking connections for API and widget: as `axum::serve` does, and with a bound on how long headers may take. Whoever
//! connects and says nothing, or says it byte by byte, does not keep the connection.

use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::serve::Listener;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::util::MapRequest;

use crate::http::visitor::Peer;

/// How long headers may take, the wait for the next request included: longer than proxies keep idle connections, so that
/// it is they who close them.
pub(super) const HEADERS_WITHIN: Duration = Duration::from_secs(75);

/// Serves until `stop`, then until the requests that are under way are answered.
pub(super) async fn serve(listener: TcpListener, router: Router, stop: CancellationToken, headers_within: Duration) {
    let mut http = Builder::new(TokioExecutor::new()).http1_only();
    http.http1().timer(TokioTimer::new()).header_read_timeout(headers_within);
    let connections = TaskTracker::new();
    take(
        listener,
        |stream| {
            connections.spawn(connection(http.clone(), stream, router.clone(), stop.clone()));
        },
        &stop,
    )
    .await;
    connections.close();
    connections.wait().await;
}

/// Takes connections until `stop`; after that nobody can connect any more.
async fn take(mut listener: TcpListener, mut each: impl FnMut(TcpStream), stop: &CancellationToken) {
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            // Gets over failures by itself.
            (stream, _) = Listener::accept(&mut listener) => each(stream),
        }
    }
}

async fn connection(http: Builder<TokioExecutor>, stream: TcpStream, router: Router, stop: CancellationToken) {
    let peer = stream.peer_addr().ok().map(Peer);
    let router = MapRequest::new(router, move |mut request: http::Request<_>| {
        if let Some(peer) = peer {
            request.extensions_mut().insert(peer);
        }
        request
    });
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router)));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use std::net::SocketAddr;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    async fn start(headers_within: Duration) -> (SocketAddr, CancellationToken, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
        let router = Router::new().route("/", get(async || "fine"));
        (address, stop.clone(), tokio::spawn(serve(listener, router, stop, headers_within)))
    }

    /// Sends `text` and reads to the end of the connection.
    async fn ask(address: SocketAddr, text: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.ok();
        String::from_utf8(answer).unwrap()
    }

    #[tokio::test]
    async fn unfinished_headers_and_silence_do_not_keep_a_connection() {
        let (address, ..) = start(Duration::from_millis(50)).await;
        for text in ["", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX: "] {
            assert!(!ask(address, text).await.contains("fine"), "{text:?}");
        }
    }

    #[tokio::test]
    async fn a_stop_lets_answers_out_and_nobody_in() {
        let (address, stop, served) = start(HEADERS_WITHIN).await;
        assert!(ask(address, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.ends_with("fine"));
        let mut idle = TcpStream::connect(address).await.unwrap();
        stop.cancel();
        served.await.unwrap();
        assert_eq!(idle.read(&mut [0; 1]).await.unwrap_or(0), 0);
        assert!(TcpStream::connect(address).await.is_err());
    }
}
