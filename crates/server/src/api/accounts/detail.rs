use axum::extract::State;
use http::StatusCode;
use vinculo_domain::AccountId;

use crate::api::answer;
use crate::api::auth::Caller;
use crate::api::error::{ApiResult, Code};
use crate::api::id::Id;
use crate::api::query::Query;
use crate::state::AppState;

/// `GET /api/accounts/{id}/`.
pub(super) async fn account(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<AccountId>,
    query: Query,
) -> ApiResult {
    let account = state.store().account(caller.application(), id).await?.ok_or(Code::NotFound)?;
    answer::object(StatusCode::OK, account.body, &query)
}
