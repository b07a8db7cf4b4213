use axum::extract::State;
use vinculo_domain::model::splice_account_of_bill;
use vinculo_domain::{AccountId, BillId, LinkId};
use vinculo_store::{BillFilter, BillPage, Page};

use crate::api::answer::List;
use crate::api::auth::Caller;
use crate::api::error::ApiResult;
use crate::api::query::{Filters, Query, date, word};
use crate::http::origin::ClientAddress;
use crate::state::AppState;

/// `GET /api/bills/`.
pub(super) async fn bills(
    State(state): State<AppState>,
    caller: Caller,
    address: ClientAddress,
    query: Query,
) -> ApiResult {
    let mut filters = Filters::new(&query);
    let paging = filters.paging();
    filters.require("link", &["link__in"]);
    let filter = BillFilter {
        link: filters.one_of::<LinkId>("link", word),
        id: filters.one_of::<BillId>("id", word),
        account: filters.one_of::<AccountId>("account", word),
        due_date: filters.compare("due_date", date),
        collected_at: filters.instants("collected_at"),
        created_at: filters.instants("created_at"),
    };
    filters.finish()?;
    let page = state.store().bills(caller.application(), &filter, paging).await?;
    List { address: &address, query: &query, paging }.answer(whole(&page))
}

/// Puts the accounts into a page; no parsing.
fn whole(page: &BillPage) -> Page<String> {
    let account = |id| page.accounts.get(id).map(String::as_str);
    let items = page.items.iter().map(|bill| splice_account_of_bill(&bill.body, account(&bill.account))).collect();
    Page { count: page.count, items }
}
