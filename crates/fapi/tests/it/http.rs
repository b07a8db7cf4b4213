//! Answers, read with bounds, over a real socket.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::get;
use serde_json::{Value, json};
use vinculo_fapi::http::{BodyError, read_body, read_json};
use vinculo_fapi::jwks::JwksFetch;
use vinculo_fapi::mtls::{self, ClientSettings};

use crate::certificate::authority;

/// The bound that these tests read with.
const LIMIT: usize = 1000;

/// Serves one body under `/`, and returns its address.
async fn serve(body: impl Fn() -> Body + Clone + Send + Sync + 'static) -> String {
    let tcp = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", tcp.local_addr().unwrap());
    let router = Router::new().route("/", get(async move || body()));
    tokio::spawn(async move { axum::serve(tcp, router).await });
    url
}

/// A body that does not say how long it is: chunks of 100 bytes.
fn chunked(chunks: usize) -> Body {
    use std::convert::Infallible;
    let mut left = chunks;
    let next = std::iter::from_fn(move || {
        left = left.checked_sub(1)?;
        Some(Ok::<_, Infallible>(Bytes::from_static(&[b' '; 100])))
    });
    Body::from_stream(futures_util::stream::iter(next))
}

fn client(timeout: Duration) -> reqwest::Client {
    let settings = ClientSettings {
        identity: None,
        roots_pem: authority("CA").pem(),
        connect_timeout: timeout,
        timeout,
        allow_http: true,
    };
    mtls::client(&settings).unwrap()
}

async fn answer(url: &str) -> reqwest::Response {
    client(Duration::from_secs(20)).get(url).send().await.unwrap()
}

#[tokio::test]
async fn a_body_within_bounds_is_read() {
    let url = serve(|| Body::from(json!({ "a": 1 }).to_string())).await;
    assert_eq!(read_json::<Value>(answer(&url).await, LIMIT).await.unwrap(), json!({ "a": 1 }));
    let url = serve(|| chunked(10)).await;
    assert_eq!(read_body(answer(&url).await, LIMIT).await.unwrap().len(), LIMIT);
}

#[tokio::test]
async fn a_body_beyond_bounds_is_refused_announced_or_not() {
    for url in [serve(|| Body::from(vec![b' '; LIMIT + 1])).await, serve(|| chunked(11)).await] {
        let refused = read_body(answer(&url).await, LIMIT).await.unwrap_err();
        assert!(matches!(refused, BodyError::TooLarge { limit: LIMIT }));
    }
}

#[tokio::test]
async fn an_endless_body_is_refused() {
    let url = serve(|| chunked(usize::MAX)).await;
    assert!(matches!(read_body(answer(&url).await, LIMIT).await, Err(BodyError::TooLarge { .. })));
}

#[tokio::test]
async fn a_body_that_never_comes_ends_in_a_time_out() {
    let url = serve(|| Body::from_stream(futures_util::stream::pending::<Result<Bytes, std::io::Error>>())).await;
    let answer = client(Duration::from_millis(300)).get(&url).send().await.unwrap();
    assert!(matches!(read_body(answer, LIMIT).await, Err(BodyError::Timeout)));
}

#[tokio::test]
async fn what_is_not_json_or_too_deep_is_refused() {
    for text in ["<html>".to_owned(), "[".repeat(900), String::new()] {
        let url = serve(move || Body::from(text.clone())).await;
        assert!(matches!(read_json::<Value>(answer(&url).await, LIMIT).await, Err(BodyError::Json)));
    }
}

#[tokio::test]
async fn key_sets_are_fetched_with_bounds() {
    let client = client(Duration::from_secs(20));
    let url = serve(|| Body::from("{}")).await;
    assert_eq!(client.fetch(&url).await.unwrap(), b"{}");
    let giant = serve(|| chunked(20_000)).await;
    assert!(client.fetch(&giant).await.is_err());
    let failed = client.fetch(&format!("{url}else")).await.unwrap_err();
    assert_eq!(failed.0, "status 404");
}
