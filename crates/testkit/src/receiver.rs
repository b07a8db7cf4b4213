//! A webhook receiver on loopback.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::Value;

/// One webhook as it arrived.
#[derive(Debug, Clone)]
pub struct Received {
    /// The JSON body.
    pub body: Value,
    /// The body as it came.
    pub raw: String,
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// The `webhook-id` header.
    pub id: String,
    /// The `vinculo-link-sequence` header.
    pub sequence: Option<u64>,
}

impl Received {
    /// Returns a text field of the body, or an empty string.
    pub fn text(&self, field: &str) -> &str {
        self.body[field].as_str().unwrap_or_default()
    }
}

#[derive(Default)]
struct Inner {
    received: Vec<Received>,
    // Answers to give before going back to 200.
    answers: Vec<StatusCode>,
}

/// Collects webhooks; answers 200 unless told otherwise.
#[derive(Clone)]
pub struct Receiver {
    inner: Arc<Mutex<Inner>>,
    url: String,
}

impl Receiver {
    /// Starts a receiver on a free port.
    pub async fn start() -> Self {
        let inner = Arc::new(Mutex::new(Inner::default()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let router = Router::new().route("/hook", post(take)).with_state(inner.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { inner, url }
    }

    /// Returns the address to register.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Answers the next webhooks with these statuses, then with 200 again.
    pub fn answer_next(&self, statuses: &[u16]) {
        let mut inner = self.inner.lock().unwrap();
        inner.answers = statuses.iter().rev().map(|s| StatusCode::from_u16(*s).unwrap()).collect();
    }

    /// Returns everything that arrived, in order, repetitions included.
    pub fn all(&self) -> Vec<Received> {
        self.inner.lock().unwrap().received.clone()
    }

    /// Returns what arrived for a link, the last one of each `webhook_id`.
    pub fn of_link(&self, link: &str) -> Vec<Received> {
        let mut by_id = HashMap::new();
        for hook in self.all().into_iter().filter(|hook| hook.text("link_id") == link) {
            by_id.insert(hook.text("webhook_id").to_owned(), hook);
        }
        by_id.into_values().collect()
    }
}

async fn take(State(inner): State<Arc<Mutex<Inner>>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
    let mut inner = inner.lock().unwrap();
    let status = inner.answers.pop().unwrap_or(StatusCode::OK);
    inner.received.push(Received {
        body: serde_json::from_slice(&body).unwrap_or(Value::Null),
        raw: String::from_utf8_lossy(&body).into_owned(),
        authorization: header("authorization"),
        id: header("webhook-id").unwrap_or_default(),
        sequence: header("vinculo-link-sequence").and_then(|number| number.parse().ok()),
    });
    status
}
