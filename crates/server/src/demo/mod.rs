//! The demo: a connection for a made-up person, from the first click to the data, with the calls that do the same.
//!
//! It is an application like any other: it asks for its token and reads its data through the API, with the keys of the
//! Demo application. Only the sandbox environment has it.

mod api;
mod card;
mod hook;
mod live;
mod people;
mod result;
mod start;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use http::StatusCode;

use crate::Environment;
use crate::state::AppState;

/// Largest form or event.
const MAX_BODY: usize = 64 * 1024;

/// Routes of the demo.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/demo", get(|| async { Redirect::permanent("/demo/") }))
        .route("/demo/", get(start::show))
        .route("/demo/start", post(start::begin))
        .route("/demo/icon.svg", get(start::icon))
        .route("/demo/done/{kind}", get(result::show))
        .route("/demo/done/{kind}/live", get(result::live))
        .route("/demo/webhooks/{secret}", post(hook::receive))
        .layer(DefaultBodyLimit::max(MAX_BODY))
}

/// 404 outside the sandbox environment, before anything else is looked at.
fn refused(state: &AppState) -> Option<Response> {
    match state.settings().environment {
        Environment::Sandbox => None,
        Environment::Production => Some(StatusCode::NOT_FOUND.into_response()),
    }
}
