//! What went wrong, in the public words. Every error that a bank can cause maps to exactly one of them, here and
//! nowhere else (reference: belvo-widget 5 and 6, belvo-api 6).

use jiff::Timestamp;
use vinculo_connector::ConnectorError;
use vinculo_domain::{ErrorCode, Rejection, SessionError};

pub use vinculo_domain::ErrorDetail as Detail;

use crate::events::ResourceError;

/// A failure as the user and the application see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure {
    /// Public code.
    pub code: ErrorCode,
    /// What the page says beyond the code's own text.
    pub detail: Detail,
}

impl Failure {
    /// Makes a failure that the code's own text explains.
    pub const fn plain(code: ErrorCode) -> Self {
        Self { code, detail: Detail::Plain }
    }

    /// Returns what the session keeps.
    pub fn at(self, at: Timestamp) -> SessionError {
        SessionError { code: self.code, detail: self.detail, at }
    }

    /// Reads an error of a call to the bank while connecting.
    pub fn from_connector(error: &ConnectorError) -> Self {
        match error {
            ConnectorError::ConsentRejected(rejection) => Self::from_rejection(rejection.as_ref()),
            other => Self::plain(other.code()),
        }
    }

    /// Reads why a bank rejected a consent (open-finance-brasil 9.2).
    pub fn from_rejection(rejection: Option<&Rejection>) -> Self {
        match rejection.map(|r| r.reason.as_str()) {
            Some("CUSTOMER_MANUALLY_REJECTED" | "CUSTOMER_MANUALLY_REVOKED") => {
                Self { code: ErrorCode::LoginError, detail: Detail::Denied }
            }
            Some("INTERNAL_SECURITY_REASON") => Self { code: ErrorCode::LoginError, detail: Detail::Risk },
            Some("CONSENT_EXPIRED" | "CONSENT_MAX_DATE_REACHED") => Self::plain(ErrorCode::SessionExpired),
            Some("CONSENT_TECHNICAL_ISSUE") => Self::plain(ErrorCode::UnexpectedError),
            _ => Self { code: ErrorCode::LoginError, detail: Detail::Unknown },
        }
    }

    /// Reads the error that a bank put into the redirect (RFC 6749 4.1.2.1, OpenID Connect Core 3.1.2.6, RFC 9126,
    /// RFC 9101). Banks send a description alone, too.
    pub fn from_redirect(error: Option<&str>, description: Option<&str>) -> Self {
        let description = description.unwrap_or_default().to_ascii_lowercase();
        if let Some((_, failure)) = DESCRIBED.iter().find(|(word, _)| description.starts_with(word)) {
            return *failure;
        }
        match error.unwrap_or_default() {
            "access_denied" => Self { code: ErrorCode::LoginError, detail: Detail::Denied },
            "temporarily_unavailable" => Self::plain(ErrorCode::InstitutionDown),
            "server_error" => Self::plain(ErrorCode::InstitutionUnavailable),
            "login_required" | "interaction_required" | "invalid_request_uri" => Self::plain(ErrorCode::SessionExpired),
            "invalid_scope" | "unsupported_response_type" | "request_not_supported" | "request_uri_not_supported" => {
                Self::plain(ErrorCode::UnsupportedOperation)
            }
            _ => Self::plain(ErrorCode::UnexpectedError),
        }
    }
}

impl Failure {
    /// The bank's answer came in a browser that it was not meant for.
    pub const ELSEWHERE: Self = Self { code: ErrorCode::LoginError, detail: Detail::Elsewhere };
    /// Nobody is taken to a bank so often.
    pub(crate) const TOO_OFTEN: Self = Self { code: ErrorCode::LoginError, detail: Detail::TooOften };
    /// The bank knows whoever logged in by another document.
    pub(crate) const OWNER: Self = Self { code: ErrorCode::LoginError, detail: Detail::Owner };
}

