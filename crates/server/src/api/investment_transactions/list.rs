use axum::extract::State;
use vinculo_domain::model::{InvestmentType, splice_investment};
use vinculo_domain::{Invalid, InvestmentTransactionId, LinkId};
use vinculo_store::{InvestmentTransactionFilter, InvestmentTransactionPage, Page};

use crate::api::answer::List;
use crate::api::auth::Caller;
use crate::api::error::ApiResult;
use crate::api::query::{Filters, Query, date, word};
use crate::http::origin::ClientAddress;
use crate::state::AppState;

/// `GET /api/br/investment-transactions/`.
pub(super) async fn transactions(
    State(state): State<AppState>,
    caller: Caller,
    address: ClientAddress,
    query: Query,
) -> ApiResult {
    let mut filters = Filters::new(&query);
    let paging = filters.paging();
    filters.require("link", &["link__in"]);
    let filter = InvestmentTransactionFilter {
        link: filters.one_of::<LinkId>("link", word).unwrap_or_default(),
        id: filters.one_of::<InvestmentTransactionId>("id", word),
        kind: filters.one_of("type", kind),
        value_date: filters.compare("value_date", date),
        created_at: filters.instants("created_at"),
        collected_at: filters.instants("collected_at"),
    };
    filters.finish()?;
    let page = state.store().investment_transactions(caller.application(), &filter, paging).await?;
    List { address: &address, query: &query, paging }.answer(spliced(&page))
}

/// The field holds a direction; the description of the filter names the kinds of investments. Both are understood.
fn kind(text: &str) -> Result<String, Invalid> {
    match text {
        "INFLOW" | "OUTFLOW" => Ok(text.to_owned()),
        _ => text.parse::<InvestmentType>().map(|kind| kind.as_str().to_owned()),
    }
}

/// Puts the investments into a page; a movement whose investment is deleted meanwhile is deleted, too.
fn spliced(page: &InvestmentTransactionPage) -> Page<String> {
    let whole = |investment| page.investments.get(investment).map_or("{}", String::as_str);
    let items = page.items.iter().map(|item| splice_investment(&item.body, whole(&item.investment))).collect();
    Page { count: page.count, items }
}
