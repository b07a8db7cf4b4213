//! Who the owner is (section 11.1).

use serde::de::DeserializeOwned;
use vinculo_domain::Permission;
use vinculo_domain::model::OwnerDraft;

use crate::openfinance::map::business::business;
use crate::openfinance::map::individual::individual;
use crate::openfinance::wire::business::BusinessIdentification;
use crate::openfinance::wire::personal::PersonalIdentification;
use crate::openfinance::{OpenFinance, base, endpoint, paged};
use crate::{Access, ConnectorError};

impl OpenFinance {
    pub(crate) async fn list_owners(&self, access: &Access) -> Result<Vec<OwnerDraft>, ConnectorError> {
        if access.permissions.contains(Permission::CustomersBusinessIdentificationsRead) {
            return self.companies(access).await;
        }
        super::require(access, Permission::CustomersPersonalIdentificationsRead)?;
        self.persons(access).await
    }

    async fn persons(&self, access: &Access) -> Result<Vec<OwnerDraft>, ConnectorError> {
        let more = access.permissions.contains(Permission::CustomersPersonalAdittionalinfoRead);
        let found: Vec<PersonalIdentification> = self.identifications(access, "personal").await?;
        let qualification = self.further(access, more, "personal", "qualifications").await?;
        let relation = self.further(access, more, "personal", "financial-relations").await?;
        Ok(found.iter().map(|item| individual(item, qualification.as_ref(), relation.as_ref())).collect())
    }

    async fn companies(&self, access: &Access) -> Result<Vec<OwnerDraft>, ConnectorError> {
        let more = access.permissions.contains(Permission::CustomersBusinessAdittionalinfoRead);
        let found: Vec<BusinessIdentification> = self.identifications(access, "business").await?;
        let qualification = self.further(access, more, "business", "qualifications").await?;
        let relation = self.further(access, more, "business", "financial-relations").await?;
        Ok(found.iter().map(|item| business(item, qualification.as_ref(), relation.as_ref())).collect())
    }

    async fn identifications<T: DeserializeOwned>(
        &self,
        access: &Access,
        kind: &str,
    ) -> Result<Vec<T>, ConnectorError> {
        let family = family(kind);
        let first = endpoint(&access.institution, family, 2, &[kind, "identifications"])?;
        let base = base(&access.institution, family, 2)?;
        self.read_all(access, &base, paged(first, self.http.limits.page_size)).await
    }

    async fn further<T: DeserializeOwned>(
        &self,
        access: &Access,
        consented: bool,
        kind: &str,
        name: &str,
    ) -> Result<Option<T>, ConnectorError> {
        if !consented {
            return Ok(None);
        }
        let url = endpoint(&access.institution, family(kind), 2, &[kind, name])?;
        self.read_optional(access, &url).await
    }
}

fn family(kind: &str) -> &'static str {
    if kind == "business" { "customers-business" } else { "customers-personal" }
}
