//! Dynamic client registration and its management (RFC 7591, RFC 7592, DCR-BR).

mod create;
mod manage;

use axum::extract::ConnectInfo;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use http::{StatusCode, header};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use vinculo_fapi::certificate::Certificate;
use vinculo_fapi::mtls::Peer;
use vinculo_fapi::registration::{ClientMetadata, RegistrationResponse};

use crate::auth::OAuthFailure;
use crate::network::{Bank, Failure};
use crate::state::Client;

/// The registration endpoint of a brand, below `/auth/{brand}`.
pub(crate) fn router(bank: Bank) -> Router {
    Router::new()
        .route("/register", post(create::create))
        .route("/register/{id}", get(manage::read).put(manage::update).delete(manage::delete))
        .with_state(bank)
}

/// The certificate of the connection, as the listener leaves it for handlers.
type Shown = Option<Extension<ConnectInfo<Peer>>>;

/// The certificate that the caller showed; 401 without one.
fn certificate(peer: Shown) -> Result<Certificate, OAuthFailure> {
    peer.and_then(|Extension(ConnectInfo(peer))| peer.certificate)
        .ok_or_else(|| OAuthFailure::unauthorised("a client certificate is required"))
}

/// The answer to a registration, its reading or its change.
fn answer(bank: &Bank, status: StatusCode, client: &Client, access: SecretString) -> Result<Response, OAuthFailure> {
    let metadata: ClientMetadata = serde_json::from_value(client.metadata.clone())
        .map_err(|_| OAuthFailure::from(Failure::Message("registration")))?;
    let response = RegistrationResponse {
        client_id: client.id.clone(),
        client_id_issued_at: Some(client.created_at.as_second()),
        registration_client_uri: Some(bank.net.urls.endpoint(bank.brand, &format!("register/{}", client.id))),
        registration_access_token: Some(access),
        metadata,
    };
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    Ok((status, headers, response.to_json().expose_secret().to_owned()).into_response())
}

/// The metadata as it is kept; a software statement is never echoed.
fn kept(metadata: &ClientMetadata) -> Result<Value, OAuthFailure> {
    let metadata = ClientMetadata { software_statement: None, ..metadata.clone() };
    serde_json::to_value(metadata).map_err(|_| Failure::Message("registration").into())
}

/// The scopes of a registration.
fn scopes(metadata: &ClientMetadata) -> Vec<String> {
    metadata.scope.as_deref().unwrap_or_default().split_whitespace().map(str::to_owned).collect()
}
