use axum::extract::State;
use vinculo_domain::{AccountId, LinkId, TransactionId};
use vinculo_store::TransactionFilter;

use super::view;
use crate::api::answer::List;
use crate::api::auth::Caller;
use crate::api::error::ApiResult;
use crate::api::query::{Filters, Query, amount, choice, currency, date, text, word};
use crate::http::origin::ClientAddress;
use crate::state::AppState;

/// `GET /api/transactions/`.
pub(super) async fn transactions(
    State(state): State<AppState>,
    caller: Caller,
    address: ClientAddress,
    query: Query,
) -> ApiResult {
    let mut filters = Filters::new(&query);
    let paging = filters.paging();
    let filter = filter(&mut filters);
    filters.finish()?;
    let page = state.store().transactions(caller.application(), &filter, paging).await?;
    List { address: &address, query: &query, paging }.answer(view::page(page))
}

fn filter(filters: &mut Filters<'_>) -> TransactionFilter {
    filters.require("link", &["link__in"]);
    TransactionFilter {
        link: filters.one_of::<LinkId>("link", word).unwrap_or_default(),
        id: filters.one_of::<TransactionId>("id", word),
        account: filters.one_of::<AccountId>("account", word),
        account_balance_available: filters.compare("account__balance__available", amount),
        account_balance_current: filters.compare("account__balance__current", amount),
        account_type: filters.one_of("account_type", text),
        accounting_date: filters.compare("accounting_date", date),
        amount: filters.compare("amount", amount),
        collected_at: filters.instants("collected_at"),
        created_at: filters.instants("created_at"),
        currency: filters.one_of("currency", currency),
        bill_name: filters.one_of("credit_card_data__bill_name", text),
        reference: filters.one_of("reference", text),
        status: filters.one_of("status", choice(&["PENDING", "PROCESSED", "UNCATEGORIZED"])),
        kind: filters.one_of("type", choice(&["INFLOW", "OUTFLOW"])),
        value_date: filters.compare("value_date", date),
    }
}
