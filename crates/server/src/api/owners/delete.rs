use axum::extract::State;
use http::StatusCode;
use vinculo_domain::OwnerId;

use crate::api::auth::Caller;
use crate::api::error::{ApiResult, Code};
use crate::api::id::Id;
use crate::state::AppState;

/// `DELETE /api/owners/{id}/`.
pub(super) async fn owner(State(state): State<AppState>, caller: Caller, Id(id): Id<OwnerId>) -> ApiResult<StatusCode> {
    let mut tx = state.store().begin().await?;
    if !tx.delete_owner(caller.application(), id).await? {
        return Err(Code::NotFound.into());
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
