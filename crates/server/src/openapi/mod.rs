//! The API's document: `/openapi.json` (OpenAPI 3.1), `/docs/` to read it, `llms.txt` for machines that read prose.
//!
//! [`table`] lists the operations beside the router, and a test holds one against the other. Schemas come from the
//! types that are served ([`schemas`]); nothing is written down twice.

mod answers;
mod bodies;
mod document;
mod examples;
mod foreign;
mod hooks;
mod llms;
mod page;
mod parameters;
mod schemas;
mod shape;
mod table;
#[cfg(test)]
mod tests;
mod token;
mod views;

pub(crate) use document::document;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use http::{HeaderValue, StatusCode, header};

use crate::api::answer;
use crate::state::AppState;
use crate::widget::shell::{page, policy};

/// Where the document is served; no keys are needed to read it.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/openapi.json", get(json))
        .route("/docs", get(slash))
        .route("/docs/", get(docs))
        .route("/llms.txt", get(text))
}

async fn slash() -> Redirect {
    Redirect::permanent("/docs/")
}

async fn json(State(state): State<AppState>) -> Response {
    answer::json(StatusCode::OK, document(&state.settings().public_url).to_string())
}

async fn docs(State(state): State<AppState>) -> Response {
    let (document, policy) = (document(&state.settings().public_url), policy(&state));
    page(StatusCode::OK, &policy, &page::Page::new(&document, &policy.nonce))
}

async fn text(State(state): State<AppState>) -> Response {
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"))];
    (kind, llms::render(&document(&state.settings().public_url))).into_response()
}
