//! Cards and contracts alike: accounts of a family, and lists of transactions.

use jiff::ToSpan as _;
use url::Url;
use vinculo_domain::Permission;
use vinculo_domain::model::{AccountDraft, TransactionDraft};

use super::cards::FAMILY as CARDS;
use super::contracts::payments_permission;
use crate::openfinance::map::calendar::day_in_sao_paulo;
use crate::openfinance::map::card_transaction::card_transaction;
use crate::openfinance::map::contract_payment::payment;
use crate::openfinance::wire::contracts::Payments;
use crate::openfinance::wire::credit_cards::CardTransaction;
use crate::openfinance::wire::money::Listing;
use crate::openfinance::{OpenFinance, base, endpoint, paged};
use crate::{Access, ConnectorError, CreditFamily, CreditList, PageOf, PageToken, Window};

/// How far back `transactions-current` is asked. The standard has seven days; one is left for midnight.
const RECENT_DAYS: i32 = 5;

impl OpenFinance {
    pub(crate) async fn list_credit(
        &self,
        access: &Access,
        family: CreditFamily,
    ) -> Result<Vec<AccountDraft>, ConnectorError> {
        match family {
            CreditFamily::Cards => self.list_cards(access).await,
            contracts => self.list_contracts(access, contracts).await,
        }
    }

    pub(crate) async fn read_credit_transactions(
        &self,
        access: &Access,
        list: CreditList<'_>,
        window: Window,
        next: Option<&PageToken>,
    ) -> Result<PageOf<TransactionDraft>, ConnectorError> {
        match list {
            CreditList::Card(card) => {
                super::require(access, Permission::CreditCardsAccountsTransactionsRead)?;
                let url =
                    within(endpoint(&access.institution, CARDS, 2, &["accounts", card, self.history(window)])?, window);
                self.card_page(access, url, None, next).await
            }
            CreditList::Bill { card, bill } => {
                super::require(access, Permission::CreditCardsAccountsBillsTransactionsRead)?;
                let path = ["accounts", card, "bills", bill, "transactions"];
                self.card_page(access, endpoint(&access.institution, CARDS, 2, &path)?, Some(bill), next).await
            }
            CreditList::Contract(family, contract) => {
                super::require(access, payments_permission(family)?)?;
                self.payments_page(access, family, contract, window, next).await
            }
        }
    }

    /// A window of the last days is read from the list that may be asked more often (section 8.1).
    fn history(&self, window: Window) -> &'static str {
        let today = day_in_sao_paulo(self.http.now());
        let recent = window.from >= today.saturating_sub(RECENT_DAYS.days()) && window.to <= today;
        if recent { "transactions-current" } else { "transactions" }
    }

    async fn card_page(
        &self,
        access: &Access,
        url: Url,
        bill: Option<&str>,
        next: Option<&PageToken>,
    ) -> Result<PageOf<TransactionDraft>, ConnectorError> {
        let base = base(&access.institution, CARDS, 2)?;
        let (first, now) = (paged(url, self.http.limits.page_size), self.http.now());
        let map = |items: &Listing<CardTransaction>, counter: &mut _| {
            items.0.iter().map(|item| card_transaction(item, bill, counter, now)).collect()
        };
        self.page_at(access, &base, first, next, map).await
    }

    /// The bank gives all payments of a contract; those of the window are kept.
    async fn payments_page(
        &self,
        access: &Access,
        family: CreditFamily,
        contract: &str,
        window: Window,
        next: Option<&PageToken>,
    ) -> Result<PageOf<TransactionDraft>, ConnectorError> {
        let base = base(&access.institution, family.as_str(), 2)?;
        let first = endpoint(&access.institution, family.as_str(), 2, &["contracts", contract, "payments"])?;
        let map = |payments: &Payments, counter: &mut _| {
            let all = payments.releases.0.iter().map(|release| payment(release, counter));
            let within = |draft: &TransactionDraft| (window.from..=window.to).contains(&draft.content.value_date);
            all.filter(|draft| draft.as_ref().map_or(true, within)).collect()
        };
        self.page_at(access, &base, first, next, map).await
    }
}

fn within(mut url: Url, window: Window) -> Url {
    url.query_pairs_mut()
        .append_pair("fromTransactionDate", &window.from.to_string())
        .append_pair("toTransactionDate", &window.to.to_string());
    url
}
