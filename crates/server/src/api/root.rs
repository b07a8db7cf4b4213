//! `GET /api/`: clients probe their credentials here and never read the body.

use axum::Router;
use axum::routing::get;
use http::StatusCode;
use serde_json::json;

use super::answer;
use super::auth::Caller;
use super::error::ApiResult;
use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/api", get(probe))
}

async fn probe(caller: Caller) -> ApiResult {
    let body = json!({
        "name": "Vínculo",
        "version": env!("CARGO_PKG_VERSION"),
        "application": caller.0.application.name,
    });
    answer::value(StatusCode::OK, &body)
}
