//! `/api/token/`: access tokens for the widget.

mod create;
mod issue;
mod read;

use axum::Router;
use axum::routing::post;

use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/api/token", post(create::token))
        // Older clients ask below the link.
        .route("/api/links/{id}/token", post(create::link_token))
}
