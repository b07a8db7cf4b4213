//! Warnings: what the application is told without the flow ending.

use serde::{Deserialize, Serialize};

/// A warning of the widget. The reference has the first one; the others are ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// The institution cannot be chosen.
    InstitutionDisabled,
    /// The institution works with failures.
    InstitutionDegraded,
    /// The institution shares less than was asked for.
    PartialData,
    /// Somebody else has to approve at the institution.
    PendingAuthorisation,
    /// The user holds nothing there that could be shared.
    NoAccounts,
}

impl Warning {
    /// All warnings.
    pub const ALL: [Self; 5] = [
        Self::InstitutionDisabled,
        Self::InstitutionDegraded,
        Self::PartialData,
        Self::PendingAuthorisation,
        Self::NoAccounts,
    ];

    /// Returns the code on the wire (`warning`, `warning_code`).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InstitutionDisabled => "institution_disabled",
            Self::InstitutionDegraded => "institution_degraded",
            Self::PartialData => "partial_data",
            Self::PendingAuthorisation => "pending_authorisation",
            Self::NoAccounts => "no_accounts",
        }
    }

    /// Returns the English message that goes to the application.
    pub fn message(self) -> &'static str {
        match self {
            Self::InstitutionDisabled => "The institution is temporarily unavailable.",
            Self::InstitutionDegraded => "The institution is unstable and may take longer than usual.",
            Self::PartialData => "The institution shares only part of what was asked for.",
            Self::PendingAuthorisation => "The institution waits for the approval of another person.",
            Self::NoAccounts => "The user has no accounts to share at the institution.",
        }
    }
}
