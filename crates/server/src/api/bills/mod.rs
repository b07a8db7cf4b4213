//! `/api/bills/`: closed bills of cards.

mod delete;
mod detail;
mod list;
mod retrieve;

use axum::Router;
use axum::routing::get;

use super::resume;
use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/api/bills", get(list::bills).post(retrieve::bills).patch(resume::session))
        .route("/api/bills/{id}", get(detail::bill).delete(delete::bill))
}
