use vinculo_domain::model::splice_account;
use vinculo_store::{Page, TransactionPage};

/// Puts the account into a stored body; no parsing.
pub(super) fn body(transaction: &str, account: Option<&str>) -> String {
    splice_account(transaction, account)
}

/// Puts the accounts into a page.
pub(super) fn page(page: TransactionPage) -> Page<String> {
    let account = |id| page.accounts.get(id).map(String::as_str);
    let items = page.items.iter().map(|stored| body(&stored.body, account(&stored.account))).collect();
    Page { count: page.count, items }
}
