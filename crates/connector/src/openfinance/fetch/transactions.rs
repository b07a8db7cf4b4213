//! Transactions of one account, page by page (section 11.2).

use url::Url;
use vinculo_domain::Permission;
use vinculo_domain::model::TransactionDraft;

use crate::openfinance::map::transaction::transaction;
use crate::openfinance::wire::transactions::TransactionItem;
use crate::openfinance::{OpenFinance, base, endpoint, paged};
use crate::{Access, ConnectorError, PageOf, PageToken, Window};

impl OpenFinance {
    pub(crate) async fn read_transactions(
        &self,
        access: &Access,
        account: &str,
        window: Window,
        next: Option<&PageToken>,
    ) -> Result<PageOf<TransactionDraft>, ConnectorError> {
        super::require(access, Permission::AccountsTransactionsRead)?;
        let base = base(&access.institution, "accounts", 2)?;
        let first = self.first_page(access, account, window)?;
        let map = |items: &Vec<TransactionItem>, counter: &mut _| {
            items.iter().map(|item| transaction(item, counter)).collect()
        };
        self.page_at(access, &base, first, next, map).await
    }

    fn first_page(&self, access: &Access, account: &str, window: Window) -> Result<Url, ConnectorError> {
        let path = if window.is_recent(self.settings.env.now()) { "transactions-current" } else { "transactions" };
        let mut url = endpoint(&access.institution, "accounts", 2, &["accounts", account, path])?;
        url.query_pairs_mut()
            .append_pair("fromBookingDate", &window.from.to_string())
            .append_pair("toBookingDate", &window.to.to_string());
        Ok(paged(url, self.http.limits.page_size))
    }
}
