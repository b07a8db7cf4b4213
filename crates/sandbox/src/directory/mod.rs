//! The directory: who takes part, which keys they have, and what a receiver's software may do.

mod investments;
mod keystore;
mod participants;
mod software;
mod statement;
mod token;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::network::Network;

pub(crate) use software::{Registrar, join};
pub(crate) use statement::statement;

/// The name under which the directory keeps its signing key and tokens.
pub(crate) const OWNER: &str = "directory";

/// The open documents, on the people-facing listener.
pub(crate) fn open_router(net: Arc<Network>) -> Router {
    Router::new()
        .route("/directory/participants", get(participants::participants))
        .route("/directory/.well-known/openid-configuration", get(token::discovery))
        .route("/keystore/openbanking.jwks", get(keystore::directory))
        .route("/keystore/{organisation}/application.jwks", get(keystore::organisation))
        .route("/keystore/{organisation}/{software}/application.jwks", get(keystore::application))
        .route("/keystore/{organisation}/{software}/transport.jwks", get(keystore::transport))
        .with_state(net)
}

/// What receivers reach with their certificate, on the mTLS listener.
pub(crate) fn machine_router(net: Arc<Network>) -> Router {
    Router::new()
        .route("/directory/token", post(token::token))
        .route(
            "/directory/organisations/{organisation}/softwarestatements/{software}/assertion",
            get(statement::assertion),
        )
        .with_state(net)
}
