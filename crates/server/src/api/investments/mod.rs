//! `/api/br/investments/`, and `/api/investments/` and `/investments/portfolios/` as older clients spell it.

mod delete;
mod detail;
mod list;
mod retrieve;

use axum::Router;
use axum::routing::get;

use super::resume;
use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    let all = || get(list::investments).post(retrieve::investments).patch(resume::session);
    let one = || get(detail::investment).delete(delete::investment);
    Router::new()
        .route("/api/br/investments", all())
        .route("/api/br/investments/{id}", one())
        .route("/api/investments", all())
        .route("/api/investments/{id}", one())
        .route("/investments/portfolios", get(list::portfolios).post(retrieve::investments).patch(resume::session))
        .route("/investments/portfolios/{id}", one())
}
