//! `/api/accounts/`.

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
        .route("/api/accounts", get(list::accounts).post(retrieve::accounts).patch(resume::session))
        .route("/api/accounts/{id}", get(detail::account).delete(delete::account))
}
