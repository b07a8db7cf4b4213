//! The token endpoint, both sides.

use secrecy::SecretString;

use crate::oauth_error::OAuthError;

/// What the client asks the token endpoint for.
#[derive(Clone, Debug)]
pub enum Grant {
    /// A code from the authorization endpoint.
    AuthorizationCode {
        /// The code.
        code: SecretString,
        /// The address it came to, as in the request object. Absent where a client left it out.
        redirect_uri: Option<String>,
        /// The PKCE verifier. Absent where a client left it out.
        code_verifier: Option<SecretString>,
    },
    /// A refresh token.
    Refresh {
        /// The refresh token.
        refresh_token: SecretString,
        /// A subset of the scopes, or all.
        scope: Option<String>,
    },
    /// The client for itself.
    ClientCredentials {
        /// The scopes asked for.
        scope: Option<String>,
    },
}

/// A request to the token endpoint.
#[derive(Clone)]
pub struct TokenRequest {
    /// What is asked for.
    pub grant: Grant,
    /// The client id, where given beside the assertion.
    pub client_id: Option<String>,
    /// The client assertion.
    pub client_assertion: String,
}

impl TokenRequest {
    /// Client: puts a request together.
    pub fn new(grant: Grant, client_id: &str, client_assertion: String) -> Self {
        Self { grant, client_id: Some(client_id.to_owned()), client_assertion }
    }
    /// Client: writes the request as a form body.
    pub fn to_form(&self) -> SecretString {
        todo!()
    }
    /// Bank: reads a form body.
    pub fn parse(form: &[u8]) -> Result<Self, OAuthError> {
        let _ = form;
        todo!()
    }
}

/// A revocation request (RFC 7009).
#[derive(Clone)]
pub struct RevocationRequest {
    /// The token to revoke.
    pub token: SecretString,
    /// The client assertion.
    pub client_assertion: String,
    /// The client id, where given beside the assertion.
    pub client_id: Option<String>,
}

impl RevocationRequest {
    /// Client: writes the request as a form body.
    pub fn to_form(&self) -> SecretString {
        todo!()
    }
    /// Bank: reads a form body.
    pub fn parse(form: &[u8]) -> Result<Self, OAuthError> {
        let _ = form;
        todo!()
    }
}

/// Why a token answer was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenResponseError {
    /// Not the JSON of a token answer, or out of bounds.
    #[error("the token answer is malformed")]
    Malformed,
    /// The token type is not `Bearer` (in any letter case).
    #[error("the token type is not bearer")]
    TokenType,
}

/// The token endpoint's answer.
#[derive(Clone)]
pub struct TokenResponse {
    /// For the resources.
    pub access_token: SecretString,
    /// For how many seconds, where the bank says so.
    pub expires_in: Option<u64>,
    /// For the next access token.
    pub refresh_token: Option<SecretString>,
    /// The scopes granted; absent means those that were asked for.
    pub scope: Option<String>,
    /// The encrypted id_token, with the `authorization_code` grant.
    pub id_token: Option<SecretString>,
}

impl TokenResponse {
    /// Client: reads the answer.
    pub fn parse(body: &[u8]) -> Result<Self, TokenResponseError> {
        let _ = body;
        todo!()
    }
    /// Bank: writes the answer.
    pub fn to_json(&self) -> SecretString {
        todo!()
    }
}

/// Takes the token out of an `Authorization` header, whatever the letter case of `Bearer`.
pub fn bearer(header: &str) -> Option<&str> {
    let _ = header;
    todo!()
}