/// Words with which a bank's description begins, and what they mean. The first one is the network's own; the standard
/// leaves the others to the banks.
const DESCRIBED: [(&str, Failure); 6] = [
    ("risk_analysis_denied", Failure { code: ErrorCode::LoginError, detail: Detail::Risk }),
    ("account_locked", Failure { code: ErrorCode::LoginError, detail: Detail::Locked }),
    ("invalid_credentials", Failure { code: ErrorCode::LoginError, detail: Detail::Credentials }),
    ("document_mismatch", Failure::OWNER),
    ("too_many_sessions", Failure::plain(ErrorCode::TooManySessions)),
    ("consent_expired", Failure::plain(ErrorCode::SessionExpired)),
];

/// Why data could not be had, in the codes of the API (belvo-api 6). Goes into `data.errors` of an event, and into the
/// answer of a retrieve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DataError {
    /// The bank cannot be reached.
    InstitutionDown,
    /// The bank answers with failures.
    InstitutionUnavailable,
    /// The bank has been deactivated here, or has left the directory.
    InstitutionInactive,
    /// The monthly limit is used up.
    OperationalLimitsReached,
    /// The bank took too long.
    RequestTimeout,
    /// The bank does not offer the resource, or the consent does not hold it.
    UnsupportedOperation,
    /// The consent is gone: the user has to connect again.
    InvalidLink,
    /// The consent holds no account any more.
    ConsentWithoutAccounts,
    /// The bank does not give this one.
    UnavailableData,
    /// Everything else.
    UnexpectedError,
}

impl DataError {
    /// Reads an error of a call for data.
    pub fn from_connector(error: &ConnectorError) -> Self {
        match error {
            ConnectorError::Unreachable(_) | ConnectorError::Broken(_) => Self::InstitutionDown,
            ConnectorError::Timeout => Self::RequestTimeout,
            ConnectorError::Unavailable { .. } | ConnectorError::RateLimited { .. } => Self::InstitutionUnavailable,
            ConnectorError::LimitReached => Self::OperationalLimitsReached,
            ConnectorError::Unauthorised | ConnectorError::ConsentRejected(_) | ConnectorError::InvalidGrant => {
                Self::InvalidLink
            }
            ConnectorError::Forbidden { .. } | ConnectorError::NotFound => Self::UnavailableData,
            ConnectorError::Unsupported(_) => Self::UnsupportedOperation,
            ConnectorError::Refused { .. }
            | ConnectorError::IdToken(_)
            | ConnectorError::Protocol(_)
            | ConnectorError::Internal(_) => Self::UnexpectedError,
        }
    }

    const ALL: [Self; 10] = [
        Self::InstitutionDown,
        Self::InstitutionUnavailable,
        Self::InstitutionInactive,
        Self::OperationalLimitsReached,
        Self::RequestTimeout,
        Self::UnsupportedOperation,
        Self::InvalidLink,
        Self::ConsentWithoutAccounts,
        Self::UnavailableData,
        Self::UnexpectedError,
    ];

