//! The software statement assertion: what the directory says of a client, signed.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::claims::{null_as_default, numeric_date};
use crate::jwks::JwkSet;
use crate::jws::{self, JwsError, Unverified};
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
    #[serde(default, deserialize_with = "null_as_default")]
    pub authorisation_domain: String,
    /// `Active` or not.
    #[serde(default, deserialize_with = "null_as_default")]
    pub status: String,
}

/// The claims of a software statement.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoftwareStatement {
    /// `Live` or `Test`.
    #[serde(default, deserialize_with = "null_as_default")]
    pub software_mode: String,
    /// Every address that a client of this software may register.
    #[serde(default, deserialize_with = "null_as_default")]
    pub software_redirect_uris: Vec<String>,
    /// Roles with their states.
    #[serde(default, deserialize_with = "null_as_default")]
    pub software_statement_roles: Vec<StatementRole>,
    /// The name that users see.
    pub software_client_name: String,
    /// `Active` or not.
    #[serde(default, deserialize_with = "null_as_default")]
    pub org_status: String,
    /// The software's id at the directory, as OAuth client there.
    #[serde(default, deserialize_with = "null_as_default")]
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
    #[serde(default, deserialize_with = "null_as_default")]
    pub org_name: String,
    /// The organisation's number.
    #[serde(default, deserialize_with = "null_as_default")]
    pub org_number: String,
    /// E.g. `sandbox`.
    #[serde(default, deserialize_with = "null_as_default")]
    pub software_environment: String,
    /// The software's version.
    #[serde(default, deserialize_with = "null_as_default")]
    pub software_version: String,
    /// Roles in force.
    #[serde(default, deserialize_with = "null_as_default")]
    pub software_roles: Vec<String>,
    /// Origins.
    #[serde(default, deserialize_with = "null_as_default")]
    pub software_origin_uris: Vec<String>,
    /// Where webhooks may go.
    #[serde(default, deserialize_with = "null_as_default")]
    pub software_api_webhook_uris: Vec<String>,
}

/// How old a statement may be.
const MAX_AGE: SignedDuration = SignedDuration::from_mins(5);
/// How far clocks may be apart.
const LEEWAY: SignedDuration = SignedDuration::from_secs(60);
/// The state of what is in force.
const ACTIVE: &str = "Active";

/// What `DADOS` allows.
const DATA_SCOPES: [&str; 17] = [
    "openid",
    "accounts",
    "credit-cards-accounts",
    "consents",
    "customers",
    "invoice-financings",
    "financings",
    "loans",
    "unarranged-accounts-overdraft",
    "resources",
    "credit-fixed-incomes",
    "exchanges",
    "bank-fixed-incomes",
    "variable-incomes",
    "treasure-titles",
    "funds",
    "credit-portability",
];
/// What `PAGTO` allows.
const PAYMENT_SCOPES: [&str; 4] = ["openid", "payments", "recurring-payments", "nrp-consents"];

impl SoftwareStatement {
    /// Returns every scope that the active roles allow, in the order of the standard, `openid` first.
    pub fn allowed_scopes(&self) -> Vec<&'static str> {
        let mut scopes = Vec::new();
        for role in self.software_statement_roles.iter().filter(|role| role.status == ACTIVE) {
            let of_role: &[&'static str] = match role.role.as_str() {
                "DADOS" => &DATA_SCOPES,
                "PAGTO" => &PAYMENT_SCOPES,
                "CONTA" | "CCORR" => &["openid"],
                _ => &[],
            };
            for scope in of_role {
                if !scopes.contains(scope) {
                    scopes.push(*scope);
                }
            }
        }
        scopes
    }
}

/// A statement with what the directory signs around it.
#[derive(Serialize)]
struct Signed<'a> {
    iss: &'a str,
    iat: i64,
    #[serde(flatten)]
    statement: &'a SoftwareStatement,
}

/// What the directory signed around a statement.
#[derive(Deserialize)]
struct Around {
    iss: Option<String>,
    #[serde(default, deserialize_with = "numeric_date")]
    iat: Option<Timestamp>,
}

/// Directory: signs a statement.
pub fn make(key: &SigningKey, issuer: &str, statement: &SoftwareStatement, now: Timestamp) -> Result<String, JwsError> {
    jws::sign(key, &Signed { iss: issuer, iat: now.as_second(), statement })
}

/// Reads a statement that we received from the directory over mTLS, without verifying it: the bank will.
pub fn peek(token: &str) -> Result<SoftwareStatement, SsaError> {
    Ok(Unverified::parse(token)?.peek()?)
}

/// Bank: verifies a statement; `issuer` and `keys` are the directory's.
pub fn verify(token: &str, keys: &JwkSet, issuer: &str, now: Timestamp) -> Result<SoftwareStatement, SsaError> {
    let verified = jws::verify(token, keys)?;
    let around: Around = verified.claims()?;
    if around.iss.as_deref() != Some(issuer) {
        return Err(SsaError::Issuer);
    }
    let age = now.duration_since(around.iat.ok_or(SsaError::MissingIssuedAt)?);
    if age > MAX_AGE {
        return Err(SsaError::TooOld);
    }
    if age < -LEEWAY {
        return Err(SsaError::FromFuture);
    }
    let statement: SoftwareStatement = verified.claims()?;
    if !statement.org_status.is_empty() && statement.org_status != ACTIVE {
        return Err(SsaError::Inactive);
    }
    Ok(statement)
}
