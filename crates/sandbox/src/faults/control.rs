//! `/sandbox/faults`.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde_json::{Value, json};

use super::{Fault, Kept, MOST};
use crate::network::Network;
use crate::state::StateError;

/// The most that a rule may weigh, in bytes.
const LARGEST: usize = 16 * 1024;

/// Adds a rule.
pub(crate) async fn add(State(net): State<Arc<Network>>, body: Bytes) -> Response {
    if body.len() > LARGEST {
        return refused(StatusCode::PAYLOAD_TOO_LARGE, "a fault has at most 16 KiB");
    }
    let fault = match Fault::parse(&body) {
        Ok(fault) => fault,
        Err(reason) => return refused(StatusCode::BAD_REQUEST, &reason),
    };
    match net.faults.add(fault).await {
        Ok(Some(id)) => (StatusCode::CREATED, Json(json!({"id": id}))).into_response(),
        Ok(None) => refused(StatusCode::CONFLICT, &format!("there are {MOST} faults in force; remove some first")),
        Err(error) => failed(&error),
    }
}

/// Lists the rules, those included that are used up.
pub(crate) async fn list(State(net): State<Arc<Network>>) -> Json<Vec<Value>> {
    Json(net.faults.list().iter().map(view).collect())
}

fn view(kept: &Kept) -> Value {
    let fault = &kept.fault;
    json!({
        "id": kept.id,
        "match": fault.matching,
        "effect": fault.effect,
        "times_left": fault.times,
        "struck": kept.struck,
    })
}

/// Removes all rules.
pub(crate) async fn clear(State(net): State<Arc<Network>>) -> Response {
    match net.faults.remove(None).await {
        Ok(_) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => failed(&error),
    }
}

/// Removes one rule.
pub(crate) async fn remove(State(net): State<Arc<Network>>, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse() else { return refused(StatusCode::NOT_FOUND, "there is no such fault") };
    match net.faults.remove(Some(id)).await {
        Ok(true) => StatusCode::NO_CONTENT.into_response(),
        Ok(false) => refused(StatusCode::NOT_FOUND, "there is no such fault"),
        Err(error) => failed(&error),
    }
}

fn refused(status: StatusCode, description: &str) -> Response {
    let error = if status == StatusCode::NOT_FOUND { "not_found" } else { "invalid_fault" };
    (status, Json(json!({"error": error, "error_description": description}))).into_response()
}

fn failed(error: &StateError) -> Response {
    tracing::error!(%error, "a control call of the sandbox failed");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
