//! The authorization response, in the fragment of the redirect address.

use secrecy::SecretString;

use crate::oauth_error::OAuthError;

/// Why an authorization response was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FragmentError {
    /// More bytes than a response may have, or a parameter twice.
    #[error("the authorization response is malformed")]
    Malformed,
    /// Neither a code with an id_token, nor an error.
    #[error("the authorization response is incomplete")]
    Incomplete,
}

/// What the bank answers.
#[derive(Clone)]
pub enum Outcome {
    /// The user agreed.
    Success {
        /// To be exchanged for tokens.
        code: SecretString,
        /// The encrypted id_token.
        id_token: SecretString,
    },
    /// It failed, or the user did not agree.
    Error(OAuthError),
}

/// An authorization response.
#[derive(Clone)]
pub struct AuthorizationResponse {
    /// The state that the client sent.
    pub state: Option<SecretString>,
    /// How it went.
    pub outcome: Outcome,
}

impl AuthorizationResponse {
    /// Client: reads the response, either the fragment itself (without `#`) or the same parameters posted as a form.
    pub fn parse(form: &str) -> Result<Self, FragmentError> {
        let _ = form;
        todo!()
    }
    /// Bank: makes the address that the browser is sent back to.
    pub fn to_url(&self, redirect_uri: &str) -> SecretString {
        let _ = redirect_uri;
        todo!()
    }
}
