//! Sandbox control: `/sandbox/…` on the people-facing listener.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, post};
use axum::{Json, Router};
use http::StatusCode;
use serde_json::{Value, json};

use crate::network::Network;
use crate::state::{Outcome, StateError};

/// Forced outcomes; see [`crate::outcomes`].
pub(crate) fn router(net: Arc<Network>) -> Router {
    Router::new()
        .route("/sandbox/outcomes", post(add).get(list).delete(clear))
        .route("/sandbox/outcomes/{id}", delete(remove))
        .with_state(net)
}

/// Adds an outcome.
async fn add(State(net): State<Arc<Network>>, body: Bytes) -> Response {
    let outcome: Outcome = match serde_json::from_slice(&body) {
        Ok(outcome) => outcome,
        Err(error) => {
            let refusal = json!({"error": "invalid_outcome", "error_description": error.to_string()});
            return (StatusCode::BAD_REQUEST, Json(refusal)).into_response();
        }
    };
    match net.outcomes.add(outcome).await {
        Ok(id) => (StatusCode::CREATED, Json(json!({"id": id}))).into_response(),
        Err(error) => failed(&error),
    }
}

/// Lists the outcomes in force.
async fn list(State(net): State<Arc<Network>>) -> Json<Vec<Value>> {
    let all = net.outcomes.list().into_iter();
    Json(all.map(|(id, outcome)| json!({"id": id, "outcome": outcome})).collect())
}

/// Removes all outcomes.
async fn clear(State(net): State<Arc<Network>>) -> Response {
    gone(net.outcomes.remove(None).await)
}

/// Removes one outcome.
async fn remove(State(net): State<Arc<Network>>, Path(id): Path<String>) -> Response {
    gone(net.outcomes.remove(Some(&id)).await)
}

fn gone(removed: Result<(), StateError>) -> Response {
    removed.map_or_else(|error| failed(&error), |()| StatusCode::NO_CONTENT.into_response())
}

fn failed(error: &StateError) -> Response {
    tracing::error!(%error, "a forced outcome could not be kept");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
