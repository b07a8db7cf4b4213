//! Why a consent ended, in the words of the standard (open-finance-brasil 9.2).

use vinculo_domain::Rejection;

use crate::failure::{Detail, Failure};

fn rejection(by: &str, reason: &str) -> Rejection {
    Rejection { rejected_by: by.to_owned(), reason: reason.to_owned() }
}

/// The user went another way before it was authorised.
pub(crate) fn left() -> Rejection {
    rejection("USER", "CUSTOMER_MANUALLY_REJECTED")
}

/// Nobody authorised it in time.
pub(crate) fn expired() -> Rejection {
    rejection("USER", "CONSENT_EXPIRED")
}

/// Its time was over.
pub(crate) fn run_out() -> Rejection {
    rejection("ASPSP", "CONSENT_MAX_DATE_REACHED")
}

/// The user, or the application for them, ended it after it was authorised.
pub(crate) fn revoked() -> Rejection {
    rejection("USER", "CUSTOMER_MANUALLY_REVOKED")
}

/// The user gave a new consent in its place.
pub(crate) fn replaced() -> Rejection {
    rejection("USER", "CUSTOMER_MANUALLY_REVOKED")
}

/// It has served: a sign-in to the portal needs it no longer.
pub(crate) fn served() -> Rejection {
    rejection("TPP", "CUSTOMER_MANUALLY_REVOKED")
}

/// We could not make use of it.
pub(crate) fn technical() -> Rejection {
    rejection("TPP", "CONSENT_TECHNICAL_ISSUE")
}

/// What a failure at the bank means for the consent.
pub(crate) fn of(failure: Failure) -> Rejection {
    match failure.detail {
        Detail::Denied => left(),
        Detail::Risk => rejection("ASPSP", "INTERNAL_SECURITY_REASON"),
        Detail::Locked | Detail::Credentials | Detail::Owner | Detail::Elsewhere => {
            rejection("ASPSP", "CUSTOMER_MANUALLY_REJECTED")
        }
        Detail::Plain | Detail::Unknown if failure.code == vinculo_domain::ErrorCode::SessionExpired => expired(),
        Detail::Plain | Detail::Unknown | Detail::TooOften => technical(),
    }
}
