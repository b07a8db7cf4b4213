//! Card accounts with their limits (section 11.3).

use vinculo_domain::Permission;
use vinculo_domain::model::AccountDraft;

use super::is_absent;
use crate::openfinance::map::card::card;
use crate::openfinance::wire::credit_cards::{Card, Limit};
use crate::openfinance::{OpenFinance, base, endpoint, paged};
use crate::{Access, ConnectorError, ProtocolError};

/// The family's name in the directory.
pub(super) const FAMILY: &str = "credit-cards-accounts";

impl OpenFinance {
    pub(super) async fn list_cards(&self, access: &Access) -> Result<Vec<AccountDraft>, ConnectorError> {
        super::require(access, Permission::CreditCardsAccountsRead)?;
        let base = base(&access.institution, FAMILY, 2)?;
        let first = paged(endpoint(&access.institution, FAMILY, 2, &["accounts"])?, self.http.limits.page_size);
        let items: Vec<Card> = super::offered(FAMILY, self.read_all(access, &base, first).await)?;
        let mut drafts = Vec::with_capacity(items.len());
        for item in &items {
            drafts.extend(self.read_card(access, item).await?);
        }
        Ok(drafts)
    }

    /// Reads one card account. `None`: it was blocked between the list and the detail; the next reading will have it.
    async fn read_card(&self, access: &Access, item: &Card) -> Result<Option<AccountDraft>, ConnectorError> {
        let id = item.credit_card_account_id.get();
        let id = id.ok_or_else(|| ProtocolError::Unreadable("creditCardAccountId missing".to_owned()))?;
        let url = endpoint(&access.institution, FAMILY, 2, &["accounts", id])?;
        let detail: Card = match self.read_data(access, &url).await {
            Err(error) if is_absent(&error) => return Ok(None),
            other => other?,
        };
        let limits = self.card_limits(access, id).await?;
        Ok(Some(card(item, &detail, limits.as_deref(), self.http.now())?))
    }

    async fn card_limits(&self, access: &Access, id: &str) -> Result<Option<Vec<Limit>>, ConnectorError> {
        if !access.permissions.contains(Permission::CreditCardsAccountsLimitsRead) {
            return Ok(None);
        }
        let base = base(&access.institution, FAMILY, 2)?;
        let url = endpoint(&access.institution, FAMILY, 2, &["accounts", id, "limits"])?;
        super::where_present(self.read_all(access, &base, url).await)
    }
}
