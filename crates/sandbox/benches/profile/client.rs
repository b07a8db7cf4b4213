//! The leanest client there is: it keeps its connections and sends messages that were made before.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::kit::Kit;

/// What came out of one measurement.
#[derive(Clone, Copy)]
pub(crate) struct Figures {
    pub(crate) per_second: f64,
    pub(crate) median: Duration,
    pub(crate) p99: Duration,
}

impl Figures {
    /// Sums up how long each call took, and all of them together.
    pub(crate) fn of(mut took: Vec<Duration>, elapsed: Duration) -> Self {
        took.sort_unstable();
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let per_second = took.len() as f64 / elapsed.as_secs_f64();
        Self { per_second, median: took[took.len() / 2], p99: took[took.len() * 99 / 100] }
    }
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// A connection that is kept.
pub(crate) struct Connection {
    stream: Box<dyn Stream>,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(address: &str, tls: Option<&TlsConnector>) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let stream: Box<dyn Stream> = match tls {
            None => Box::new(stream),
            Some(tls) => Box::new(tls.connect("localhost".try_into().unwrap(), stream).await.unwrap()),
        };
        Self { stream, buffer: Vec::with_capacity(16 * 1024) }
    }

    /// Sends requests one after the other; each answer must have the status.
    pub(crate) async fn calls(&mut self, requests: &[Vec<u8>], status: &str) -> Vec<Duration> {
        let mut took = Vec::with_capacity(requests.len());
        for request in requests {
            let begun = Instant::now();
            self.call(request, status).await;
            took.push(begun.elapsed());
        }
        took
    }

    /// Sends a request and returns the body of the answer.
    pub(crate) async fn call(&mut self, request: &[u8], status: &str) -> &[u8] {
        self.stream.write_all(request).await.unwrap();
        self.buffer.clear();
        let body = loop {
            assert!(self.stream.read_buf(&mut self.buffer).await.unwrap() > 0, "the server hung up");
            if let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let length = length(&self.buffer[..body]);
        while self.buffer.len() < body + length {
            assert!(self.stream.read_buf(&mut self.buffer).await.unwrap() > 0, "the server hung up");
        }
        let (head, body) = self.buffer.split_at(body);
        let good = head.starts_with(format!("HTTP/1.1 {status} ").as_bytes());
        assert!(good, "{} {}", String::from_utf8_lossy(head), String::from_utf8_lossy(body));
        body
    }
}

/// Reads the length of the body from the head of an answer.
fn length(head: &[u8]) -> usize {
    let head = std::str::from_utf8(head).unwrap();
    let value = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    value.unwrap_or_else(|| unreachable!("no length in {head}"))
}

/// TLS that shows the client's certificate.
pub(crate) fn tls(kit: &Kit, ca_pem: &str) -> TlsConnector {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(ca_pem.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_client_auth_cert(
            vec![CertificateDer::from_pem_slice(kit.transport_cert_pem.as_bytes()).unwrap()],
            PrivateKeyDer::from_pem_slice(kit.transport_key_pem.as_bytes()).unwrap(),
        )
        .unwrap();
    TlsConnector::from(Arc::new(config))
}
