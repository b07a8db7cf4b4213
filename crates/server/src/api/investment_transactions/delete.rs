use axum::extract::State;
use http::StatusCode;
use vinculo_domain::InvestmentTransactionId;

use crate::api::auth::Caller;
use crate::api::error::{ApiResult, Code};
use crate::api::id::Id;
use crate::state::AppState;

/// `DELETE /api/br/investment-transactions/{id}/`.
pub(super) async fn transaction(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<InvestmentTransactionId>,
) -> ApiResult<StatusCode> {
    let mut tx = state.store().begin().await?;
    if !tx.delete_investment_transaction(caller.application(), id).await? {
        return Err(Code::NotFound.into());
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
