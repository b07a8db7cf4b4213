//! The lists of a discovery document.

use serde::{Deserialize, Serialize};

use super::DiscoveryError;
use crate::{jwe, jws, pkce};

/// A list of names.
type List = Option<Vec<String>>;

/// What an authorization server supports. A list that is absent says nothing; one that is there must hold what the
/// profile requires.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names are those of the registered metadata and say it all")]
pub struct Supported {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scopes_supported: List,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_types_supported: List,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_modes_supported: List,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_types_supported: List,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr_values_supported: List,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claims_supported: List,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject_types_supported: List,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_methods_supported: List,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_signing_alg_values_supported: List,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_object_signing_alg_values_supported: List,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_signing_alg_values_supported: List,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_encryption_alg_values_supported: List,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_encryption_enc_values_supported: List,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_challenge_methods_supported: List,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claims_parameter_supported: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_parameter_supported: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_pushed_authorization_requests: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_signed_request_object: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_certificate_bound_access_tokens: Option<bool>,
}

/// Both authentication levels of the network: the first for data, the second for payments.
const ACR: [&str; 2] = ["urn:brasil:openbanking:loa2", "urn:brasil:openbanking:loa3"];
/// The grant types of the profile.
const GRANTS: [&str; 4] = ["authorization_code", "implicit", "refresh_token", "client_credentials"];

/// Makes a list.
fn list(names: &[&str]) -> List {
    Some(names.iter().map(|name| (*name).to_owned()).collect())
}

impl Supported {
    /// Lists what the profile requires, no more.
    pub(super) fn of_profile(scopes: Vec<String>) -> Self {
        Self {
            scopes_supported: Some(scopes),
            response_types_supported: list(&["code id_token"]),
            response_modes_supported: list(&["fragment"]),
            grant_types_supported: list(&GRANTS),
            acr_values_supported: list(&ACR),
            claims_supported: list(&["sub", "acr", "auth_time"]),
            subject_types_supported: list(&["public"]),
            token_endpoint_auth_methods_supported: list(&["private_key_jwt"]),
            token_endpoint_auth_signing_alg_values_supported: list(&[jws::ALG]),
            request_object_signing_alg_values_supported: list(&[jws::ALG]),
            id_token_signing_alg_values_supported: list(&[jws::ALG]),
            id_token_encryption_alg_values_supported: list(&[jwe::ALG]),
            id_token_encryption_enc_values_supported: list(&[jwe::ENC]),
            code_challenge_methods_supported: list(&[pkce::METHOD]),
            claims_parameter_supported: Some(true),
            request_parameter_supported: Some(true),
            require_pushed_authorization_requests: Some(true),
            require_signed_request_object: Some(true),
            tls_client_certificate_bound_access_tokens: Some(true),
        }
    }

    /// Checks what the client needs.
    pub(super) fn check(&self) -> Result<(), DiscoveryError> {
        let auth = (&self.token_endpoint_auth_methods_supported, "private_key_jwt");
        let lists: [(&'static str, (&List, &str)); 10] = [
            ("response_types_supported", (&self.response_types_supported, "code id_token")),
            ("response_modes_supported", (&self.response_modes_supported, "fragment")),
            ("grant_types_supported", (&self.grant_types_supported, "authorization_code")),
            ("token_endpoint_auth_methods_supported", auth),
            (
                "token_endpoint_auth_signing_alg_values_supported",
                (&self.token_endpoint_auth_signing_alg_values_supported, jws::ALG),
            ),
            (
                "request_object_signing_alg_values_supported",
                (&self.request_object_signing_alg_values_supported, jws::ALG),
            ),
            ("id_token_signing_alg_values_supported", (&self.id_token_signing_alg_values_supported, jws::ALG)),
            ("id_token_encryption_alg_values_supported", (&self.id_token_encryption_alg_values_supported, jwe::ALG)),
            ("id_token_encryption_enc_values_supported", (&self.id_token_encryption_enc_values_supported, jwe::ENC)),
            ("code_challenge_methods_supported", (&self.code_challenge_methods_supported, pkce::METHOD)),
        ];
        for (name, (list, wanted)) in lists {
            if list.as_ref().is_some_and(|list| !list.iter().any(|item| same_words(item, wanted))) {
                return Err(DiscoveryError::Profile(name));
            }
        }
        if self.tls_client_certificate_bound_access_tokens == Some(false) {
            return Err(DiscoveryError::Profile("tls_client_certificate_bound_access_tokens"));
        }
        Ok(())
    }
}

/// Compares two lists of words whatever their order: `id_token code` is `code id_token`.
fn same_words(one: &str, other: &str) -> bool {
    one == other || {
        let words = |text: &str| {
            let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
            words.sort_unstable();
            words
        };
        words(one) == words(other)
    }
}
