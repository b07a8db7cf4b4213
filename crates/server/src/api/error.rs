//! Every status code and error code of the API, in one place (reference, belvo-api 5 and 6).
//!
//! An error is carried through the layers without a request id; [`crate::http::envelope`] writes the array.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde_json::{Map, Value};
use vinculo_domain::Invalid;
use vinculo_store::StoreError;

macro_rules! codes {
    ($($name:ident = $status:literal $code:literal $message:literal,)*) => {
        /// A public error: HTTP status, code and message.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Code { $($name,)* }

        impl Code {
            /// All of them.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The HTTP status.
            pub(crate) fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// The code on the wire.
            pub(crate) fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The message, where nothing more exact is known.
            pub(crate) fn message(self) -> &'static str {
                match self { $(Self::$name => $message,)* }
            }
        }
    };
}

codes! {
    Required = 400 "required" "This field is required.",
    Null = 400 "null" "This field may not be null.",
    Blank = 400 "blank" "This field may not be blank.",
    Invalid = 400 "invalid" "Enter a valid value.",
    NotAList = 400 "not_a_list" "Expected a list of items.",
    ParseError = 400 "parse_error" "JSON parse error",
    DoesNotExist = 400 "does_not_exist" "The object does not exist.",
    MaxLength = 400 "max_length" "Ensure this field is not too long.",
    MinLength = 400 "min_length" "Ensure this field is not too short.",
    ValidationError = 400 "validation_error" "Bad request",
    InvalidLink = 400 "invalid_link" "The link has been invalidated. You may need to update link credentials",
    UnconfirmedLink = 400 "unconfirmed_link" "The link creation has not been completed yet",
    UnavailableData = 400 "unavailable_data" "The institution did not return any data for the request.",
    UnsupportedOperation = 400 "unsupported_operation" "The resource you are trying to access is not supported by this institution",
    LimitsReached = 400 "operational_limits_reached" "The institution has reached its operational limits",
    InstitutionDown = 400 "institution_down" "The financial institution is down, try again later",
    InstitutionUnavailable = 400 "institution_unavailable" "The financial institution is unavailable",
    InstitutionInactive = 400 "institution_inactive" "The institution has been temporarily deactivated",
    SessionExpired = 400 "session_expired" "The session you are trying to resume has expired, please start again from register/retrieve endpoint",
    AuthenticationFailed = 401 "authentication_failed" "Invalid Secret Keys",
    ConsentWithoutAccounts = 401 "consent_without_accounts" "Information cannot be retrieved as the consent has no associated accounts",
    NotFound = 404 "not_found" "Not found",
    MethodNotAllowed = 405 "method_not_allowed" "Method not allowed.",
    RequestTimeout = 408 "request_timeout" "The request timed out, you can retry asking for less data by changing your query parameters",
    LinkRefreshed = 409 "link_refreshed" "The link has already been refreshed. Please wait before trying again.",
    TooLarge = 413 "payload_too_large" "The request body is too large.",
    TooManyRequests = 429 "too_many_requests" "Request was throttled. Try again in a minute.",
    Unexpected = 500 "unexpected_error" "Vínculo is unable to process the request due to an internal system issue or to an unsupported response from an institution",
    Unavailable = 503 "service_unavailable" "Vínculo is temporarily unable to process the request. Try again in a moment.",
}

impl Code {
    /// Finds the code of a failure to get data; `None` for failures of ours.
    fn of_data(code: &str) -> Option<Self> {
        const ALL: &[Code] = &[
            Code::InstitutionDown,
            Code::InstitutionUnavailable,
            Code::InstitutionInactive,
            Code::LimitsReached,
            Code::RequestTimeout,
            Code::UnsupportedOperation,
            Code::InvalidLink,
            Code::ConsentWithoutAccounts,
            Code::UnavailableData,
        ];
        ALL.iter().copied().find(|known| known.as_str() == code)
    }
}

