//! `/api/br/balances/`, and `/api/balances/` as older clients spell it.

mod detail;
mod list;
mod retrieve;

use axum::Router;
use axum::routing::get;

use super::resume;
use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    let all = || get(list::balances).post(retrieve::balances).patch(resume::session);
    Router::new()
        .route("/api/br/balances", all())
        .route("/api/balances", all())
        .route("/api/br/balances/{id}", get(detail::balance))
        .route("/api/balances/{id}", get(detail::balance))
}
