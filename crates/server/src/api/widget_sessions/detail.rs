use axum::extract::State;
use http::StatusCode;
use vinculo_domain::SessionId;

use super::view;
use crate::api::answer;
use crate::api::auth::Caller;
use crate::api::error::{ApiResult, Code};
use crate::api::id::Id;
use crate::api::query::Query;
use crate::state::AppState;

/// `GET /api/widget-sessions/{id}/`.
pub(super) async fn session(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<SessionId>,
    query: Query,
) -> ApiResult {
    let session = state.store().session_of(caller.application(), &id).await?.ok_or(Code::NotFound)?;
    let events = state.store().session_events(&id).await?;
    answer::object(StatusCode::OK, view::body(&session, Some(&events))?, &query)
}
