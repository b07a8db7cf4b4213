//! `/api/br/investment-transactions/`, and `/api/investment-transactions/` as older clients spell it.

mod delete;
mod detail;
mod list;
mod retrieve;

use axum::Router;
use axum::routing::get;

use super::resume;
use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    ["/api/br/investment-transactions", "/api/investment-transactions"].into_iter().fold(
        Router::new(),
        |router, path| {
            router
                .route(path, get(list::transactions).post(retrieve::transactions).patch(resume::session))
                .route(&format!("{path}/{{id}}"), get(detail::transaction).delete(delete::transaction))
        },
    )
}
