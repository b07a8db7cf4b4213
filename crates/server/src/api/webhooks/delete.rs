use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use vinculo_domain::EndpointId;

use super::fields;
use crate::api::auth::Caller;
use crate::api::error::{ApiResult, Code};
use crate::api::id::Id;
use crate::state::AppState;

/// `DELETE /api/webhooks/{id}/`: nothing more is sent there; its secrets are erased.
pub(super) async fn endpoint(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<EndpointId>,
) -> ApiResult<Response> {
    fields::find(&state, &caller, id).await?;
    let mut tx = state.store().begin().await?;
    if !tx.remove_endpoint(id).await? {
        return Err(Code::NotFound.into());
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
