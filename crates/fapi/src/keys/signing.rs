//! Keys that sign.

use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PSS_SHA256, RsaKeyPair};
use secrecy::SecretString;

use super::KeyError;
use crate::jwks::{Jwk, KeyUse};

/// A key that signs with PS256. Cloning is cheap.
#[derive(Clone)]
pub struct SigningKey {
    pair: Arc<RsaKeyPair>,
    public: Jwk,
}

impl SigningKey {
    /// Makes a fresh RSA-2048 key; its key id is its thumbprint (RFC 7638).
    pub fn generate() -> Result<Self, KeyError> {
        Self::of(super::generate()?)
    }

    /// Reads a PKCS#8 key in PEM.
    pub fn from_pkcs8_pem(pem: &str) -> Result<Self, KeyError> {
        Self::of(super::read(pem)?)
    }

    /// Takes a key pair over.
    fn of(pair: RsaKeyPair) -> Result<Self, KeyError> {
        let public = super::public(&pair, KeyUse::Sig)?;
        Ok(Self { pair: Arc::new(pair), public })
    }

    /// Writes the key as PKCS#8 in PEM.
    pub fn to_pkcs8_pem(&self) -> Result<SecretString, KeyError> {
        super::write(&self.pair)
    }

    /// Gives the key another id, for directories that choose ids themselves.
    #[must_use]
    pub fn with_kid(mut self, kid: impl Into<String>) -> Self {
        self.public = self.public.with_kid(kid.into());
        self
    }

    /// Returns the key id.
    pub fn kid(&self) -> &str {
        self.public.kid().unwrap_or_default()
    }

    /// Returns the public half, for use `sig` with `PS256`.
    pub fn public_jwk(&self) -> Jwk {
        self.public.clone()
    }

    /// Signs a message: RSASSA-PSS with SHA-256 and a salt of 32 bytes.
    pub(crate) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(&RSA_PSS_SHA256, &SystemRandom::new(), message, &mut signature).ok()?;
        Some(signature)
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.kid()).finish_non_exhaustive()
    }
}
