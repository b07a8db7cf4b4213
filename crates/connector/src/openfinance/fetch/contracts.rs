//! Credit contracts (section 11.4): four families of one shape.

use vinculo_domain::Permission;
use vinculo_domain::model::AccountDraft;

use super::is_absent;
use crate::openfinance::map::contract::{Contract, contract};
use crate::openfinance::wire::contracts::{ContractDetail, ContractItem, Instalments, Payments, Warranty};
use crate::openfinance::{OpenFinance, base, endpoint, paged};
use crate::{Access, ConnectorError, CreditFamily, ProtocolError};

/// The permissions of a family.
struct Permissions {
    read: Permission,
    warranties: Permission,
    instalments: Permission,
    payments: Permission,
}

fn permissions(family: CreditFamily) -> Result<Permissions, ConnectorError> {
    use Permission as P;
    let (read, warranties, instalments, payments) = match family {
        CreditFamily::Loans => {
            (P::LoansRead, P::LoansWarrantiesRead, P::LoansScheduledInstalmentsRead, P::LoansPaymentsRead)
        }
        CreditFamily::Financings => (
            P::FinancingsRead,
            P::FinancingsWarrantiesRead,
            P::FinancingsScheduledInstalmentsRead,
            P::FinancingsPaymentsRead,
        ),
        CreditFamily::UnarrangedOverdraft => (
            P::UnarrangedAccountsOverdraftRead,
            P::UnarrangedAccountsOverdraftWarrantiesRead,
            P::UnarrangedAccountsOverdraftScheduledInstalmentsRead,
            P::UnarrangedAccountsOverdraftPaymentsRead,
        ),
        CreditFamily::InvoiceFinancings => (
            P::InvoiceFinancingsRead,
            P::InvoiceFinancingsWarrantiesRead,
            P::InvoiceFinancingsScheduledInstalmentsRead,
            P::InvoiceFinancingsPaymentsRead,
        ),
        CreditFamily::Cards => return Err(ConnectorError::Unsupported(family.as_str())),
    };
    Ok(Permissions { read, warranties, instalments, payments })
}

/// Returns the permission that a family's payments need.
pub(super) fn payments_permission(family: CreditFamily) -> Result<Permission, ConnectorError> {
    Ok(permissions(family)?.payments)
}

impl OpenFinance {
    pub(super) async fn list_contracts(
        &self,
        access: &Access,
        family: CreditFamily,
    ) -> Result<Vec<AccountDraft>, ConnectorError> {
        let permissions = permissions(family)?;
        super::require(access, permissions.read)?;
        let base = base(&access.institution, family.as_str(), 2)?;
        let url = endpoint(&access.institution, family.as_str(), 2, &["contracts"])?;
        let first = paged(url, self.http.limits.page_size);
        let items: Vec<ContractItem> = super::offered(family.as_str(), self.read_all(access, &base, first).await)?;
        let mut drafts = Vec::with_capacity(items.len());
        for item in &items {
            drafts.extend(self.read_contract(access, family, &permissions, item).await?);
        }
        Ok(drafts)
    }

    /// Reads one contract. `None`: it was blocked between the list and the detail; the next reading will have it.
    async fn read_contract(
        &self,
        access: &Access,
        family: CreditFamily,
        permissions: &Permissions,
        item: &ContractItem,
    ) -> Result<Option<AccountDraft>, ConnectorError> {
        let id = item.contract_id.get();
        let id = id.ok_or_else(|| ProtocolError::Unreadable("contractId missing".to_owned()))?;
        let url = endpoint(&access.institution, family.as_str(), 2, &["contracts", id])?;
        let detail: ContractDetail = match self.read_data(access, &url).await {
            Err(error) if is_absent(&error) => return Ok(None),
            other => other?,
        };
        let warranties = self.warranties(access, family, permissions.warranties, id).await?;
        let plan = (permissions.instalments, "scheduled-instalments");
        let instalments: Option<Instalments> = self.contract_part(access, family, plan, id).await?;
        let payments: Option<Payments> =
            self.contract_part(access, family, (permissions.payments, "payments"), id).await?;
        let parts = Contract {
            item,
            detail: &detail,
            warranties: warranties.as_deref(),
            instalments: instalments.as_ref(),
            payments: payments.as_ref(),
        };
        Ok(Some(contract(family.category(), &parts, self.http.now())?))
    }

    async fn warranties(
        &self,
        access: &Access,
        family: CreditFamily,
        permission: Permission,
        id: &str,
    ) -> Result<Option<Vec<Warranty>>, ConnectorError> {
        if !access.permissions.contains(permission) {
            return Ok(None);
        }
        let base = base(&access.institution, family.as_str(), 2)?;
        let url = endpoint(&access.institution, family.as_str(), 2, &["contracts", id, "warranties"])?;
        super::where_present(self.read_all(access, &base, paged(url, self.http.limits.page_size)).await)
    }

    async fn contract_part<T: serde::de::DeserializeOwned>(
        &self,
        access: &Access,
        family: CreditFamily,
        (permission, name): (Permission, &str),
        id: &str,
    ) -> Result<Option<T>, ConnectorError> {
        if !access.permissions.contains(permission) {
            return Ok(None);
        }
        let url = endpoint(&access.institution, family.as_str(), 2, &["contracts", id, name])?;
        self.read_optional(access, &url).await
    }
}
