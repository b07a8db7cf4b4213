//! Owners: the person or the company behind a link (`belvo-api.md`, 10.2 and 10.3).

mod business;
mod individual;
mod parts;

use jiff::Timestamp;
use serde::de::{Error as _, IgnoredAny};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

pub use business::{
    BusinessFinancialProfile, BusinessFinancialRelation, BusinessOwner, BusinessPatrimony, BusinessProduct,
    EconomicActivity, InformedRevenue, Party, PartyDocumentType, PartyType,
};
pub use individual::{
    Filiation, FiliationType, Gender, IndividualFinancialProfile, IndividualFinancialRelation, IndividualOwner,
    IndividualPatrimony, IndividualProduct, InformedIncome, MaritalStatus, Nationality, NationalityDocument,
    OccupationCode, PayrollAccount, SalaryPortabilityRequest,
};
pub use parts::{
    AdditionalDocument, Address, DocumentId, DocumentKind, Email, Frequency, PersonType, PhoneNumber, PhoneType,
    Procurator, ProcuratorType, ProductType,
};

use super::time::micros;
use super::{Ids, Record};
use crate::{LinkId, OwnerId};

/// An owner.
pub type Owner = Record<OwnerHead, OwnerContent>;

/// Ids and times of an [`Owner`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct OwnerHead {
    /// Our id.
    pub id: OwnerId,
    /// Link that the owner belongs to.
    pub link: Option<LinkId>,
    /// Identifier at the institution.
    pub internal_identification: Option<String>,
    /// When the institution gave this reading.
    #[serde(with = "micros")]
    #[schemars(with = "Timestamp")]
    pub collected_at: Timestamp,
    /// When the record was first stored.
    #[serde(with = "micros")]
    #[schemars(with = "Timestamp")]
    pub created_at: Timestamp,
}

/// What the institution said about an owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[serde(untagged)]
pub enum OwnerContent {
    /// A person.
    Individual(Box<IndividualOwner>),
    /// A company.
    Business(Box<BusinessOwner>),
}

impl<'de> Deserialize<'de> for OwnerContent {
    /// A company has a `company_name`, a person has none.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Marker {
            company_name: Option<IgnoredAny>,
        }
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let marker: Marker = serde_json::from_str(raw.get()).map_err(D::Error::custom)?;
        let read = match marker.company_name {
            Some(_) => serde_json::from_str(raw.get()).map(Self::Business),
            None => serde_json::from_str(raw.get()).map(Self::Individual),
        };
        read.map_err(D::Error::custom)
    }
}

/// An owner as the institution gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerDraft {
    /// Identifier at the institution.
    pub internal_identification: Option<String>,
    /// What it said.
    pub content: OwnerContent,
}

impl OwnerDraft {
    /// Returns the identity of the owner at the institution: its id there, else the document.
    pub fn bank_key(&self) -> &str {
        let document = match &self.content {
            OwnerContent::Individual(owner) => &owner.document_id.document_number,
            OwnerContent::Business(owner) => &owner.document_id.document_number,
        };
        self.internal_identification.as_deref().unwrap_or(document)
    }

    /// Returns the name to show for the owner.
    pub fn display_name(&self) -> &str {
        match &self.content {
            OwnerContent::Individual(owner) => &owner.display_name,
            OwnerContent::Business(owner) => &owner.display_name,
        }
    }

    /// Adds what is ours.
    pub fn with_ids(self, ids: Ids<OwnerId>) -> Owner {
        let head = OwnerHead {
            id: ids.id,
            link: ids.link,
            internal_identification: self.internal_identification,
            collected_at: ids.collected_at,
            created_at: ids.created_at,
        };
        Record { head, content: self.content }
    }
}
