//! `/api/widget-sessions/`: what happened in the widget (ours, beyond the reference).

mod detail;
mod list;
mod view;

use axum::Router;
use axum::routing::get;

use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/api/widget-sessions", get(list::sessions))
        .route("/api/widget-sessions/{id}", get(detail::session))
}
