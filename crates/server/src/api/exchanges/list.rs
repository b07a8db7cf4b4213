use axum::extract::State;
use vinculo_domain::{ExchangeId, LinkId};
use vinculo_store::ExchangeFilter;

use crate::api::answer::List;
use crate::api::auth::Caller;
use crate::api::error::ApiResult;
use crate::api::query::{Filters, Query, word};
use crate::http::origin::ClientAddress;
use crate::state::AppState;

/// `GET /api/br/exchanges/`.
pub(super) async fn exchanges(
    State(state): State<AppState>,
    caller: Caller,
    address: ClientAddress,
    query: Query,
) -> ApiResult {
    let mut filters = Filters::new(&query);
    let paging = filters.paging();
    filters.require("link", &["link__in"]);
    let filter = ExchangeFilter {
        link: filters.one_of::<LinkId>("link", word),
        id: filters.one_of::<ExchangeId>("id", word),
        created_at: filters.instants("created_at"),
        collected_at: filters.instants("collected_at"),
    };
    filters.finish()?;
    let page = state.store().exchanges(caller.application(), &filter, paging).await?;
    List { address: &address, query: &query, paging }.stored(page)
}
