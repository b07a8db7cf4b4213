use axum::extract::State;
use http::StatusCode;
use vinculo_domain::InvestmentId;

use crate::api::answer;
use crate::api::auth::Caller;
use crate::api::error::{ApiResult, Code};
use crate::api::id::Id;
use crate::api::query::Query;
use crate::state::AppState;

/// `GET /api/br/investments/{id}/`.
pub(super) async fn investment(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<InvestmentId>,
    query: Query,
) -> ApiResult {
    let investment = state.store().investment(caller.application(), id).await?.ok_or(Code::NotFound)?;
    answer::object(StatusCode::OK, investment.body, &query)
}
