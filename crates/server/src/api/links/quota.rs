use axum::extract::State;
use http::StatusCode;
use jiff::Timestamp;
use serde::Serialize;
use vinculo_aggregator::quota::{self, QuotaLine};
use vinculo_domain::LinkId;

use crate::api::answer;
use crate::api::auth::Caller;
use crate::api::error::{ApiError, ApiResult};
use crate::api::id::Id;
use crate::api::query::Query;
use crate::api::time::micros;
use crate::state::AppState;

#[derive(Serialize)]
struct View {
    link: LinkId,
    month: String,
    #[serde(serialize_with = "micros")]
    resets_at: Timestamp,
    endpoints: Vec<Endpoint>,
}

#[derive(Serialize)]
struct Endpoint {
    endpoint: &'static str,
    limit: i64,
    used: i64,
    left: i64,
}

/// `GET /api/links/{id}/quota/` (ours): what is used and left of the month's allowance at the institution.
pub(super) async fn link(State(state): State<AppState>, caller: Caller, Id(id): Id<LinkId>, query: Query) -> ApiResult {
    let quota = quota::quota(state.aggregator(), caller.application(), id).await?;
    let line =
        |line: &QuotaLine| Endpoint { endpoint: line.endpoint, limit: line.limit, used: line.used, left: line.left() };
    let endpoints = quota.lines.iter().map(line).collect();
    let view = View { link: id, month: quota.month, resets_at: quota.resets_at, endpoints };
    let body = serde_json::to_string(&view).map_err(ApiError::internal)?;
    answer::object(StatusCode::OK, body, &query)
}
