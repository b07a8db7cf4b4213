//! The leanest client there is: it keeps its connection, sends the same bytes again and again, and reads answers that
//! have a `Content-Length`. What it costs itself hides as little as possible of what the server costs.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// What the client does with an answer.
#[derive(Clone, Copy)]
pub(crate) enum Reading {
    /// Nothing: it counts the bytes.
    Bytes,
    /// It parses the JSON, as any application has to.
    Json,
}

/// What came out of one measurement.
#[derive(Clone, Copy)]
pub(crate) struct Figures {
    pub(crate) per_second: f64,
    pub(crate) median: Duration,
    pub(crate) p99: Duration,
}

/// Sends `request` to `address` over `connections` connections for `time`.
pub(crate) async fn load(
    address: &str,
    request: &str,
    connections: usize,
    reading: Reading,
    time: Duration,
) -> Figures {
    let mut all = JoinSet::new();
    let started = Instant::now();
    for _ in 0..connections {
        let (address, request) = (address.to_owned(), request.to_owned());
        all.spawn(async move {
            let mut connection = Connection::open(&address).await;
            let mut took = Vec::new();
            while started.elapsed() < time {
                let begun = Instant::now();
                let page = connection.call(request.as_bytes()).await;
                if let Reading::Json = reading {
                    std::hint::black_box(serde_json::from_slice::<serde_json::Value>(page).unwrap());
                }
                took.push(begun.elapsed());
            }
            took
        });
    }
    let mut took = all.join_all().await.concat();
    let elapsed = started.elapsed();
    took.sort_unstable();
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let per_second = took.len() as f64 / elapsed.as_secs_f64();
    Figures { per_second, median: took[took.len() / 2], p99: took[took.len() * 99 / 100] }
}

pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, buffer: Vec::with_capacity(1 << 20) }
    }

    /// Sends a request and returns the body of the answer, which must be good.
    pub(crate) async fn call(&mut self, request: &[u8]) -> &[u8] {
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
        assert_eq!(self.buffer.len(), body + length, "one answer to one request");
        &self.buffer[body..]
    }
}

/// Reads the length of the body from the head of a good answer.
fn length(head: &[u8]) -> usize {
    let head = std::str::from_utf8(head).unwrap();
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    let value = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    value.unwrap_or_else(|| unreachable!("no length in {head}"))
}
