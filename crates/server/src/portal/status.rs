//! Where a consent stands, as people are told (open-finance-brasil 12.4).

use vinculo_domain::ConsentStatus;
use vinculo_store::Consent;

use crate::widget::phrases::PortalWords;

/// The part of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Active,
    Pending,
    Expired,
    Ended,
}

impl Standing {
    /// Returns where a consent stands; `None` for one that never came to be: it is not shown.
    pub(super) fn of(consent: &Consent) -> Option<Self> {
        let reason = consent.rejection.as_ref().map(|rejection| rejection.reason.as_str());
        match (consent.status, reason) {
            (ConsentStatus::Authorised, _) => Some(Self::Active),
            (ConsentStatus::AwaitingConfirmation, _) => Some(Self::Pending),
            (ConsentStatus::Expired, _) | (ConsentStatus::Rejected, Some("CONSENT_MAX_DATE_REACHED")) => {
                Some(Self::Expired)
            }
            // Whatever the institution's reason is, the person reads no suspicion.
            (ConsentStatus::Rejected, Some("CUSTOMER_MANUALLY_REVOKED" | "INTERNAL_SECURITY_REASON")) => {
                Some(Self::Ended)
            }
            (ConsentStatus::Rejected | ConsentStatus::AwaitingAuthorisation, _) => None,
        }
    }

    pub(super) fn name(self, t: &PortalWords) -> &str {
        match self {
            Self::Active => &t.status_active,
            Self::Pending => &t.status_pending,
            Self::Expired => &t.status_expired,
            Self::Ended => &t.status_ended,
        }
    }
}
