use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Invalid;

/// The code by which the API and the widget know an institution: `ofmockbank_br_retail`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(inline)]
pub struct InstitutionCode(String);

impl InstitutionCode {
    /// Returns the code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for InstitutionCode {
    type Err = Invalid;

    /// Takes 1 to 64 lower-case letters, digits and underscores.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let valid = (1..=64).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if valid { Ok(Self(text.to_owned())) } else { Err(Invalid::new("Not an institution code.")) }
    }
}

impl TryFrom<String> for InstitutionCode {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<InstitutionCode> for String {
    fn from(code: InstitutionCode) -> Self {
        code.0
    }
}

impl fmt::Display for InstitutionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whom a brand serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InstitutionKind {
    /// Persons (PF).
    Retail,
    /// Companies (PJ).
    Business,
}

impl InstitutionKind {
    /// Returns the name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Retail => "retail",
            Self::Business => "business",
        }
    }
}

impl FromStr for InstitutionKind {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text {
            "retail" => Ok(Self::Retail),
            "business" => Ok(Self::Business),
            _ => Err(Invalid::choice(text)),
        }
    }
}

/// How an institution is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InstitutionStatus {
    /// Works.
    Healthy,
    /// Works, with failures; marked in the list, still choosable. Shown as `healthy` by the API.
    Degraded,
    /// Does not work; not choosable.
    Down,
}

impl InstitutionStatus {
    /// Returns the name that we store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Degraded => "degraded",
            Self::Down => "down",
        }
    }

    /// Returns the name on the API's wire, which knows only `healthy` and `down`.
    pub fn wire(self) -> &'static str {
        if self == Self::Down { "down" } else { "healthy" }
    }
}

impl FromStr for InstitutionStatus {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text {
            "healthy" => Ok(Self::Healthy),
            "degraded" => Ok(Self::Degraded),
            "down" => Ok(Self::Down),
            _ => Err(Invalid::choice(text)),
        }
    }
}

/// One endpoint that a bank advertises in the directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiEndpoint {
    /// Family, e.g. `accounts`.
    pub family: String,
    /// Full version, e.g. `2.5.1`.
    pub version: String,
    /// Address of the endpoint as advertised, e.g. `https://…/open-banking/accounts/v2/accounts`.
    pub url: String,
}

/// The legal entity behind a brand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Id in the directory.
    pub id: String,
    /// Name of the participant; the search also finds a brand by it.
    pub name: String,
    /// CNPJ as the directory gives it.
    pub registration_number: String,
}

/// A brand that a person can choose: one authorization server of the directory, for persons or for companies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Institution {
    /// Number on the API's wire; given by the store and stable. 0 before it is stored.
    pub id: i64,
    /// Code.
    pub code: InstitutionCode,
    /// Whom it serves.
    pub kind: InstitutionKind,
    /// Name of the brand.
    pub display_name: String,
    /// What the brand says of itself.
    pub description: Option<String>,
    /// Address of the square logo.
    pub logo: Option<String>,
    /// Address of the brand's web site.
    pub website: Option<String>,
    /// `#rrggbb`.
    pub primary_color: String,
    /// Who stands behind the brand.
    pub organisation: Organisation,
    /// Id of the authorization server in the directory.
    pub authorization_server_id: String,
    /// Address of the OpenID Connect discovery document.
    pub discovery_url: String,
    /// Advertised endpoints.
    pub endpoints: Vec<ApiEndpoint>,
    /// How it is doing.
    pub status: InstitutionStatus,
    /// Rank among the popular ones, 1 first; `None` when it is not among them.
    pub popularity: Option<i32>,
}

impl Institution {
    /// Returns the base address of an API: the advertised endpoint of `family` in major version `major`, up to
    /// and including `/open-banking/<api>/v<major>`. `None` when the bank does not offer it.
    ///
    /// Addresses come from the directory only and are never built by hand.
    pub fn api_base(&self, family: &str, major: u32) -> Option<&str> {
        let marker = format!("/v{major}/");
        self.endpoints.iter().filter(|e| e.family == family).find_map(|e| {
            let at = e.url.find(&marker)?;
            e.url.get(..at + marker.len() - 1)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_lower_case() {
        assert!("ofmockbank_br_retail".parse::<InstitutionCode>().is_ok());
        assert!("ofbs2_br_business".parse::<InstitutionCode>().is_ok());
        for text in ["", "OF", "a b", "é", "a-b", &"a".repeat(65)] {
            assert!(text.parse::<InstitutionCode>().is_err(), "{text}");
        }
    }
}
