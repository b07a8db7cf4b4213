//! The software statement assertion: what the directory says of a client, signed.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::jwks::JwkSet;
use crate::jws::JwsError;
use crate::keys::SigningKey;

/// The `iss` of the official sandbox directory.
pub const SANDBOX_ISSUER: &str = "Open Banking Brasil sandbox SSA issuer";
/// The `iss` of the production directory.
pub const PRODUCTION_ISSUER: &str = "Open Banking Open Banking Brasil prod SSA issuer";

/// Why a software statement was refused. All are `invalid_software_statement` to the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SsaError {
    /// The signature or its form is not acceptable.
    #[error("software statement: {0}")]
    Jws(#[from] JwsError),
    /// `iss` is not the directory.
    #[error("software statement: wrong iss")]
    Issuer,
    /// `iat` is missing.
    #[error("software statement: no iat")]
    MissingIssuedAt,
    /// `iat` is more than five minutes past.
    #[error("software statement: older than five minutes")]
    TooOld,
    /// `iat` is in the future.
    #[error("software statement: from the future")]
    FromFuture,
    /// The software or organisation is not active.
    #[error("software statement: not active")]
    Inactive,
}

/// A role that the directory grants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementRole {
    /// `DADOS`, `PAGTO`, `CONTA` or `CCORR`.
    pub role: String,
    /// E.g. `Open Banking`.
    #[serde(default)]
    pub authorisation_domain: String,
    /// `Active` or not.
    #[serde(default)]
    pub status: String,
}

/// The claims of a software statement.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoftwareStatement {
    /// `Live` or `Test`.
    #[serde(default)]
    pub software_mode: String,
    /// Every address that a client of this software may register.
    #[serde(default)]
    pub software_redirect_uris: Vec<String>,
    /// Roles with their states.
    #[serde(default)]
    pub software_statement_roles: Vec<StatementRole>,
    /// The name that users see.
    pub software_client_name: String,
    /// `Active` or not.
    #[serde(default)]
    pub org_status: String,
    /// The software's id at the directory, as OAuth client there.
    #[serde(default)]
    pub software_client_id: String,
    /// The software's id; the `UID` of its transport certificate.
    pub software_id: String,
    /// Terms of service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub software_tos_uri: Option<String>,
    /// Privacy policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub software_policy_uri: Option<String>,
    /// A description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub software_client_description: Option<String>,
    /// A home page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub software_client_uri: Option<String>,
    /// The logo that users see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub software_logo_uri: Option<String>,
    /// The client's public keys in the directory's keystore.
    pub software_jwks_uri: String,
    /// Retired keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub software_jwks_inactive_uri: Option<String>,
    /// Transport keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub software_jwks_transport_uri: Option<String>,
    /// Retired transport keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub software_jwks_transport_inactive_uri: Option<String>,
    /// The organisation's id; `OFBBR-…` in the transport certificate.
    pub org_id: String,
    /// The organisation's name.
    #[serde(default)]
    pub org_name: String,
    /// The organisation's number.
    #[serde(default)]
    pub org_number: String,
    /// E.g. `sandbox`.
    #[serde(default)]
    pub software_environment: String,
    /// The software's version.
    #[serde(default)]
    pub software_version: String,
    /// Roles in force.
    #[serde(default)]
    pub software_roles: Vec<String>,
    /// Origins.
    #[serde(default)]
    pub software_origin_uris: Vec<String>,
    /// Where webhooks may go.
    #[serde(default)]
    pub software_api_webhook_uris: Vec<String>,
}

impl SoftwareStatement {
    /// Returns every scope that the roles allow, in the order of the standard, `openid` first.
    pub fn allowed_scopes(&self) -> Vec<&'static str> {
        todo!()
    }
}

/// Directory: signs a statement.
pub fn make(key: &SigningKey, issuer: &str, statement: &SoftwareStatement, now: Timestamp) -> Result<String, JwsError> {
    let _ = (key, issuer, statement, now);
    todo!()
}

/// Reads a statement that we received from the directory over mTLS, without verifying it: the bank will.
pub fn peek(token: &str) -> Result<SoftwareStatement, SsaError> {
    let _ = token;
    todo!()
}

/// Bank: verifies a statement; `issuer` and `keys` are the directory's.
pub fn verify(token: &str, keys: &JwkSet, issuer: &str, now: Timestamp) -> Result<SoftwareStatement, SsaError> {
    let _ = (token, keys, issuer, now);
    todo!()
}
