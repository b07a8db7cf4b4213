//! `/api/br/exchanges/`, and `/api/exchanges/` without `br/`.

mod delete;
mod detail;
mod history;
mod list;
mod retrieve;

use axum::Router;
use axum::routing::get;

use super::resume;
use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    ["/api/br/exchanges", "/api/exchanges"].into_iter().fold(Router::new(), |router, path| {
        router
            .route(path, get(list::exchanges).post(retrieve::exchanges).patch(resume::session))
            .route(&format!("{path}/{{id}}"), get(detail::exchange).delete(delete::exchange))
            .route(&format!("{path}/{{id}}/history"), get(history::events))
    })
}
