use axum::extract::State;
use http::StatusCode;

use super::view;
use crate::api::answer;
use crate::api::auth::Caller;
use crate::api::error::{ApiResult, Code};
use crate::api::id::Id;
use crate::api::query::Query;
use crate::state::AppState;

/// `GET /api/institutions/{id}/`.
pub(super) async fn institution(State(state): State<AppState>, _: Caller, Id(id): Id<i64>, query: Query) -> ApiResult {
    let institution = state.store().institution(id).await?.ok_or(Code::NotFound)?;
    answer::object(StatusCode::OK, view::body(&institution)?, &query)
}
