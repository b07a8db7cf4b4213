//! The signed authorization request (RFC 9101, FAPI 1.0 Advanced 5.2.2).

mod verify;

use jiff::Timestamp;
use serde_json::json;

use crate::jws::{self, JwsError};
use crate::keys::SigningKey;
use crate::oauth_error::code;
use crate::random;

pub use verify::verify;

/// The one response type of the profile.
pub const RESPONSE_TYPE: &str = "code id_token";

/// The one response mode of the profile.
pub const RESPONSE_MODE: &str = "fragment";

/// Why a request object was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RequestObjectError {
    /// The signature or its form is not acceptable.
    #[error("request object: {0}")]
    Jws(#[from] JwsError),
    /// `iss` is there and is not the client.
    #[error("request object: wrong iss")]
    Issuer,
    /// `client_id` is missing or not the client that authenticated.
    #[error("request object: wrong client_id")]
    ClientId,
    /// `aud` is missing or does not name the issuer.
    #[error("request object: wrong aud")]
    Audience,
    /// `exp` is missing.
    #[error("request object: no exp")]
    MissingExpiry,
    /// `exp` is past.
    #[error("request object: expired")]
    Expired,
    /// `nbf` is missing.
    #[error("request object: no nbf")]
    MissingNotBefore,
    /// `nbf` is in the future.
    #[error("request object: not valid yet")]
    NotYet,
    /// `nbf` is more than 60 minutes past.
    #[error("request object: nbf too old")]
    TooOld,
    /// `exp` is more than 60 minutes after `nbf`.
    #[error("request object: exp more than 60 minutes after nbf")]
    TooLong,
    /// `scope` is missing or lacks `openid`.
    #[error("request object: no scope with openid")]
    Scope,
    /// `nonce` is missing or too long.
    #[error("request object: no usable nonce")]
    Nonce,
    /// `state` is too long.
    #[error("request object: state too long")]
    State,
    /// `redirect_uri` is missing or not an address.
    #[error("request object: no redirect_uri")]
    RedirectUri,
    /// `response_type` is missing or not `code id_token`.
    #[error("request object: response_type is not code id_token")]
    ResponseType,
    /// `response_mode` is there and is not `fragment`.
    #[error("request object: response_mode is not fragment")]
    ResponseMode,
    /// The PKCE challenge is missing or malformed, or its method is not S256.
    #[error("request object: no S256 code challenge")]
    CodeChallenge,
    /// It holds `request` or `request_uri`.
    #[error("request object: holds request or request_uri")]
    Nested,
}

impl RequestObjectError {
    /// Returns the OAuth error code for the caller.
    pub fn oauth_code(&self) -> &'static str {
        match self {
            Self::RedirectUri
            | Self::ResponseType
            | Self::ResponseMode
            | Self::CodeChallenge
            | Self::Nonce
            | Self::State => code::INVALID_REQUEST,
            _ => code::INVALID_REQUEST_OBJECT,
        }
    }
}

/// What the client asks for.
#[derive(Debug, Clone)]
pub struct NewRequest<'a> {
    /// Our client id.
    pub client_id: &'a str,
    /// The bank's issuer, which is the audience.
    pub issuer: &'a str,
    /// Where the answer goes.
    pub redirect_uri: &'a str,
    /// Scopes, separated by spaces, `openid` and `consent:…` among them.
    pub scope: &'a str,
    /// Returned to us with the answer.
    pub state: &'a str,
    /// Returned to us inside the id_token.
    pub nonce: &'a str,
    /// The S256 challenge.
    pub code_challenge: &'a str,
}

/// A request object that passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestObject {
    /// The client.
    pub client_id: String,
    /// Where the answer goes; the caller compares it with the registered ones, letter for letter.
    pub redirect_uri: String,
    /// Scopes, separated by spaces, in the client's order.
    pub scope: String,
    /// To be returned with the answer, where given.
    pub state: Option<String>,
    /// To be returned in the id_token.
    pub nonce: String,
    /// The S256 challenge.
    pub code_challenge: String,
    /// Whether `acr` was asked for as an essential claim of the id_token.
    pub acr_essential: bool,
    /// The `acr` values asked for, if any.
    pub acr_values: Vec<String>,
    /// The object's own id, where given.
    pub jti: Option<String>,
    /// When it expires.
    pub expires_at: Timestamp,
}

impl RequestObject {
    /// Lists the scopes.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scope.split(' ').filter(|s| !s.is_empty())
    }
    /// Returns the consent id of the scope `consent:{id}`, if there is exactly one.
    pub fn consent_id(&self) -> Option<&str> {
        let mut ids = self.scopes().filter_map(|scope| scope.strip_prefix("consent:")).filter(|id| !id.is_empty());
        ids.next().filter(|_| ids.next().is_none())
    }
}

/// How long a request object that we make is good for, in seconds.
const LIFETIME: i64 = 5 * 60;
/// How far before now its `nbf` lies, in seconds, for a bank whose clock is slow.
const HEAD_START: i64 = 10;

/// Makes a signed request object, good for five minutes; `acr` is asked for as essential, without values.
pub fn make(key: &SigningKey, request: &NewRequest<'_>, now: Timestamp) -> Result<String, JwsError> {
    let issued = now.as_second();
    let claims = json!({
        "iss": request.client_id,
        "aud": request.issuer,
        "client_id": request.client_id,
        "response_type": RESPONSE_TYPE,
        "response_mode": RESPONSE_MODE,
        "redirect_uri": request.redirect_uri,
        "scope": request.scope,
        "state": request.state,
        "nonce": request.nonce,
        "code_challenge": request.code_challenge,
        "code_challenge_method": crate::pkce::METHOD,
        "claims": { "id_token": { "acr": { "essential": true } } },
        "jti": random::token(),
        "iat": issued,
        "nbf": issued - HEAD_START,
        "exp": issued + LIFETIME,
    });
    jws::sign(key, &claims)
}
