use axum::extract::State;
use http::StatusCode;
use vinculo_domain::LinkId;

use super::view;
use crate::api::answer;
use crate::api::auth::Caller;
use crate::api::error::{ApiResult, Code};
use crate::api::id::Id;
use crate::api::query::Query;
use crate::state::AppState;

/// `GET /api/links/{id}/`.
pub(super) async fn link(State(state): State<AppState>, caller: Caller, Id(id): Id<LinkId>, query: Query) -> ApiResult {
    let link = state.store().link(caller.application(), id).await?.ok_or(Code::NotFound)?;
    answer::object(StatusCode::OK, view::body(&link)?, &query)
}
