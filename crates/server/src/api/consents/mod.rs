//! `/api/consents/`.

mod detail;
mod history;
mod list;
mod view;

use axum::Router;
use axum::routing::get;

use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/api/consents", get(list::consents))
        .route("/api/consents/{id}", get(detail::consent))
        .route("/api/consents/{id}/history", get(history::consent))
}