    /// Reads a code that was stored; an unknown one is an unexpected error.
    pub fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|error| error.code() == code).unwrap_or(Self::UnexpectedError)
    }

    /// Tells whether what could not be had may be had later, without the user.
    pub(crate) fn may_pass(self) -> bool {
        match self {
            Self::InstitutionDown
            | Self::InstitutionUnavailable
            | Self::InstitutionInactive
            | Self::OperationalLimitsReached
            | Self::RequestTimeout
            | Self::UnexpectedError => true,
            Self::UnsupportedOperation | Self::InvalidLink | Self::ConsentWithoutAccounts | Self::UnavailableData => {
                false
            }
        }
    }

    /// Returns the public code.
    pub fn code(self) -> &'static str {
        match self {
            Self::InstitutionDown => "institution_down",
            Self::InstitutionUnavailable => "institution_unavailable",
            Self::InstitutionInactive => "institution_inactive",
            Self::OperationalLimitsReached => "operational_limits_reached",
            Self::RequestTimeout => "request_timeout",
            Self::UnsupportedOperation => "unsupported_operation",
            Self::InvalidLink => "invalid_link",
            Self::ConsentWithoutAccounts => "consent_without_accounts",
            Self::UnavailableData => "unavailable_data",
            Self::UnexpectedError => "unexpected_error",
        }
    }

    /// Returns the text for the application.
    pub fn message(self) -> &'static str {
        match self {
            Self::InstitutionDown => "The financial institution is down, try again later",
            Self::InstitutionUnavailable => "The financial institution is unavailable",
            Self::InstitutionInactive => "The institution has been temporarily deactivated",
            Self::OperationalLimitsReached => "The institution has reached its operational limits",
            Self::RequestTimeout => {
                "The request timed out, you can retry asking for less data by changing your query parameters"
            }
            Self::UnsupportedOperation => "The resource you are trying to access is not supported by this institution",
            Self::InvalidLink => "The link has been invalidated. You may need to update link credentials",
            Self::ConsentWithoutAccounts => "Information cannot be retrieved as the consent has no associated accounts",
            Self::UnavailableData => "The institution did not return any data for the request.",
            Self::UnexpectedError => {
                "Vínculo is unable to process the request due to an internal system issue or to an unsupported response from an institution"
            }
        }
    }

    /// Returns the entry of `data.errors`.
    pub fn entry(self) -> ResourceError {
        ResourceError { code: self.code().to_owned(), message: self.message().to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rejection_has_one_code() {
        let table = [
            ("CUSTOMER_MANUALLY_REJECTED", ErrorCode::LoginError, Detail::Denied),
            ("INTERNAL_SECURITY_REASON", ErrorCode::LoginError, Detail::Risk),
            ("CONSENT_EXPIRED", ErrorCode::SessionExpired, Detail::Plain),
            ("CONSENT_TECHNICAL_ISSUE", ErrorCode::UnexpectedError, Detail::Plain),
            ("SOMETHING_NEW", ErrorCode::LoginError, Detail::Unknown),
        ];
        for (reason, code, detail) in table {
            let rejection = Rejection { rejected_by: "USER".into(), reason: reason.into() };
            let error = ConnectorError::ConsentRejected(Some(rejection));
            assert_eq!(Failure::from_connector(&error), Failure { code, detail }, "{reason}");
        }
    }

    #[test]
    fn every_error_of_the_redirect_has_one_code() {
        let table = [
            (Some("access_denied"), None, ErrorCode::LoginError, Detail::Denied),
            (Some("access_denied"), Some("risk_analysis_denied: x"), ErrorCode::LoginError, Detail::Risk),
            (None, Some("RISK_ANALYSIS_DENIED"), ErrorCode::LoginError, Detail::Risk),
            (Some("access_denied"), Some("account_locked: x"), ErrorCode::LoginError, Detail::Locked),
            (Some("access_denied"), Some("invalid_credentials"), ErrorCode::LoginError, Detail::Credentials),
            (Some("access_denied"), Some("document_mismatch: x"), ErrorCode::LoginError, Detail::Owner),
            (Some("access_denied"), Some("too_many_sessions: x"), ErrorCode::TooManySessions, Detail::Plain),
            (Some("access_denied"), Some("consent_expired"), ErrorCode::SessionExpired, Detail::Plain),
            (Some("access_denied"), Some("the user said account_locked"), ErrorCode::LoginError, Detail::Denied),
            (Some("server_error"), None, ErrorCode::InstitutionUnavailable, Detail::Plain),
            (Some("temporarily_unavailable"), Some("maintenance"), ErrorCode::InstitutionDown, Detail::Plain),
            (Some("login_required"), None, ErrorCode::SessionExpired, Detail::Plain),
            (Some("invalid_request_uri"), None, ErrorCode::SessionExpired, Detail::Plain),
            (Some("invalid_scope"), None, ErrorCode::UnsupportedOperation, Detail::Plain),
            (Some("invalid_request"), None, ErrorCode::UnexpectedError, Detail::Plain),
            (Some("<script>"), Some("access_denied"), ErrorCode::UnexpectedError, Detail::Plain),
            (None, None, ErrorCode::UnexpectedError, Detail::Plain),
        ];
        for (error, description, code, detail) in table {
            assert_eq!(
                Failure::from_redirect(error, description),
                Failure { code, detail },
                "{error:?} {description:?}"
            );
        }
    }
}
