use axum::extract::State;
use axum::response::Response;
use vinculo_aggregator::retrieve;
use vinculo_domain::Resource;

use crate::api::answer;
use crate::api::auth::Caller;
use crate::api::body::Body;
use crate::api::error::ApiResult;
use crate::api::mode::Asynchronous;
use crate::api::query::Query;
use crate::api::retrieve::{Period, Request};
use crate::state::AppState;

/// `POST /api/bills/`: reads at the institution, now, or in the background when asked for.
pub(super) async fn bills(
    State(state): State<AppState>,
    caller: Caller,
    mode: Asynchronous,
    query: Query,
    Body(body): Body,
) -> ApiResult<Response> {
    let request = Request::read(&state, &caller, &body, Period::None).await?;
    if mode.0 {
        return request.later(&state, Resource::Bills).await;
    }
    let bills = retrieve::bills(state.aggregator(), request.what()).await?;
    answer::bare(request.status(), &bills, &query)
}
