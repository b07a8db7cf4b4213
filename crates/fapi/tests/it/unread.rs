//! Requests that are refused before their body is read, over a real socket.

use axum::http::StatusCode;
use axum::routing::post;
use axum::{Router, middleware};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use vinculo_fapi::unread;

/// Serves `/` that refuses without a look at the body.
async fn connect() -> TcpStream {
    let tcp = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = tcp.local_addr().unwrap();
    let router =
        Router::new().route("/", post(async || StatusCode::FORBIDDEN)).layer(middleware::from_fn(unread::layer));
    tokio::spawn(async move { axum::serve(tcp, router).await });
    TcpStream::connect(address).await.unwrap()
}

/// Sends a head that announces `announced` bytes, then `sent` bytes.
async fn send(stream: &mut TcpStream, announced: usize, sent: usize) {
    let head = format!("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {announced}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&vec![b'x'; sent]).await.unwrap();
}

async fn head(stream: &mut TcpStream) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        head.push(char::from(stream.read_u8().await.unwrap()));
    }
    head.to_lowercase()
}

#[tokio::test]
async fn a_refused_body_is_read_so_that_the_connection_goes_on() {
    let mut stream = connect().await;
    for _ in 0..2 {
        send(&mut stream, 300_000, 300_000).await;
        let head = head(&mut stream).await;
        assert!(head.starts_with("http/1.1 403") && !head.contains("connection: close"), "{head}");
    }
}

#[tokio::test]
async fn a_body_beyond_bounds_is_answered_and_the_connection_ends() {
    let mut stream = connect().await;
    // What goes beyond what is thrown away, and fits into the buffers of both sides.
    send(&mut stream, 100_000_000, 1024 * 1024 + 1).await;
    let head = head(&mut stream).await;
    assert!(head.starts_with("http/1.1 403") && head.contains("connection: close"), "{head}");
}

#[tokio::test]
async fn an_empty_body_costs_nothing() {
    let mut stream = connect().await;
    send(&mut stream, 0, 0).await;
    let head = head(&mut stream).await;
    assert!(head.starts_with("http/1.1 403") && !head.contains("connection: close"), "{head}");
}
