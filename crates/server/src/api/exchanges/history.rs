use axum::extract::State;
use vinculo_domain::ExchangeId;

use crate::api::answer::List;
use crate::api::auth::Caller;
use crate::api::error::{ApiResult, Code};
use crate::api::id::Id;
use crate::api::query::{Filters, Query};
use crate::http::origin::ClientAddress;
use crate::state::AppState;

/// `GET /api/br/exchanges/{id}/history/`.
pub(super) async fn events(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<ExchangeId>,
    address: ClientAddress,
    query: Query,
) -> ApiResult {
    let mut filters = Filters::new(&query);
    let paging = filters.paging();
    filters.finish()?;
    let page = state.store().exchange_history(caller.application(), id, paging).await?.ok_or(Code::NotFound)?;
    List { address: &address, query: &query, paging }.stored(page)
}
