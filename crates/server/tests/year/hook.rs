//! The application's receiver: keeps what arrives, and checks every signature with the standard's own library.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use standardwebhooks::Webhook;
use vinculo_domain::LinkId;

use crate::chance::Chance;

/// An event as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Arrived {
    pub(crate) body: Value,
    /// Its number among the events of its link.
    pub(crate) sequence: Option<i64>,
}

#[derive(Default)]
struct Inner {
    secret: Option<SecretString>,
    /// By `webhook-id`: what comes again counts once.
    arrived: BTreeMap<String, Arrived>,
    refused: usize,
    /// Links whose consents end soon, as the application has just heard.
    warned: Vec<LinkId>,
    /// By what chance the receiver fails, while it does.
    failing: Option<Chance>,
}

/// The receiver.
#[derive(Clone, Default)]
pub(crate) struct Hook(Arc<Mutex<Inner>>);

impl Hook {
    /// Starts to listen; returns the address.
    pub(crate) async fn listen(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let router = Router::new().route("/", post(take)).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        url
    }

    pub(crate) fn expect_signatures_by(&self, secret: SecretString) {
        self.0.lock().unwrap().secret = Some(secret);
    }

    /// Everything that has arrived, each event once.
    pub(crate) fn all(&self) -> Vec<Arrived> {
        self.0.lock().unwrap().arrived.values().cloned().collect()
    }

    /// The links of which it was heard since the last time that their consents end soon.
    pub(crate) fn warned(&self) -> Vec<LinkId> {
        std::mem::take(&mut self.0.lock().unwrap().warned)
    }

    /// Fails now and then from now on, or not any more.
    pub(crate) fn fail(&self, failing: Option<Chance>) {
        self.0.lock().unwrap().failing = failing;
    }

    pub(crate) fn is_failing(&self) -> bool {
        self.0.lock().unwrap().failing.is_some()
    }

    /// How many had a wrong signature.
    pub(crate) fn refused(&self) -> usize {
        self.0.lock().unwrap().refused
    }
}

async fn take(State(hook): State<Hook>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let mut inner = hook.0.lock().unwrap();
    let secret = inner.secret.as_ref().unwrap().expose_secret().to_owned();
    // The library's own check looks at the machine's clock; here the year's is the one that counts.
    let at: i64 = header("webhook-timestamp").parse().unwrap_or_default();
    let expected = Webhook::new(&secret).unwrap().sign(&header("webhook-id"), at, &body).unwrap();
    if header("webhook-signature") != expected {
        inner.refused += 1;
        return StatusCode::UNAUTHORIZED;
    }
    let fails = inner.failing.as_mut().is_some_and(|chance| chance.one_in(8));
    if fails && inner.failing.as_mut().is_some_and(|chance| chance.one_in(2)) {
        return StatusCode::INTERNAL_SERVER_ERROR;
    }
    let sequence = header("vinculo-link-sequence").parse().ok();
    let arrived = Arrived { body: serde_json::from_slice(&body).unwrap(), sequence };
    let ends_soon = arrived.body["webhook_code"] == "openfinance_consent_about_to_expire";
    let link: Option<LinkId> = arrived.body["link_id"].as_str().and_then(|id| id.parse().ok());
    let is_new = inner.arrived.insert(header("webhook-id"), arrived).is_none();
    inner.warned.extend(link.filter(|_| ends_soon && is_new));
    // What it has taken may be lost on the way back: then it comes again.
    if fails { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK }
}
