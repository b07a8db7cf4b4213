use axum::extract::State;
use vinculo_domain::{AccountId, BalanceId, LinkId};
use vinculo_store::BalanceFilter;

use crate::api::answer::List;
use crate::api::auth::Caller;
use crate::api::error::ApiResult;
use crate::api::query::{Filters, Query, word};
use crate::http::origin::ClientAddress;
use crate::state::AppState;

/// `GET /api/br/balances/`.
pub(super) async fn balances(
    State(state): State<AppState>,
    caller: Caller,
    address: ClientAddress,
    query: Query,
) -> ApiResult {
    let mut filters = Filters::new(&query);
    let paging = filters.paging();
    filters.require("link", &["link__in"]);
    let filter = BalanceFilter {
        link: filters.one_of::<LinkId>("link", word),
        account: filters.one_of::<AccountId>("account", word),
        id: filters.one_of::<BalanceId>("id", word),
        collected_at: filters.instants("collected_at"),
        created_at: filters.instants("created_at"),
    };
    filters.finish()?;
    let page = state.store().balances(caller.application(), &filter, paging).await?;
    List { address: &address, query: &query, paging }.stored(page)
}
