//! Dynamic client registration and management (RFC 7591, RFC 7592, DCR-BR).

mod admit;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::claims::{null_as_default, object};
use crate::oauth_error::{OAuthError, code};
use crate::request_object::RESPONSE_TYPE;
use crate::ssa::SoftwareStatement;
use crate::{jwe, jws};

/// The one way for a client to authenticate.
const AUTH_METHOD: &str = "private_key_jwt";
/// The grant types of the profile.
const GRANT_TYPES: [&str; 4] = ["authorization_code", "implicit", "refresh_token", "client_credentials"];

/// What a client registers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientMetadata {
    /// Grant types.
    #[serde(deserialize_with = "null_as_default")]
    pub grant_types: Vec<String>,
    /// Response types.
    #[serde(deserialize_with = "null_as_default")]
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
    #[serde(deserialize_with = "null_as_default")]
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

/// The longest list of a registration, in entries.
const MAX_LIST: usize = 64;
/// The largest registration read, in bytes: a software statement of 64 KiB, and what stands around it.
const MAX_BODY: usize = 128 * 1024;

impl ClientMetadata {
    /// Client: puts a registration together from the statement and its signed form.
    pub fn of_statement(statement: &SoftwareStatement, signed: String, redirect_uris: Vec<String>) -> Self {
        let webhook_uris = statement.software_api_webhook_uris.clone();
        Self {
            software_statement: Some(signed),
            scope: None,
            webhook_uris: Some(webhook_uris).filter(|uris| !uris.is_empty()),
            ..Self::of_profile(statement, redirect_uris)
        }
    }

    /// Fills in what the profile and the statement fix.
    pub(super) fn of_profile(statement: &SoftwareStatement, redirect_uris: Vec<String>) -> Self {
        let text = |text: &str| Some(text.to_owned());
        Self {
            grant_types: GRANT_TYPES.map(str::to_owned).to_vec(),
            response_types: vec![RESPONSE_TYPE.to_owned()],
            token_endpoint_auth_method: text(AUTH_METHOD),
            token_endpoint_auth_signing_alg: text(jws::ALG),
            jwks_uri: text(&statement.software_jwks_uri),
            redirect_uris,
            tls_client_certificate_bound_access_tokens: Some(true),
            id_token_signed_response_alg: text(jws::ALG),
            id_token_encrypted_response_alg: text(jwe::ALG),
            id_token_encrypted_response_enc: text(jwe::ENC),
            request_object_signing_alg: text(jws::ALG),
            client_name: text(&statement.software_client_name),
            ..Self::default()
        }
    }

    /// Bank: reads a registration request.
    pub fn parse(body: &[u8]) -> Result<Self, OAuthError> {
        let refuse = |text| OAuthError::new(code::INVALID_CLIENT_METADATA, text);
        if body.len() > MAX_BODY {
            return Err(refuse("the registration is too large"));
        }
        let metadata: Self = object(body).ok_or_else(|| refuse("the registration is not valid JSON"))?;
        let webhooks = metadata.webhook_uris.as_ref().map_or(0, Vec::len);
        let lists = [metadata.redirect_uris.len(), metadata.grant_types.len(), metadata.response_types.len(), webhooks];
        if lists.iter().any(|len| *len > MAX_LIST) {
            return Err(refuse("a list is too long"));
        }
        Ok(metadata)
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

/// The answer as it stands in JSON.
#[derive(Serialize, Deserialize)]
struct Wire {
    client_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_id_issued_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    registration_client_uri: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    registration_access_token: Option<String>,
    #[serde(flatten)]
    metadata: ClientMetadata,
}

/// The longest client id read, in bytes.
const MAX_CLIENT_ID: usize = 512;

impl RegistrationResponse {
    /// Client: reads the answer.
    pub fn parse(body: &[u8]) -> Result<Self, RegistrationResponseError> {
        let wire: Wire = object(body).ok_or(RegistrationResponseError)?;
        if wire.client_id.is_empty() || wire.client_id.len() > MAX_CLIENT_ID {
            return Err(RegistrationResponseError);
        }
        Ok(Self {
            client_id: wire.client_id,
            client_id_issued_at: wire.client_id_issued_at,
            registration_client_uri: wire.registration_client_uri,
            registration_access_token: wire.registration_access_token.map(SecretString::from),
            metadata: wire.metadata,
        })
    }

    /// Bank: writes the answer.
    pub fn to_json(&self) -> SecretString {
        let token = self.registration_access_token.as_ref();
        let wire = Wire {
            client_id: self.client_id.clone(),
            client_id_issued_at: self.client_id_issued_at,
            registration_client_uri: self.registration_client_uri.clone(),
            registration_access_token: token.map(|token| token.expose_secret().to_owned()),
            metadata: ClientMetadata { software_statement: None, ..self.metadata.clone() },
        };
        SecretString::from(serde_json::to_string(&wire).unwrap_or_default())
    }
}
