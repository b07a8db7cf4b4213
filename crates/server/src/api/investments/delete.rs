use axum::extract::State;
use http::StatusCode;
use vinculo_domain::InvestmentId;

use crate::api::auth::Caller;
use crate::api::error::{ApiResult, Code};
use crate::api::id::Id;
use crate::state::AppState;

/// `DELETE /api/br/investments/{id}/`: with its transactions, which could not be shown without it.
pub(super) async fn investment(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<InvestmentId>,
) -> ApiResult<StatusCode> {
    let mut tx = state.store().begin().await?;
    if !tx.delete_investment(caller.application(), id).await? {
        return Err(Code::NotFound.into());
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
