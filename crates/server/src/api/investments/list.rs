use axum::extract::State;
use vinculo_domain::model::InvestmentType;
use vinculo_domain::{InvestmentId, LinkId};
use vinculo_store::InvestmentFilter;

use crate::api::answer::List;
use crate::api::auth::Caller;
use crate::api::error::ApiResult;
use crate::api::query::{Filters, Query, word};
use crate::http::origin::ClientAddress;
use crate::state::AppState;

/// `GET /api/br/investments/`.
pub(super) async fn investments(
    state: State<AppState>,
    caller: Caller,
    address: ClientAddress,
    query: Query,
) -> ApiResult {
    list(state, caller, address, query, true).await
}

/// `GET /investments/portfolios/`: older clients read their portfolios without naming a link.
pub(super) async fn portfolios(
    state: State<AppState>,
    caller: Caller,
    address: ClientAddress,
    query: Query,
) -> ApiResult {
    list(state, caller, address, query, false).await
}

async fn list(
    State(state): State<AppState>,
    caller: Caller,
    address: ClientAddress,
    query: Query,
    of_a_link: bool,
) -> ApiResult {
    let mut filters = Filters::new(&query);
    let paging = filters.paging();
    if of_a_link {
        filters.require("link", &["link__in"]);
    }
    let filter = InvestmentFilter {
        link: filters.one_of::<LinkId>("link", word),
        id: filters.one_of::<InvestmentId>("id", word),
        kind: filters.one_of::<InvestmentType>("type", word),
        created_at: filters.instants("created_at"),
        collected_at: filters.instants("collected_at"),
    };
    filters.finish()?;
    let page = state.store().investments(caller.application(), &filter, paging).await?;
    List { address: &address, query: &query, paging }.stored(page)
}
