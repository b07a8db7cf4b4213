use axum::extract::State;
use http::StatusCode;
use vinculo_domain::BalanceId;

use crate::api::answer;
use crate::api::auth::Caller;
use crate::api::error::{ApiResult, Code};
use crate::api::id::Id;
use crate::api::query::Query;
use crate::state::AppState;

/// `GET /api/br/balances/{id}/`.
pub(super) async fn balance(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<BalanceId>,
    query: Query,
) -> ApiResult {
    let balance = state.store().balance(caller.application(), id).await?.ok_or(Code::NotFound)?;
    answer::object(StatusCode::OK, balance.body, &query)
}
