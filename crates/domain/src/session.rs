//! The widget session: where the user stands.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Invalid;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $text)] $variant,)*
        }

        impl $name {
            /// All values.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Returns the name as stored and shown.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                Self::ALL.iter().copied().find(|v| v.as_str() == text).ok_or_else(|| Invalid::choice(text))
            }
        }
    };
}

words! {
    /// A step of the widget; its name is the last part of the address.
    Step {
        /// What will happen, that it is free and safe.
        Start = "start",
        /// Asks for the document when the token named none.
        Identify = "identify",
        /// Search and list of brands.
        Institutions = "institutions",
        /// Purpose, data, duration.
        Consent = "consent",
        /// On the way to the bank.
        Handover = "handover",
        /// Back from the bank, the link is being made.
        Connecting = "connecting",
        /// Connected.
        Done = "done",
        /// Not connected, with a way on.
        Failed = "failed",
        /// Leaving early: confirmation and survey.
        Exit = "exit",
    }
}

words! {
    /// How a session ended, or that it has not.
    SessionStatus {
        /// Going on.
        Open = "open",
        /// A link was made.
        Success = "success",
        /// The user left early.
        Exited = "exited",
        /// Nothing more happened before its time was over.
        Expired = "expired",
    }
}

words! {
    /// The widget's languages.
    Locale {
        /// Portuguese; the default.
        Pt = "pt",
        /// English.
        En = "en",
        /// Spanish.
        Es = "es",
    }
}

words! {
    /// Why a connection failed: the public catalogue of the widget. Every error that a bank or a token can cause maps
    /// to exactly one of these.
    ErrorCode {
        /// The access token was not provided or is not valid.
        AccessTokenNotValid = "ACCESS_TOKEN_NOT_VALID",
        /// The institution cannot be reached.
        InstitutionDown = "institution_down",
        /// The institution's service answers with failures.
        InstitutionUnavailable = "institution_unavailable",
        /// The institution has been deactivated here.
        InstitutionInactive = "institution_inactive",
        /// Refused at the bank: wrong document, denied, risk.
        LoginError = "login_error",
        /// The session at the bank ran out.
        SessionExpired = "session_expired",
        /// Our session ran out or its token was used.
        SessionExpiredOb = "session_expired_ob",
        /// Another session is open at the bank.
        TooManySessions = "too_many_sessions",
        /// The bank does not offer what was asked for.
        UnsupportedOperation = "unsupported_operation",
        /// The bank took too long.
        RequestTimeout = "request_timeout",
        /// Everything else.
        UnexpectedError = "unexpected_error",
    }
}

impl ErrorCode {
    /// Returns the English message that goes to the application (`last_encountered_error_message`, `error_message`).
    pub fn message(self) -> &'static str {
        match self {
            Self::AccessTokenNotValid => "The access token was not provided or is not valid",
            Self::InstitutionDown => "The financial institution is down, try again later",
            Self::InstitutionUnavailable => "The financial institution is unavailable",
            Self::InstitutionInactive => "The institution has been temporarily deactivated",
            Self::LoginError => "The user account access was forbidden by the institution",
            Self::SessionExpired => {
                "The session you are trying to resume has expired, please start again from register/retrieve endpoint"
            }
            Self::SessionExpiredOb => "The session has expired, start again with a new access token",
            Self::TooManySessions => {
                "Impossible to login, a session is already opened with the institution for these credentials"
            }
            Self::UnsupportedOperation => "The resource you are trying to access is not supported by this institution",
            Self::RequestTimeout => {
                "The request timed out, you can retry asking for less data by changing your query parameters"
            }
            Self::UnexpectedError => {
                "Vínculo is unable to process the request due to an internal system issue or to an unsupported response from an institution"
            }
        }
    }
}
