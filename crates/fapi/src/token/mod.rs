//! The token endpoint, both sides.

use secrecy::{ExposeSecret, SecretString};
use url::form_urlencoded::Serializer as FormWriter;

use crate::client_assertion;
use crate::http::Form;
use crate::oauth_error::{OAuthError, code};

mod response;

pub use response::{TokenResponse, TokenResponseError, bearer};

const AUTHORIZATION_CODE: &str = "authorization_code";
const REFRESH_TOKEN: &str = "refresh_token";
const CLIENT_CREDENTIALS: &str = "client_credentials";

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
        let mut form = FormWriter::new(String::new());
        match &self.grant {
            Grant::AuthorizationCode { code, redirect_uri, code_verifier } => {
                form.append_pair("grant_type", AUTHORIZATION_CODE).append_pair("code", code.expose_secret());
                append(&mut form, "redirect_uri", redirect_uri.as_deref());
                append(&mut form, "code_verifier", code_verifier.as_ref().map(ExposeSecret::expose_secret));
            }
            Grant::Refresh { refresh_token, scope } => {
                form.append_pair("grant_type", REFRESH_TOKEN);
                form.append_pair("refresh_token", refresh_token.expose_secret());
                append(&mut form, "scope", scope.as_deref());
            }
            Grant::ClientCredentials { scope } => {
                form.append_pair("grant_type", CLIENT_CREDENTIALS);
                append(&mut form, "scope", scope.as_deref());
            }
        }
        finish(form, self.client_id.as_deref(), &self.client_assertion)
    }

    /// Bank: reads a form body.
    pub fn parse(form: &[u8]) -> Result<Self, OAuthError> {
        let form = read_form(form)?;
        let client_assertion = form.client_assertion()?;
        let grant = match form.get("grant_type") {
            Some(AUTHORIZATION_CODE) => Grant::AuthorizationCode {
                code: required(&form, "code")?,
                redirect_uri: form.owned("redirect_uri"),
                code_verifier: form.owned("code_verifier").map(SecretString::from),
            },
            Some(REFRESH_TOKEN) => {
                Grant::Refresh { refresh_token: required(&form, "refresh_token")?, scope: form.owned("scope") }
            }
            Some(CLIENT_CREDENTIALS) => Grant::ClientCredentials { scope: form.owned("scope") },
            Some(_) => return Err(OAuthError::new(code::UNSUPPORTED_GRANT_TYPE, "grant_type is not offered")),
            None => return Err(OAuthError::new(code::INVALID_REQUEST, "grant_type is missing")),
        };
        Ok(Self { grant, client_id: form.owned("client_id"), client_assertion })
    }
}

/// Reads the parameters of a form.
fn read_form(form: &[u8]) -> Result<Form, OAuthError> {
    Form::parse(form).map_err(|error| OAuthError::new(code::INVALID_REQUEST, error.to_string()))
}

/// Takes a parameter that must be there.
fn required(form: &Form, name: &'static str) -> Result<SecretString, OAuthError> {
    let missing = || OAuthError::new(code::INVALID_REQUEST, format!("{name} is missing"));
    form.owned(name).map(SecretString::from).ok_or_else(missing)
}

/// Appends a parameter where there is one.
fn append(form: &mut FormWriter<'_, String>, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        form.append_pair(name, value);
    }
}

/// Appends who asks, and closes the form.
fn finish(mut form: FormWriter<'_, String>, client_id: Option<&str>, client_assertion: &str) -> SecretString {
    append(&mut form, "client_id", client_id);
    form.append_pair("client_assertion_type", client_assertion::TYPE);
    form.append_pair("client_assertion", client_assertion);
    SecretString::from(form.finish())
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
        let mut form = FormWriter::new(String::new());
        form.append_pair("token", self.token.expose_secret());
        finish(form, self.client_id.as_deref(), &self.client_assertion)
    }

    /// Bank: reads a form body.
    pub fn parse(form: &[u8]) -> Result<Self, OAuthError> {
        let form = read_form(form)?;
        let client_assertion = form.client_assertion()?;
        Ok(Self { token: required(&form, "token")?, client_assertion, client_id: form.owned("client_id") })
    }
}
