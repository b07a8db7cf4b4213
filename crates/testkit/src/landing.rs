//! The application's own pages, where `http` callbacks land.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Html;

use crate::eventually;

/// One visit: the path, and the query's parameters, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Path, e.g. `/success`.
    pub path: String,
    /// The query as it came, undecoded.
    pub raw_query: String,
    /// Parameters.
    pub parameters: BTreeMap<String, String>,
    /// The `Referer` header.
    pub referer: Option<String>,
}

/// A server that notes who comes by.
#[derive(Clone)]
pub struct Landing {
    visits: Arc<Mutex<Vec<Visit>>>,
    /// Its address, without a slash at the end.
    pub url: String,
}

impl Landing {
    /// Starts the server on a free port.
    pub async fn start() -> Self {
        let visits = Arc::new(Mutex::new(Vec::new()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(note).with_state(visits.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { visits, url }
    }

    /// Returns all visits.
    pub fn all(&self) -> Vec<Visit> {
        self.visits.lock().unwrap().clone()
    }

    /// Returns all visits to a path.
    pub fn visits(&self, path: &str) -> Vec<Visit> {
        self.visits.lock().unwrap().iter().filter(|visit| visit.path == path).cloned().collect()
    }

    /// Waits for the first visit to a path.
    pub async fn visit(&self, path: &str) -> Visit {
        eventually(&format!("a visit to {path}"), || async { self.visits(path).into_iter().next() }).await
    }
}

async fn note(State(visits): State<Arc<Mutex<Vec<Visit>>>>, headers: HeaderMap, uri: Uri) -> Html<&'static str> {
    let referer = headers.get("referer").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let raw_query = uri.query().unwrap_or_default().to_owned();
    let parameters = url::form_urlencoded::parse(raw_query.as_bytes()).into_owned().collect();
    visits.lock().unwrap().push(Visit { path: uri.path().to_owned(), raw_query, parameters, referer });
    Html("<!doctype html><title>app</title><main data-step=\"app\">app</main>")
}
