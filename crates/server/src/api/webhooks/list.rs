use axum::extract::State;
use vinculo_store::Page;

use super::view;
use crate::api::answer::List;
use crate::api::auth::Caller;
use crate::api::error::ApiResult;
use crate::api::query::{Filters, Query};
use crate::http::origin::ClientAddress;
use crate::state::AppState;

/// `GET /api/webhooks/`: the application's endpoints, oldest first.
pub(super) async fn endpoints(
    State(state): State<AppState>,
    caller: Caller,
    address: ClientAddress,
    query: Query,
) -> ApiResult {
    let mut filters = Filters::new(&query);
    let paging = filters.paging();
    filters.finish()?;
    let all = state.store().endpoints(caller.application()).await?;
    let count = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let (size, before) = (paging.size as usize, (paging.page as usize).saturating_sub(1));
    let page = all.iter().skip(before.saturating_mul(size)).take(size);
    let items = page.map(|endpoint| view::body(endpoint, None)).collect::<ApiResult<_>>()?;
    List { address: &address, query: &query, paging }.answer(Page { count, items })
}
