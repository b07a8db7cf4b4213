//! `/api/institutions/`.

mod detail;
mod list;
mod view;

use axum::Router;
use axum::routing::get;

use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/api/institutions", get(list::institutions))
        .route("/api/institutions/{id}", get(detail::institution))
}
