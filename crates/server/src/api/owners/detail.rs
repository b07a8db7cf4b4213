use axum::extract::State;
use http::StatusCode;
use vinculo_domain::OwnerId;

use crate::api::answer;
use crate::api::auth::Caller;
use crate::api::error::{ApiResult, Code};
use crate::api::id::Id;
use crate::api::query::Query;
use crate::state::AppState;

/// `GET /api/owners/{id}/`.
pub(super) async fn owner(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<OwnerId>,
    query: Query,
) -> ApiResult {
    let owner = state.store().owner(caller.application(), id).await?.ok_or(Code::NotFound)?;
    answer::object(StatusCode::OK, owner.body, &query)
}
