use axum::extract::State;
use http::StatusCode;
use vinculo_domain::ConsentId;

use super::view::Writer;
use crate::api::answer;
use crate::api::auth::Caller;
use crate::api::error::{ApiResult, Code};
use crate::api::id::Id;
use crate::api::query::Query;
use crate::state::AppState;

/// `GET /api/consents/{id}/`.
pub(super) async fn consent(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<ConsentId>,
    query: Query,
) -> ApiResult {
    let consent = state.store().consent(caller.application(), id).await?.ok_or(Code::NotFound)?;
    let body = Writer::new(&state, &caller.0.application.name).body(&consent).await?;
    answer::object(StatusCode::OK, body, &query)
}
