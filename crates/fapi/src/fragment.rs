//! The authorization response, in the fragment of the redirect address.

use secrecy::{ExposeSecret, SecretString};

use crate::http::Form;
use crate::jwe;
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

/// The longest code or state read, in bytes.
const MAX_TEXT: usize = 4096;

impl AuthorizationResponse {
    /// Client: reads the response, either the fragment itself (with or without `#`) or the same parameters posted as a
    /// form.
    pub fn parse(form: &str) -> Result<Self, FragmentError> {
        let form = form.strip_prefix('#').unwrap_or(form);
        let form = Form::parse(form.as_bytes()).map_err(|_| FragmentError::Malformed)?;
        let bounded = |name, max| match form.owned(name) {
            Some(value) if value.len() > max => Err(FragmentError::Malformed),
            value => Ok(value.map(SecretString::from)),
        };
        let state = bounded("state", MAX_TEXT)?;
        let code = bounded("code", MAX_TEXT)?;
        let id_token = bounded("id_token", jwe::MAX_LEN)?;
        let outcome = match (form.get("error"), code, id_token) {
            (Some(error), _, _) => {
                let error = OAuthError::bounded(error, form.get("error_description"));
                Outcome::Error(error.ok_or(FragmentError::Malformed)?)
            }
            (None, Some(code), Some(id_token)) => Outcome::Success { code, id_token },
            (None, _, _) => return Err(FragmentError::Incomplete),
        };
        Ok(Self { state, outcome })
    }

    /// Bank: makes the address that the browser is sent back to.
    pub fn to_url(&self, redirect_uri: &str) -> SecretString {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        match &self.outcome {
            Outcome::Success { code, id_token } => {
                form.append_pair("code", code.expose_secret()).append_pair("id_token", id_token.expose_secret());
            }
            Outcome::Error(error) => {
                form.append_pair("error", &error.error);
                if let Some(description) = &error.error_description {
                    form.append_pair("error_description", description);
                }
            }
        }
        if let Some(state) = &self.state {
            form.append_pair("state", state.expose_secret());
        }
        // A plus stands for a space only in forms; a percent code is read everywhere.
        SecretString::from(format!("{redirect_uri}#{}", form.finish().replace('+', "%20")))
    }
}
