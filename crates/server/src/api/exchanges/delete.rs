use axum::extract::State;
use http::StatusCode;
use vinculo_domain::ExchangeId;

use crate::api::auth::Caller;
use crate::api::error::{ApiResult, Code};
use crate::api::id::Id;
use crate::state::AppState;

/// `DELETE /api/br/exchanges/{id}/`: with its history.
pub(super) async fn exchange(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<ExchangeId>,
) -> ApiResult<StatusCode> {
    let mut tx = state.store().begin().await?;
    if !tx.delete_exchange(caller.application(), id).await? {
        return Err(Code::NotFound.into());
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
