use axum::extract::State;
use http::StatusCode;
use vinculo_domain::EndpointId;

use super::{fields, view};
use crate::api::answer;
use crate::api::auth::Caller;
use crate::api::error::ApiResult;
use crate::api::id::Id;
use crate::api::query::Query;
use crate::state::AppState;

/// `GET /api/webhooks/{id}/`.
pub(super) async fn endpoint(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<EndpointId>,
    query: Query,
) -> ApiResult {
    let endpoint = fields::find(&state, &caller, id).await?;
    answer::object(StatusCode::OK, view::body(&endpoint, None)?, &query)
}
