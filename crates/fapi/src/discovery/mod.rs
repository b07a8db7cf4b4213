//! A bank's discovery document (OpenID Connect Discovery, RFC 8414, RFC 8705).

mod supported;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::claims::object;
use crate::http::MAX_PROTOCOL_BODY;

pub use supported::Supported;

/// Which addresses a discovery document may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UrlPolicy {
    /// `https` everywhere.
    HttpsOnly,
    /// `http` too, except where a certificate is shown: for the sandbox network on a developer's machine.
    AllowHttp,
}

/// Why a discovery document was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DiscoveryError {
    /// Too many bytes.
    #[error("the discovery document is too large")]
    TooLarge,
    /// Not JSON, or without a required field.
    #[error("the discovery document is malformed")]
    Malformed,
    /// The issuer is not the one that was expected.
    #[error("the discovery document is of another issuer")]
    Issuer,
    /// An address is not a valid one, or not `https`.
    #[error("the discovery document has a bad address: {0}")]
    Address(&'static str),
    /// A list lacks what the profile requires.
    #[error("the discovery document lacks what the profile requires: {0}")]
    Profile(&'static str),
}

/// Addresses that expect a client certificate (RFC 8705, section 5).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MtlsAliases {
    /// Token endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint: Option<Url>,
    /// Pushed authorization requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pushed_authorization_request_endpoint: Option<Url>,
    /// Registration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_endpoint: Option<Url>,
    /// Userinfo.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub userinfo_endpoint: Option<Url>,
    /// Revocation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocation_endpoint: Option<Url>,
    /// Introspection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introspection_endpoint: Option<Url>,
}

/// What a bank's authorization server offers.
///
/// The methods with the endpoints' names prefer the mTLS alias, as the profile demands; the fields of the same
/// names are the plain entries of the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discovery {
    /// The issuer, letter for letter.
    pub issuer: String,
    /// Where the browser is sent.
    pub authorization_endpoint: Url,
    /// Token endpoint.
    pub token_endpoint: Url,
    /// Pushed authorization requests.
    pub pushed_authorization_request_endpoint: Url,
    /// The bank's public keys.
    pub jwks_uri: Url,
    /// Registration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration_endpoint: Option<Url>,
    /// Userinfo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub userinfo_endpoint: Option<Url>,
    /// Revocation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revocation_endpoint: Option<Url>,
    /// Addresses that expect a client certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mtls_endpoint_aliases: Option<MtlsAliases>,
    /// Lists of what is supported.
    #[serde(flatten)]
    pub supported: Supported,
}

/// The addresses of a bank that writes its own discovery document.
#[derive(Debug, Clone)]
pub struct BankEndpoints {
    /// The issuer, letter for letter.
    pub issuer: String,
    /// Where the browser is sent.
    pub authorization_endpoint: Url,
    /// The bank's public keys.
    pub jwks_uri: Url,
    /// Token endpoint, on the mTLS listener.
    pub token_endpoint: Url,
    /// Pushed authorization requests, on the mTLS listener.
    pub pushed_authorization_request_endpoint: Url,
    /// Registration, on the mTLS listener.
    pub registration_endpoint: Url,
    /// Userinfo, on the mTLS listener.
    pub userinfo_endpoint: Url,
    /// Revocation, on the mTLS listener.
    pub revocation_endpoint: Url,
    /// Every scope offered; `openid` and the dynamic `consent` scopes included by the caller.
    pub scopes: Vec<String>,
}

impl Discovery {
    /// Reads a document and checks issuer, addresses and profile.
    pub fn parse(bytes: &[u8], issuer: &str, policy: UrlPolicy) -> Result<Self, DiscoveryError> {
        if bytes.len() > MAX_PROTOCOL_BODY {
            return Err(DiscoveryError::TooLarge);
        }
        let document: Self = object(bytes).ok_or(DiscoveryError::Malformed)?;
        if document.issuer != issuer {
            return Err(DiscoveryError::Issuer);
        }
        document.check_addresses(policy)?;
        document.supported.check()?;
        Ok(document)
    }

