//! Dynamic client registration and management (RFC 7591, RFC 7592, DCR-BR).

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::certificate::Subject;
use crate::jwks::JwkSet;
use crate::oauth_error::OAuthError;
use crate::ssa::SoftwareStatement;

/// What a client registers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientMetadata {
    /// Grant types.
    pub grant_types: Vec<String>,
    /// Response types.
    pub response_types: Vec<String>,
    /// `private_key_jwt`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_method: Option<String>,
    /// The algorithm of client assertions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_signing_alg: Option<String>,
    /// The client's keys in the directory's keystore.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// Keys by value: always refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<serde_json::Value>,
    /// Where answers may go.
    pub redirect_uris: Vec<String>,
    /// Always `true` in the profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_certificate_bound_access_tokens: Option<bool>,
    /// `PS256`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_signed_response_alg: Option<String>,
    /// `RSA-OAEP`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_encrypted_response_alg: Option<String>,
    /// `A256GCM`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_encrypted_response_enc: Option<String>,
    /// `PS256`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_object_signing_alg: Option<String>,
    /// Scopes, separated by spaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Where webhooks go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_uris: Option<Vec<String>>,
    /// The name that users see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_name: Option<String>,
    /// The signed software statement; only in requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_statement: Option<String>,
}

impl ClientMetadata {
    /// Client: puts a registration together from the statement and its signed form.
    pub fn of_statement(statement: &SoftwareStatement, signed: String, redirect_uris: Vec<String>) -> Self {
        let _ = (statement, signed, redirect_uris);
        todo!()
    }
    /// Bank: reads a registration request.
    pub fn parse(body: &[u8]) -> Result<Self, OAuthError> {
        let _ = body;
        todo!()
    }
    /// Bank: checks a registration or an update against the verified statement, the certificate it came with and the
    /// keys at `jwks_uri`, and returns what is registered, defaults filled in and the statement's values winning.
    pub fn admit(
        &self,
        statement: &SoftwareStatement,
        certificate: &Subject,
        keys: &JwkSet,
    ) -> Result<Self, OAuthError> {
        let _ = (statement, certificate, keys);
        todo!()
    }
}

/// Why an answer to a registration was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the answer to the registration is malformed")]
pub struct RegistrationResponseError;

/// The bank's answer.
#[derive(Clone)]
pub struct RegistrationResponse {
    /// Our id at this bank.
    pub client_id: String,
    /// When it was issued, in seconds, where given.
    pub client_id_issued_at: Option<i64>,
    /// Where the registration is read, changed and deleted.
    pub registration_client_uri: Option<String>,
    /// The key to it.
    pub registration_access_token: Option<SecretString>,
    /// What was registered.
    pub metadata: ClientMetadata,
}

impl RegistrationResponse {
    /// Client: reads the answer.
    pub fn parse(body: &[u8]) -> Result<Self, RegistrationResponseError> {
        let _ = body;
        todo!()
    }
    /// Bank: writes the answer.
    pub fn to_json(&self) -> SecretString {
        todo!()
    }
}
