use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Cnpj, Cpf, Document, Invalid};

/// Where a consent stands, in the API's words.
///
/// `Created` → `AwaitingAuthorisation` → `Authorised` → `Rejected` or `Expired`. `AwaitingConfirmation`: authorised by
/// this person, waiting for a second approver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ConsentStatus {
    /// The user was sent to the bank.
    #[serde(rename = "AWAITING_AUTHORISATION")]
    AwaitingAuthorisation,
    /// Someone else still has to approve.
    #[serde(rename = "AWAITING_AUTHORISATION_CONFIRMATION")]
    AwaitingConfirmation,
    /// Usable.
    #[serde(rename = "AUTHORISED")]
    Authorised,
    /// Refused or revoked.
    #[serde(rename = "REJECTED")]
    Rejected,
    /// Ran out.
    #[serde(rename = "EXPIRED")]
    Expired,
}

impl ConsentStatus {
    const ALL: [Self; 5] =
        [Self::AwaitingAuthorisation, Self::AwaitingConfirmation, Self::Authorised, Self::Rejected, Self::Expired];

    /// Returns the name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AwaitingAuthorisation => "AWAITING_AUTHORISATION",
            Self::AwaitingConfirmation => "AWAITING_AUTHORISATION_CONFIRMATION",
            Self::Authorised => "AUTHORISED",
            Self::Rejected => "REJECTED",
            Self::Expired => "EXPIRED",
        }
    }
}

impl FromStr for ConsentStatus {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|s| s.as_str() == text).ok_or_else(|| Invalid::choice(text))
    }
}

/// Why a consent ended, as the bank or we recorded it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// `USER`, `ASPSP` or `TPP`.
    pub rejected_by: String,
    /// Reason code of Consents v3, e.g. `CUSTOMER_MANUALLY_REJECTED`.
    pub reason: String,
}

/// Who shares: always a person, and the company when it is the company's data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identification {
    /// The person who logs in at the bank (`loggedUser`).
    pub cpf: Cpf,
    /// The person's name as the application gave it.
    pub name: String,
    /// The company and its name, when the company's data is shared (`businessEntity`).
    pub company: Option<(Cnpj, String)>,
}

impl Identification {
    /// Tells whether a company's data is shared.
    pub fn is_business(&self) -> bool {
        self.company.is_some()
    }

    /// Returns the name of whoever shares: the company's, or the person's.
    pub fn display_name(&self) -> &str {
        self.company.as_ref().map_or(&self.name, |(_, name)| name)
    }

    /// Returns the document of whoever shares: the company's, or the person's.
    pub fn document(&self) -> Document {
        match &self.company {
            Some((cnpj, _)) => Document::Cnpj(cnpj.clone()),
            None => Document::Cpf(self.cpf.clone()),
        }
    }
}
