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

/// `POST /api/br/exchanges/`: reads the operations of a period with their history at the institution, those of the last
/// year when none is named, now, or in the background when asked for.
pub(super) async fn exchanges(
    State(state): State<AppState>,
    caller: Caller,
    mode: Asynchronous,
    query: Query,
    Body(body): Body,
) -> ApiResult<Response> {
    let request = Request::read(&state, &caller, &body, Period::Optional).await?;
    if mode.0 {
        return request.later(&state, Resource::Exchanges).await;
    }
    let window = request.window_or_last_year(&state)?;
    let all = retrieve::exchanges(state.aggregator(), request.what(), window).await?;
    answer::bare(request.status(), &all, &query)
}
