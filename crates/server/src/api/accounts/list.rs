use axum::extract::State;
use vinculo_domain::{AccountId, InstitutionCode, LinkId};
use vinculo_store::AccountFilter;

use crate::api::answer::List;
use crate::api::auth::Caller;
use crate::api::error::ApiResult;
use crate::api::query::{Filters, Query, amount, choice, currency, text, word};
use crate::http::origin::ClientAddress;
use crate::state::AppState;

const CATEGORIES: &[&str] = &[
    "ADVANCE_DEPOSIT_ACCOUNT",
    "CHECKING_ACCOUNT",
    "CREDIT_CARD",
    "FINANCING_ACCOUNT",
    "INVESTMENT_ACCOUNT",
    "INVOICE_FINANCING_ACCOUNT",
    "LOAN_ACCOUNT",
    "PENSION_FUND_ACCOUNT",
    "SAVINGS_ACCOUNT",
    "UNCATEGORIZED",
];

/// `GET /api/accounts/`.
pub(super) async fn accounts(
    State(state): State<AppState>,
    caller: Caller,
    address: ClientAddress,
    query: Query,
) -> ApiResult {
    let mut filters = Filters::new(&query);
    let paging = filters.paging();
    let filter = AccountFilter {
        link: filters.one_of::<LinkId>("link", word),
        id: filters.one_of::<AccountId>("id", word),
        balance_available: filters.compare("balance__available", amount),
        balance_current: filters.compare("balance__current", amount),
        category: filters.one_of("category", choice(CATEGORIES)),
        created_at: filters.instants("created_at"),
        currency: filters.one_of("currency", currency),
        institution: filters.one_of::<InstitutionCode>("institution", word),
        name: filters.one("name", text),
        name_contains: filters.one("name__icontains", text),
        number: filters.one_of("number", text),
        public_identification_name: filters.one("public_identification_name", text),
        public_identification_value: filters.one("public_identification_value", text),
        kind: filters.one_of("type", text),
    };
    filters.finish()?;
    let page = state.store().accounts(caller.application(), &filter, paging).await?;
    List { address: &address, query: &query, paging }.stored(page)
}
