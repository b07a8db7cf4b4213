//! Pushed authorization requests (RFC 9126).

use serde::{Deserialize, Serialize};
use url::Url;

use crate::claims::object;
use crate::http::Form;
use crate::oauth_error::{OAuthError, code};

/// The longest `request_uri` read, in bytes.
const MAX_REQUEST_URI: usize = 1024;

/// What the client posts: a signed request object and the proof of who it is.
#[derive(Clone, Serialize)]
pub struct PushForm<'a> {
    /// Our client id.
    pub client_id: &'a str,
    /// The signed request object.
    pub request: &'a str,
    /// [`client_assertion::TYPE`](crate::client_assertion::TYPE).
    pub client_assertion_type: &'static str,
    /// The client assertion.
    pub client_assertion: &'a str,
}

impl<'a> PushForm<'a> {
    /// Puts the form together; send it with `reqwest`'s `form`.
    pub fn new(client_id: &'a str, request: &'a str, client_assertion: &'a str) -> Self {
        Self { client_id, request, client_assertion_type: crate::client_assertion::TYPE, client_assertion }
    }
}

/// What the bank receives. Parameters outside the request object are not kept: they do not count.
#[derive(Clone)]
pub struct PushRequest {
    /// The signed request object.
    pub request: String,
    /// The client id, where given beside the assertion.
    pub client_id: Option<String>,
    /// The client assertion.
    pub client_assertion: String,
}

impl PushRequest {
    /// Reads the form; refuses `request_uri`, a missing `request` or assertion, and repeated parameters.
    pub fn parse(form: &[u8]) -> Result<Self, OAuthError> {
        let form = Form::parse(form).map_err(|error| OAuthError::new(code::INVALID_REQUEST, error.to_string()))?;
        if form.get("request_uri").is_some() {
            return Err(OAuthError::new(code::INVALID_REQUEST, "request_uri is not allowed here"));
        }
        let client_assertion = form.client_assertion()?;
        let missing = || OAuthError::new(code::INVALID_REQUEST, "a signed request object is required");
        let request = form.owned("request").ok_or_else(missing)?;
        Ok(Self { request, client_id: form.owned("client_id"), client_assertion })
    }
}

/// The bank's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushResponse {
    /// Names the request from now on.
    pub request_uri: String,
    /// For how many seconds.
    pub expires_in: u64,
}

/// Why the bank's answer was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the answer to the pushed request is malformed")]
pub struct PushResponseError;

impl PushResponse {
    /// Makes a fresh `request_uri`.
    pub fn fresh(expires_in: u64) -> Self {
        Self { request_uri: format!("urn:ietf:params:oauth:request_uri:{}", crate::random::token()), expires_in }
    }
    /// Reads the bank's answer.
    pub fn parse(body: &[u8]) -> Result<Self, PushResponseError> {
        let answer: Self = object(body).ok_or(PushResponseError)?;
        let usable = !answer.request_uri.is_empty() && answer.request_uri.len() <= MAX_REQUEST_URI;
        (usable && answer.expires_in > 0).then_some(answer).ok_or(PushResponseError)
    }
}

/// Makes the address that the browser is sent to: it holds `client_id` and `request_uri`, and nothing else.
pub fn authorization_url(endpoint: &Url, client_id: &str, request_uri: &str) -> Url {
    let mut url = endpoint.clone();
    url.query_pairs_mut().append_pair("client_id", client_id).append_pair("request_uri", request_uri);
    url
}

/// What the browser brings to the bank's authorization endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizationQuery {
    /// The client.
    pub client_id: String,
    /// The pushed request.
    pub request_uri: String,
    /// A `nonce` outside the request object, if any: it must not differ from the inner one.
    pub nonce: Option<String>,
    /// A `response_mode` outside the request object, if any.
    pub response_mode: Option<String>,
    /// A `response_type` outside the request object, if any.
    pub response_type: Option<String>,
}

impl AuthorizationQuery {
    /// Reads the query of the authorization endpoint.
    pub fn parse(query: &str) -> Result<Self, OAuthError> {
        let refuse = |text: &str| OAuthError::new(code::INVALID_REQUEST, text);
        let form = Form::parse(query.as_bytes()).map_err(|error| refuse(&error.to_string()))?;
        let client_id = form.owned("client_id").ok_or_else(|| refuse("client_id is missing"))?;
        if form.get("request").is_some() {
            return Err(refuse("the request must be pushed"));
        }
        let request_uri = form.owned("request_uri").ok_or_else(|| refuse("request_uri is missing"))?;
        if request_uri.len() > MAX_REQUEST_URI {
            return Err(OAuthError::new(code::INVALID_REQUEST_URI, "unknown request_uri"));
        }
        let outside = |name| form.owned(name);
        let (nonce, response_mode) = (outside("nonce"), outside("response_mode"));
        Ok(Self { client_id, request_uri, nonce, response_mode, response_type: outside("response_type") })
    }
}