/// One entry of the error array.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Problem {
    /// Public code.
    pub(crate) code: &'static str,
    /// Text for the caller.
    pub(crate) message: String,
    /// The one field that is to blame; dotted when it is nested.
    pub(crate) field: Option<String>,
}

impl Problem {
    /// Makes an entry about a field.
    pub(crate) fn field(code: Code, field: impl Into<String>) -> Self {
        Self { code: code.as_str(), message: code.message().to_owned(), field: Some(field.into()) }
    }

    /// Makes an entry about a field with an exact message.
    pub(crate) fn field_with(code: Code, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::field(code, field) }
    }

    /// Makes an entry from a value that the domain refused.
    pub(crate) fn invalid(field: impl Into<String>, invalid: Invalid) -> Self {
        Self { code: invalid.code, message: invalid.message, field: Some(field.into()) }
    }

    /// Writes the entry with the id of the request.
    pub(crate) fn to_json(&self, request_id: &str) -> Value {
        let mut entry = Map::new();
        entry.insert("request_id".into(), request_id.into());
        entry.insert("message".into(), self.message.as_str().into());
        entry.insert("code".into(), self.code.into());
        if let Some(field) = &self.field {
            entry.insert("field".into(), field.as_str().into());
        }
        Value::Object(entry)
    }
}

/// What a handler answers when it cannot answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ApiError {
    status: StatusCode,
    problems: Vec<Problem>,
}

/// What every handler returns.
pub(crate) type ApiResult<T = Response> = Result<T, ApiError>;

impl ApiError {
    /// Makes an error that blames several fields (400).
    pub(crate) fn problems(problems: Vec<Problem>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, problems }
    }

    /// Makes an error with an exact message.
    pub(crate) fn with(code: Code, message: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, problems: vec![Problem { code: code.as_str(), message: message.into(), field: None }] }
    }

    /// Makes an error that blames one field.
    pub(crate) fn field(code: Code, field: impl Into<String>) -> Self {
        Self::problems(vec![Problem::field(code, field)])
    }

    /// Makes an error that blames one field with an exact message.
    pub(crate) fn field_with(code: Code, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::problems(vec![Problem::field_with(code, field, message)])
    }

    /// Makes the answer to a failure of ours; the reason goes to the log and nowhere else.
    pub(crate) fn internal(reason: impl std::fmt::Display) -> Self {
        tracing::error!(error = %reason, "the request failed");
        Code::Unexpected.into()
    }

    /// The HTTP status.
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// Writes the array.
    pub(crate) fn to_json(&self, request_id: &str) -> Value {
        self.problems.iter().map(|problem| problem.to_json(request_id)).collect()
    }
}

impl From<Code> for ApiError {
    fn from(code: Code) -> Self {
        Self::with(code, code.message())
    }
}

impl From<StoreError> for ApiError {
    /// What the store refuses is our failure: handlers ask for what may be missing with `Option`. A database that cannot
    /// be reached is one that passes.
    fn from(error: StoreError) -> Self {
        if error.is_outage() {
            tracing::error!(%error, "the database cannot be reached");
            return Code::Unavailable.into();
        }
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        Self::internal(format!("{error}{cause}"))
    }
}

impl From<vinculo_aggregator::Error> for ApiError {
    /// What the institution did is told in the public words; everything else is our failure.
    fn from(error: vinculo_aggregator::Error) -> Self {
        let known = error.data().and_then(|data| Code::of_data(data.code()));
        match (known, error) {
            (Some(code), error) => {
                tracing::info!(code = code.as_str(), %error, "the institution did not give the data");
                code.into()
            }
            (None, vinculo_aggregator::Error::NotFound) => Code::NotFound.into(),
            (None, vinculo_aggregator::Error::Store(error)) => error.into(),
            (None, error) => Self::internal(error),
        }
    }
}

impl IntoResponse for ApiError {
    /// Leaves the body to the layer that knows the request's id.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
