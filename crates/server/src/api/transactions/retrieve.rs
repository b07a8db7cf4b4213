use axum::extract::State;
use axum::response::Response;
use vinculo_aggregator::retrieve;
use vinculo_connector::Window;
use vinculo_domain::Resource;

use crate::api::answer;
use crate::api::auth::Caller;
use crate::api::body::Body;
use crate::api::error::{ApiResult, Code};
use crate::api::mode::Asynchronous;
use crate::api::query::Query;
use crate::api::retrieve::{Period, Request};
use crate::state::AppState;

/// `POST /api/transactions/`: reads a period at the institution, now, or in the background when asked for.
pub(super) async fn transactions(
    State(state): State<AppState>,
    caller: Caller,
    mode: Asynchronous,
    query: Query,
    Body(body): Body,
) -> ApiResult<Response> {
    let request = Request::read(&state, &caller, &body, Period::Required).await?;
    if mode.0 {
        return request.later(&state, Resource::Transactions).await;
    }
    let (from, to) = request.days.ok_or(Code::Required)?;
    let window = Window { from, to };
    let all = retrieve::transactions(state.aggregator(), request.what(), request.account, window).await?;
    answer::bare(request.status(), &all, &query)
}
