//! The keystore: public keys of the directory, of organisations and of software statements.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::{StatusCode, header};
use vinculo_fapi::jwks::JwkSet;

use super::OWNER;
use crate::brand::BRANDS;
use crate::network::{Failure, Network};
use crate::state::{SOFTWARES, Software};

/// The directory's own keys.
pub(super) async fn directory(State(net): State<Arc<Network>>) -> Response {
    signing_keys(&net, OWNER)
}

/// The keys of an organisation: for a bank those that it signs with.
pub(super) async fn organisation(State(net): State<Arc<Network>>, Path(organisation): Path<String>) -> Response {
    match BRANDS.iter().find(|brand| brand.organisation_id == organisation) {
        Some(brand) => signing_keys(&net, brand.slug),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The keys of a software statement.
pub(super) async fn application(State(net): State<Arc<Network>>, Path(path): Path<(String, String)>) -> Response {
    answer(&net, &path, |software| software.jwks)
}

/// The transport keys of a software statement.
pub(super) async fn transport(State(net): State<Arc<Network>>, Path(path): Path<(String, String)>) -> Response {
    answer(&net, &path, |software| software.transport_jwks)
}

fn answer(
    net: &Network,
    (organisation, software): &(String, String),
    pick: impl FnOnce(Software) -> serde_json::Value,
) -> Response {
    match net.db.get(&SOFTWARES, software) {
        Ok(Some(found)) if found.organisation_id == *organisation => keys(pick(found).to_string()),
        Ok(_) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => failed(&error.into()),
    }
}

fn signing_keys(net: &Network, owner: &str) -> Response {
    match net.keys.signing(owner) {
        Ok(key) => keys(JwkSet::new([key.public_jwk()]).to_json()),
        Err(error) => failed(&error.into()),
    }
}

fn keys(json: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], json).into_response()
}

fn failed(error: &Failure) -> Response {
    tracing::error!(%error, "the sandbox keystore failed");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