    /// Checks that no address is one that we should not call or send a browser to.
    fn check_addresses(&self, policy: UrlPolicy) -> Result<(), DiscoveryError> {
        let open = [("authorization_endpoint", &self.authorization_endpoint), ("jwks_uri", &self.jwks_uri)];
        for (name, url) in open {
            check_address(name, url, policy)?;
        }
        let shown = [
            ("token_endpoint", Some(self.token_endpoint())),
            ("pushed_authorization_request_endpoint", Some(self.par_endpoint())),
            ("registration_endpoint", self.registration_endpoint()),
            ("userinfo_endpoint", self.userinfo_endpoint()),
            ("revocation_endpoint", self.revocation_endpoint()),
        ];
        // These see our certificate, so they have to be TLS whatever the policy.
        for (name, url) in shown {
            url.map_or(Ok(()), |url| check_address(name, url, UrlPolicy::HttpsOnly))?;
        }
        Ok(())
    }

    /// Writes the document of a bank that follows the profile. The mTLS addresses are given both as plain entries
    /// and as aliases.
    pub fn of_bank(bank: BankEndpoints) -> Self {
        let aliases = MtlsAliases {
            token_endpoint: Some(bank.token_endpoint.clone()),
            pushed_authorization_request_endpoint: Some(bank.pushed_authorization_request_endpoint.clone()),
            registration_endpoint: Some(bank.registration_endpoint.clone()),
            userinfo_endpoint: Some(bank.userinfo_endpoint.clone()),
            revocation_endpoint: Some(bank.revocation_endpoint.clone()),
            introspection_endpoint: None,
        };
        Self {
            issuer: bank.issuer,
            authorization_endpoint: bank.authorization_endpoint,
            token_endpoint: bank.token_endpoint,
            pushed_authorization_request_endpoint: bank.pushed_authorization_request_endpoint,
            jwks_uri: bank.jwks_uri,
            registration_endpoint: Some(bank.registration_endpoint),
            userinfo_endpoint: Some(bank.userinfo_endpoint),
            revocation_endpoint: Some(bank.revocation_endpoint),
            mtls_endpoint_aliases: Some(aliases),
            supported: Supported::of_profile(bank.scopes),
        }
    }

    /// Finds an alias.
    fn alias(&self, pick: impl Fn(&MtlsAliases) -> Option<&Url>) -> Option<&Url> {
        self.mtls_endpoint_aliases.as_ref().and_then(pick)
    }

    /// Returns the token endpoint to call.
    pub fn token_endpoint(&self) -> &Url {
        self.alias(|aliases| aliases.token_endpoint.as_ref()).unwrap_or(&self.token_endpoint)
    }

    /// Returns the address for pushed authorization requests.
    pub fn par_endpoint(&self) -> &Url {
        let alias = self.alias(|aliases| aliases.pushed_authorization_request_endpoint.as_ref());
        alias.unwrap_or(&self.pushed_authorization_request_endpoint)
    }

    /// Returns the registration endpoint to call.
    pub fn registration_endpoint(&self) -> Option<&Url> {
        self.alias(|aliases| aliases.registration_endpoint.as_ref()).or(self.registration_endpoint.as_ref())
    }

    /// Returns the userinfo endpoint to call.
    pub fn userinfo_endpoint(&self) -> Option<&Url> {
        self.alias(|aliases| aliases.userinfo_endpoint.as_ref()).or(self.userinfo_endpoint.as_ref())
    }

    /// Returns the revocation endpoint to call.
    pub fn revocation_endpoint(&self) -> Option<&Url> {
        self.alias(|aliases| aliases.revocation_endpoint.as_ref()).or(self.revocation_endpoint.as_ref())
    }
}

/// Checks one address: scheme, host, no user, no fragment.
fn check_address(name: &'static str, url: &Url, policy: UrlPolicy) -> Result<(), DiscoveryError> {
    let scheme = url.scheme() == "https" || (url.scheme() == "http" && policy == UrlPolicy::AllowHttp);
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    if scheme && url.has_host() && plain { Ok(()) } else { Err(DiscoveryError::Address(name)) }
}

/// Returns the address of an issuer's discovery document.
pub fn document_url(issuer: &str) -> String {
    format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))
}
