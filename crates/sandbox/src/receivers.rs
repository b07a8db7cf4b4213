//! `POST /sandbox/receivers`: more receivers join the network while it runs.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serde_json::{Value, json};
use vinculo_fapi::jwks::JwkSet;

use crate::network::Network;
use crate::sandbox::MAIN_RECEIVER;
use crate::{ReceiverKit, ReceiverSettings, SandboxError, directory};

/// Who wants to join.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Newcomer {
    /// Lower-case letters, digits and hyphens; the same label is the same receiver.
    label: String,
    /// Name that people see at the bank.
    name: String,
    /// Redirect URIs of the software statement.
    redirect_uris: Vec<String>,
    /// Public keys to publish in place of those that the network makes.
    #[serde(default)]
    jwks: Option<Value>,
}

/// Takes a receiver in, or brings what is known of it up to date; answers its kit, private keys included: this network
/// is made up.
pub(crate) async fn join(State(net): State<Arc<Network>>, body: Bytes) -> Response {
    let newcomer: Newcomer = match serde_json::from_slice(&body) {
        Ok(newcomer) => newcomer,
        Err(error) => return refused(&error.to_string()),
    };
    if newcomer.label == MAIN_RECEIVER {
        return refused("that label is taken: it is the receiver's that the network was started with");
    }
    let keys = newcomer.jwks.as_ref().map(|keys| JwkSet::parse(keys.to_string().as_bytes()).unwrap_or_default());
    if keys.as_ref().is_some_and(|keys| keys.encryption_key().is_none()) {
        return refused("jwks holds no encryption key");
    }
    let receiver = ReceiverSettings { name: newcomer.name, redirect_uris: newcomer.redirect_uris, logo_uri: None };
    let label = newcomer.label;
    // Keys are made: that takes a processor for a while.
    let made = tokio::task::spawn_blocking(move || directory::join(&net, &label, &receiver, keys.as_ref()));
    match made.await {
        Ok(Ok(kit)) => (StatusCode::CREATED, Json(body_of(&kit))).into_response(),
        Ok(Err(SandboxError::Keys(reason))) => refused(&reason),
        Ok(Err(error)) => {
            tracing::error!(%error, "a receiver could not join");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn body_of(kit: &ReceiverKit) -> Value {
    json!({
        "organisation_id": kit.organisation_id,
        "software_id": kit.software_id,
        "transport_cert_pem": kit.transport_cert_pem,
        "transport_key_pem": kit.transport_key_pem.expose_secret(),
        "signing_key_pem": kit.signing_key_pem.expose_secret(),
        "signing_kid": kit.signing_kid,
        "encryption_key_pem": kit.encryption_key_pem.expose_secret(),
        "encryption_kid": kit.encryption_kid,
        "ca_pem": kit.ca_pem,
        "participants_url": kit.participants_url,
        "directory_issuer": kit.directory_issuer,
        "directory_token_url": kit.directory_token_url,
        "ssa_url": kit.ssa_url,
        "keystore_url": kit.keystore_url,
        "jwks_url": kit.jwks_url,
    })
}

fn refused(description: &str) -> Response {
    let body = json!({"error": "invalid_receiver", "error_description": description});
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}
