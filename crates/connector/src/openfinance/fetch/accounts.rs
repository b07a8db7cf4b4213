//! Accounts, balances, overdraft limits (section 11.2).

use vinculo_domain::Permission;
use vinculo_domain::model::BalanceDraft;

use super::is_absent;
use crate::openfinance::map::account::{account, balance};
use crate::openfinance::wire::accounts::{AccountBalances, AccountDetail, AccountItem, OverdraftLimits};
use crate::openfinance::{OpenFinance, base, endpoint, paged};
use crate::{Access, AccountReading, ConnectorError, ProtocolError};

impl OpenFinance {
    pub(crate) async fn list_accounts(&self, access: &Access) -> Result<Vec<AccountReading>, ConnectorError> {
        super::require(access, Permission::AccountsRead)?;
        let first = paged(endpoint(&access.institution, "accounts", 2, &["accounts"])?, self.http.limits.page_size);
        let base = base(&access.institution, "accounts", 2)?;
        let items: Vec<AccountItem> = self.read_all(access, &base, first).await?;
        let mut readings = Vec::with_capacity(items.len());
        for item in &items {
            readings.extend(self.read_account(access, item).await?);
        }
        Ok(readings)
    }

    /// Reads one account. `None`: it was blocked between the list and the detail; the next reading will have it.
    async fn read_account(
        &self,
        access: &Access,
        item: &AccountItem,
    ) -> Result<Option<AccountReading>, ConnectorError> {
        let id = item.account_id.get().ok_or_else(|| ProtocolError::Unreadable("accountId missing".to_owned()))?;
        let url = endpoint(&access.institution, "accounts", 2, &["accounts", id])?;
        let detail: AccountDetail = match self.read_data(access, &url).await {
            Err(error) if is_absent(&error) => return Ok(None),
            other => other?,
        };
        let balances: Option<AccountBalances> =
            self.part(access, id, "balances", Permission::AccountsBalancesRead).await?;
        let overdraft = self.overdraft(access, id, &detail).await?;
        let own = balances.as_ref().map(|wire| balance(id, wire)).transpose()?;
        let account = account(item, &detail, balances.as_ref(), overdraft.as_ref())?;
        Ok(Some(AccountReading { account, balance: own }))
    }

    /// Only deposit accounts have an overdraft, so nothing of the monthly limit is spent on others.
    async fn overdraft(
        &self,
        access: &Access,
        id: &str,
        detail: &AccountDetail,
    ) -> Result<Option<OverdraftLimits>, ConnectorError> {
        if detail.kind.get() != Some("CONTA_DEPOSITO_A_VISTA") {
            return Ok(None);
        }
        self.part(access, id, "overdraft-limits", Permission::AccountsOverdraftLimitsRead).await
    }

    async fn part<T: serde::de::DeserializeOwned>(
        &self,
        access: &Access,
        id: &str,
        name: &str,
        permission: Permission,
    ) -> Result<Option<T>, ConnectorError> {
        if !access.permissions.contains(permission) {
            return Ok(None);
        }
        self.read_optional(access, &endpoint(&access.institution, "accounts", 2, &["accounts", id, name])?).await
    }

    pub(crate) async fn read_balance(&self, access: &Access, id: &str) -> Result<BalanceDraft, ConnectorError> {
        super::require(access, Permission::AccountsBalancesRead)?;
        let url = endpoint(&access.institution, "accounts", 2, &["accounts", id, "balances"])?;
        Ok(balance(id, &self.read_data(access, &url).await?)?)
    }
}
