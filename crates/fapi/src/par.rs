//! Pushed authorization requests (RFC 9126).

use serde::{Deserialize, Serialize};
use url::Url;

use crate::oauth_error::OAuthError;

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
        let _ = form;
        todo!()
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
        let _ = body;
        todo!()
    }
}

/// Makes the address that the browser is sent to: it holds `client_id` and `request_uri`, and nothing else.
pub fn authorization_url(endpoint: &Url, client_id: &str, request_uri: &str) -> Url {
    let _ = (endpoint, client_id, request_uri);
    todo!()
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
        let _ = query;
        todo!()
    }
}
