use axum::extract::State;
use http::StatusCode;
use vinculo_domain::InvestmentTransactionId;
use vinculo_domain::model::splice_investment;

use crate::api::answer;
use crate::api::auth::Caller;
use crate::api::error::{ApiResult, Code};
use crate::api::id::Id;
use crate::api::query::Query;
use crate::state::AppState;

/// `GET /api/br/investment-transactions/{id}/`.
pub(super) async fn transaction(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<InvestmentTransactionId>,
    query: Query,
) -> ApiResult {
    let found = state.store().investment_transaction(caller.application(), id).await?;
    let (movement, investment) = found.ok_or(Code::NotFound)?;
    let investment = investment.ok_or(Code::NotFound)?;
    answer::object(StatusCode::OK, splice_investment(&movement.body, &investment), &query)
}
