//! `/api/transactions/`.

mod delete;
mod detail;
mod list;
mod retrieve;
mod sync;
mod view;

use axum::Router;
use axum::routing::get;

use super::resume;
use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/api/transactions", get(list::transactions).post(retrieve::transactions).patch(resume::session))
        .route("/api/transactions/sync", get(sync::transactions))
        .route("/api/transactions/{id}", get(detail::transaction).delete(delete::transaction))
}
