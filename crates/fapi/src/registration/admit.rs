//! What the bank checks of a registration (DCR-BR, 7.1).

use super::{AUTH_METHOD, ClientMetadata, GRANT_TYPES};
use crate::certificate::Subject;
use crate::jwks::JwkSet;
use crate::oauth_error::{OAuthError, code};
use crate::request_object::RESPONSE_TYPE;
use crate::ssa::SoftwareStatement;
use crate::{jwe, jws};

/// Makes a refusal.
fn refuse(code: &str, text: &str) -> OAuthError {
    OAuthError::new(code, text)
}

/// Makes the refusal that most rules share.
fn metadata(text: &str) -> OAuthError {
    refuse(code::INVALID_CLIENT_METADATA, text)
}

impl ClientMetadata {
    /// Bank: checks a registration or an update against the verified statement, the certificate it came with and the
    /// keys at the statement's `software_jwks_uri`, and returns what is registered, defaults filled in and the
    /// statement's values winning.
    pub fn admit(
        &self,
        statement: &SoftwareStatement,
        certificate: &Subject,
        keys: &JwkSet,
    ) -> Result<Self, OAuthError> {
        check_certificate(statement, certificate)?;
        self.check_redirects(statement)?;
        self.check_keys(statement, keys)?;
        self.check_webhooks(statement)?;
        self.check_flow()?;
        self.check_algorithms()?;
        Ok(Self {
            scope: Some(self.granted_scope(statement)?),
            webhook_uris: self.webhook_uris.clone(),
            ..Self::of_profile(statement, self.redirect_uris.clone())
        })
    }

    fn check_redirects(&self, statement: &SoftwareStatement) -> Result<(), OAuthError> {
        let known = |uri| statement.software_redirect_uris.contains(uri);
        if self.redirect_uris.is_empty() || !self.redirect_uris.iter().all(known) {
            return Err(refuse(code::INVALID_REDIRECT_URI, "redirect_uris must be among software_redirect_uris"));
        }
        Ok(())
    }

    fn check_keys(&self, statement: &SoftwareStatement, keys: &JwkSet) -> Result<(), OAuthError> {
        if self.jwks.is_some() {
            return Err(metadata("jwks by value is not allowed"));
        }
        if self.jwks_uri.as_ref() != Some(&statement.software_jwks_uri) {
            return Err(metadata("jwks_uri must be software_jwks_uri"));
        }
        if keys.encryption_key().is_none() {
            return Err(metadata("the keys at jwks_uri hold none for encryption"));
        }
        Ok(())
    }

    fn check_webhooks(&self, statement: &SoftwareStatement) -> Result<(), OAuthError> {
        let sorted = |uris: &[String]| {
            let mut uris = uris.to_vec();
            uris.sort_unstable();
            uris
        };
        let differs = |uris: &Vec<String>| sorted(uris) != sorted(&statement.software_api_webhook_uris);
        if self.webhook_uris.as_ref().is_some_and(differs) {
            return Err(refuse(code::INVALID_WEBHOOK_URIS, "webhook_uris must be software_api_webhook_uris"));
        }
        Ok(())
    }

    fn check_flow(&self) -> Result<(), OAuthError> {
        if !self.grant_types.iter().all(|grant| GRANT_TYPES.contains(&grant.as_str())) {
            return Err(metadata("a grant type is not offered"));
        }
        let flow = |kind: &String| kind == RESPONSE_TYPE || kind == "id_token code";
        if !self.response_types.iter().all(flow) {
            return Err(metadata("response_types must be code id_token"));
        }
        if self.token_endpoint_auth_method.as_ref().is_some_and(|method| method != AUTH_METHOD) {
            return Err(metadata("token_endpoint_auth_method must be private_key_jwt"));
        }
        if self.tls_client_certificate_bound_access_tokens == Some(false) {
            return Err(metadata("access tokens are always bound to the certificate"));
        }
        Ok(())
    }

    fn check_algorithms(&self) -> Result<(), OAuthError> {
        let wanted = [
            (&self.token_endpoint_auth_signing_alg, jws::ALG),
            (&self.id_token_signed_response_alg, jws::ALG),
            (&self.request_object_signing_alg, jws::ALG),
            (&self.id_token_encrypted_response_alg, jwe::ALG),
            (&self.id_token_encrypted_response_enc, jwe::ENC),
        ];
        if wanted.iter().any(|(own, only)| own.as_deref().is_some_and(|own| own != *only)) {
            return Err(metadata("an algorithm is not one of the profile"));
        }
        Ok(())
    }

    /// Picks the scopes asked for that the roles allow; all of them where none are asked for.
    fn granted_scope(&self, statement: &SoftwareStatement) -> Result<String, OAuthError> {
        let allowed = statement.allowed_scopes();
        let granted = match self.scope.as_deref().filter(|scope| !scope.trim().is_empty()) {
            None => allowed,
            Some(asked) => allowed.into_iter().filter(|scope| asked.split(' ').any(|asked| asked == *scope)).collect(),
        };
        if granted.is_empty() {
            return Err(metadata("the roles of the software allow none of the scopes"));
        }
        Ok(granted.join(" "))
    }
}

/// Checks that the certificate is the software's.
fn check_certificate(statement: &SoftwareStatement, certificate: &Subject) -> Result<(), OAuthError> {
    if certificate.software_id.as_deref() != Some(&statement.software_id) {
        return Err(metadata("the certificate's UID is not software_id"));
    }
    if certificate.organisation_id.as_deref() != Some(&statement.org_id) {
        return Err(metadata("the certificate's organisation is not org_id"));
    }
    Ok(())
}
