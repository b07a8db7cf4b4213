use std::time::Duration;

use vinculo_domain::{ErrorCode, Rejection};

/// Why an institution did not give what was asked for.
///
/// Texts are for the log and hold nothing personal: no document, no name, no token, no body of an answer. What the
/// user sees follows from [`Self::code`].
#[derive(Debug, Clone, thiserror::Error)]
pub enum ConnectorError {
    /// No connection: name, network or TLS.
    #[error("the institution cannot be reached: {0}")]
    Unreachable(String),
    /// The connection was lost on the way: the institution may have done what was asked.
    #[error("the connection to the institution broke off: {0}")]
    Broken(String),
    /// No full answer in time.
    #[error("the institution took too long")]
    Timeout,
    /// A failure on its side: 5xx, 529, or still gathering data after our patience.
    #[error("the institution answered {status}")]
    Unavailable {
        /// HTTP status.
        status: u16,
        /// How long it wants to be left alone.
        retry_after: Option<Duration>,
    },
    /// 429.
    #[error("too many calls to the institution")]
    RateLimited {
        /// How long it wants to be left alone.
        retry_after: Option<Duration>,
    },
    /// 423: the monthly limit of this endpoint is used up.
    #[error("the monthly limit of calls is used up")]
    LimitReached,
    /// 401: access token run out or consent gone.
    #[error("the institution does not accept the access token")]
    Unauthorised,
    /// 403.
    #[error("the institution forbids it ({})", code.as_deref().unwrap_or("no code"))]
    Forbidden {
        /// Code of the bank's error, e.g. `STATUS_RESOURCE_PENDING_AUTHORISATION`.
        code: Option<String>,
    },
    /// 404.
    #[error("the institution does not know it")]
    NotFound,
    /// Another 4xx: the bank does not like the request.
    #[error("the institution refused with {status} ({})", code.as_deref().unwrap_or("no code"))]
    Refused {
        /// HTTP status.
        status: u16,
        /// Code of the bank's error, e.g. `DATA_EXPIRACAO_INVALIDA` or `invalid_request`.
        code: Option<String>,
    },
    /// The consent is rejected.
    #[error("the consent is rejected")]
    ConsentRejected(Option<Rejection>),
    /// The answer's id_token breaks a rule.
    #[error("the id_token is refused: {0}")]
    IdToken(#[from] IdTokenError),
    /// The authorization code or refresh token is not accepted (any more).
    #[error("the grant is not accepted")]
    InvalidGrant,
    /// What came is not what the protocol says.
    #[error("the institution broke the protocol: {0}")]
    Protocol(#[from] ProtocolError),
    /// The institution does not offer it, or the consent does not hold it.
    #[error("not offered or not consented: {0}")]
    Unsupported(&'static str),
    /// Our own side: settings, keys, the store of registrations.
    #[error("internal: {0}")]
    Internal(String),
}

/// Rules of section 13.1 that an id_token can break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdTokenError {
    /// Not a JWE of RSA-OAEP and A256GCM for one of our keys.
    #[error("encryption")]
    Encryption,
    /// Not signed with PS256 by the bank.
    #[error("signature")]
    Signature,
    /// `iss` wrong or missing.
    #[error("iss")]
    Issuer,
    /// `aud` wrong or missing, or more than us.
    #[error("aud")]
    Audience,
    /// `nonce` wrong or missing.
    #[error("nonce")]
    Nonce,
    /// `s_hash` wrong or missing.
    #[error("s_hash")]
    StateHash,
    /// `c_hash` wrong or missing.
    #[error("c_hash")]
    CodeHash,
    /// `exp` past or missing.
    #[error("exp")]
    Expired,
    /// `iat` too old, in the future or missing.
    #[error("iat")]
    IssuedAt,
    /// `acr` missing or too weak.
    #[error("acr")]
    Acr,
    /// Something else about the claims.
    #[error("claims")]
    Claims,
}

/// Ways to break the protocol.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProtocolError {
    /// Not JSON, too deep, or not of the documented shape. The text names the place and never the content.
    #[error("unreadable answer ({0})")]
    Unreadable(String),
    /// More bytes than allowed.
    #[error("answer larger than {limit_bytes} bytes")]
    TooLarge {
        /// The bound.
        limit_bytes: usize,
    },
    /// An empty answer where data was due.
    #[error("empty answer")]
    Empty,
    /// A status that the protocol does not know here.
    #[error("unexpected status {0}")]
    Status(u16),
    /// More pages than allowed.
    #[error("more than {limit} pages")]
    TooManyPages {
        /// The bound.
        limit: u32,
    },
    /// More items in one listing than allowed.
    #[error("more than {limit} items")]
    TooManyItems {
        /// The bound.
        limit: usize,
    },
    /// A page that leads back to one already read.
    #[error("the pages go in circles")]
    PageLoop,
    /// `links.next` leads to another place than the endpoint.
    #[error("the next page is on another address")]
    ForeignPage,
    /// The discovery document breaks a rule.
    #[error("discovery document: {0}")]
    Discovery(String),
}

impl ConnectorError {
    /// Tells whether the same call may work later.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Broken(_) | Self::Timeout)
            || matches!(self, Self::Unavailable { .. } | Self::RateLimited { .. })
            || matches!(self, Self::Forbidden { code: Some(code) } if temporary(code))
            || matches!(self, Self::Internal(_))
    }

    /// Returns how long the institution wants to be left alone.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Unavailable { retry_after, .. } | Self::RateLimited { retry_after } => *retry_after,
            _ => None,
        }
    }

    /// Returns what the user and the application are told.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Unreachable(_) | Self::Broken(_) => ErrorCode::InstitutionDown,
            Self::Timeout => ErrorCode::RequestTimeout,
            Self::Unavailable { .. } | Self::RateLimited { .. } | Self::LimitReached => {
                ErrorCode::InstitutionUnavailable
            }
            Self::ConsentRejected(_) => ErrorCode::LoginError,
            Self::InvalidGrant => ErrorCode::SessionExpired,
            Self::Unsupported(_) => ErrorCode::UnsupportedOperation,
            Self::Unauthorised
            | Self::Forbidden { .. }
            | Self::NotFound
            | Self::Refused { .. }
            | Self::IdToken(_)
            | Self::Protocol(_)
            | Self::Internal(_) => ErrorCode::UnexpectedError,
        }
    }
}

/// The official pages spell the code in two ways.
fn temporary(code: &str) -> bool {
    code.contains("TEMPORAR")
}
