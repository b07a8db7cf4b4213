use axum::extract::State;
use http::StatusCode;
use vinculo_domain::ExchangeId;

use crate::api::answer;
use crate::api::auth::Caller;
use crate::api::error::{ApiResult, Code};
use crate::api::id::Id;
use crate::api::query::Query;
use crate::state::AppState;

/// `GET /api/br/exchanges/{id}/`.
pub(super) async fn exchange(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<ExchangeId>,
    query: Query,
) -> ApiResult {
    let exchange = state.store().exchange(caller.application(), id).await?.ok_or(Code::NotFound)?;
    answer::object(StatusCode::OK, exchange.body, &query)
}
