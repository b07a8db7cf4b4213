//! Sandbox control: `/sandbox/…` on the people-facing listener.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use http::StatusCode;
use http::header::ORIGIN;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::faults::control as faults;
use crate::network::Network;
use crate::receivers;
use crate::state::{CONSENTS, Consent, Outcome, StateError};
use crate::usage::Limits;

/// The furthest that one call may move the clock: ten years, in seconds.
const FURTHEST: i64 = 10 * 366 * 24 * 60 * 60;

/// The clock, forced outcomes (see [`crate::outcomes`]), faults (see [`crate::faults`]), how consents stand, and what has been called
/// (see [`crate::usage`]).
pub(crate) fn router(net: Arc<Network>) -> Router {
    Router::new()
        .route("/sandbox/outcomes", post(add).get(list).delete(clear))
        .route("/sandbox/outcomes/{id}", delete(remove))
        .route("/sandbox/faults", post(faults::add).get(faults::list).delete(faults::clear))
        .route("/sandbox/faults/{id}", delete(faults::remove))
        .route("/sandbox/clock", get(time).post(advance))
        .route("/sandbox/consents", get(consents))
        .route("/sandbox/usage", get(usage))
        .route("/sandbox/limits", get(limits).put(enforce))
        .route("/sandbox/receivers", post(receivers::join))
        .layer(middleware::from_fn_with_state(net.clone(), from_here))
        .with_state(net)
}

/// Refuses what a page of another site sends: browsers name its origin. Everybody else may call.
async fn from_here(State(net): State<Arc<Network>>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(ORIGIN);
    if origin.is_none_or(|origin| origin.as_bytes() == net.urls.people_origin().as_bytes()) {
        return next.run(request).await;
    }
    (StatusCode::FORBIDDEN, Json(json!({"error": "foreign_origin"}))).into_response()
}

/// What `POST /sandbox/clock` takes.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_seconds: i64,
}

/// Tells what time it is in the network.
async fn time(State(net): State<Arc<Network>>) -> Json<Value> {
    Json(json!({"now": net.clock.now()}))
}

/// Moves the clock of the whole system forward, bank included. Time never goes back: what has happened has happened.
async fn advance(State(net): State<Arc<Network>>, body: Bytes) -> Response {
    let wanted = serde_json::from_slice::<Advance>(&body).map_err(|error| error.to_string()).and_then(|wanted| {
        let allowed = (0..=FURTHEST).contains(&wanted.advance_seconds);
        allowed.then_some(wanted).ok_or_else(|| format!("advance_seconds goes from 0 to {FURTHEST}"))
    });
    match wanted {
        Ok(wanted) if net.clock.advance(SignedDuration::from_secs(wanted.advance_seconds)) => {
            time(State(net)).await.into_response()
        }
        Ok(_) => refused("invalid_clock", "this clock cannot be moved"),
        Err(reason) => refused("invalid_clock", &reason),
    }
}

fn refused(error: &str, description: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({"error": error, "error_description": description}))).into_response()
}

/// Tells how every consent stands at its bank: never whose it is.
async fn consents(State(net): State<Arc<Network>>) -> Response {
    let now = net.clock.now();
    match net.db.all(&CONSENTS) {
        Ok(all) => {
            let lines: Vec<Value> = all.into_iter().map(|(_, consent)| standing(&consent.at(now))).collect();
            Json(json!({"now": now, "consents": lines})).into_response()
        }
        Err(error) => failed(&error),
    }
}

fn standing(consent: &Consent) -> Value {
    json!({
        "consent_id": consent.id,
        "brand": consent.brand,
        "client_id": consent.client_id,
        "permissions": consent.permissions,
        "status": consent.status,
        "status_at": consent.status_at,
        "rejection": consent.rejection,
        "created_at": consent.created_at,
        "expires_at": consent.expires_at,
    })
}

/// What `GET /sandbox/usage` may be narrowed to.
#[derive(serde::Deserialize)]
struct Narrowed {
    month: Option<String>,
    consent: Option<String>,
}

/// Tells how often data has been asked for.
async fn usage(State(net): State<Arc<Network>>, Query(narrowed): Query<Narrowed>) -> Response {
    match net.usage.list(narrowed.month.as_deref(), narrowed.consent.as_deref()) {
        Ok(lines) => Json(json!({"now": net.clock.now(), "usage": lines})).into_response(),
        Err(error) => failed(&error),
    }
}

/// Tells which limits are enforced.
async fn limits(State(net): State<Arc<Network>>) -> Response {
    net.usage.limits().map_or_else(|error| failed(&error), |limits| Json(limits).into_response())
}

/// Changes which limits are enforced.
async fn enforce(State(net): State<Arc<Network>>, body: Bytes) -> Response {
    let wanted: Limits = match serde_json::from_slice(&body) {
        Ok(wanted) => wanted,
        Err(error) => return refused("invalid_limits", &error.to_string()),
    };
    match net.usage.enforce(wanted).await {
        Ok(true) => limits(State(net)).await,
        Ok(false) => refused("invalid_limits", "per_minute is out of bounds"),
        Err(error) => failed(&error),
    }
}

/// Adds an outcome.
async fn add(State(net): State<Arc<Network>>, body: Bytes) -> Response {
    let outcome: Outcome = match serde_json::from_slice(&body) {
        Ok(outcome) => outcome,
        Err(error) => return refused("invalid_outcome", &error.to_string()),
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
    tracing::error!(%error, "a control call of the sandbox failed");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
