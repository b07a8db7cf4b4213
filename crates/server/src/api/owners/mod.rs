//! `/api/owners/`.

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
        .route("/api/owners", get(list::owners).post(retrieve::owners).patch(resume::session))
        .route("/api/owners/{id}", get(detail::owner).delete(delete::owner))
}
