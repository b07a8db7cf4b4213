use axum::extract::State;
use http::StatusCode;
use vinculo_domain::BillId;

use crate::api::auth::Caller;
use crate::api::error::{ApiResult, Code};
use crate::api::id::Id;
use crate::state::AppState;

/// `DELETE /api/bills/{id}/`.
pub(super) async fn bill(State(state): State<AppState>, caller: Caller, Id(id): Id<BillId>) -> ApiResult<StatusCode> {
    let mut tx = state.store().begin().await?;
    if !tx.delete_bill(caller.application(), id).await? {
        return Err(Code::NotFound.into());
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
