//! Closed bills of a card account, page by page (section 11.3).

use jiff::ToSpan as _;
use vinculo_domain::Permission;
use vinculo_domain::model::BillDraft;

use super::cards::FAMILY;
use crate::openfinance::map::bill::bill;
use crate::openfinance::wire::credit_cards::BillItem;
use crate::openfinance::wire::money::Listing;
use crate::openfinance::{OpenFinance, base, endpoint, paged};
use crate::{Access, ConnectorError, PageOf, PageToken, Window};

/// A bill is closed days or weeks before it falls due: those that wait to be paid belong to the window that they close.
const DUE_LATER_DAYS: i32 = 60;

impl OpenFinance {
    pub(crate) async fn read_bills(
        &self,
        access: &Access,
        card: &str,
        window: Window,
        next: Option<&PageToken>,
    ) -> Result<PageOf<BillDraft>, ConnectorError> {
        super::require(access, Permission::CreditCardsAccountsBillsRead)?;
        let base = base(&access.institution, FAMILY, 2)?;
        let mut url = endpoint(&access.institution, FAMILY, 2, &["accounts", card, "bills"])?;
        let last = window.to.saturating_add(DUE_LATER_DAYS.days());
        url.query_pairs_mut()
            .append_pair("fromDueDate", &window.from.to_string())
            .append_pair("toDueDate", &last.to_string());
        let first = paged(url, self.http.limits.page_size);
        let map = |items: &Listing<BillItem>, _: &mut _| items.0.iter().map(bill).collect();
        self.page_at(access, &base, first, next, map).await
    }
}
