//! `/api/links/`.

mod create;
mod delete;
mod detail;
mod list;
mod patch;
mod put;
mod quota;
mod refresh;
mod view;

use axum::Router;
use axum::routing::{get, post};

use super::resume;
use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/api/links", get(list::links).post(create::link).patch(resume::session))
        .route("/api/links/{id}", get(detail::link).patch(patch::link).put(put::link).delete(delete::link))
        .route("/api/links/{id}/quota", get(quota::link))
        .route("/api/links/{id}/refresh", post(refresh::link))
}
