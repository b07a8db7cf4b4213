//! Keys that decrypt.

use std::sync::Arc;

use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OaepPrivateDecryptingKey, PrivateDecryptingKey};
use aws_lc_rs::signature::RsaKeyPair;
use secrecy::SecretString;

use super::KeyError;
use crate::jwks::{Jwk, JwkSet, KeyUse};

/// A key that decrypts what was encrypted to us with RSA-OAEP. Cloning is cheap.
#[derive(Clone)]
pub struct DecryptionKey {
    pair: Arc<RsaKeyPair>,
    oaep: Arc<OaepPrivateDecryptingKey>,
    public: Jwk,
}

impl DecryptionKey {
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
        let public = super::public(&pair, KeyUse::Enc)?;
        let der = super::der(&pair)?;
        let key = PrivateDecryptingKey::from_pkcs8(der.as_ref()).map_err(|_| KeyError::Rejected)?;
        let oaep = OaepPrivateDecryptingKey::new(key).map_err(|_| KeyError::Rejected)?;
        Ok(Self { pair: Arc::new(pair), oaep: Arc::new(oaep), public })
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

    /// Returns the public half, for use `enc` with `RSA-OAEP`.
    pub fn public_jwk(&self) -> Jwk {
        self.public.clone()
    }

    /// Unwraps a content key of 32 bytes.
    pub(crate) fn unwrap(&self, wrapped: &[u8]) -> Option<[u8; 32]> {
        let mut output = vec![0; self.oaep.min_output_size()];
        let content_key = self.oaep.decrypt(&OAEP_SHA1_MGF1SHA1, wrapped, &mut output, None).ok()?;
        (&*content_key).try_into().ok()
    }
}

impl std::fmt::Debug for DecryptionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DecryptionKey").field("kid", &self.kid()).finish_non_exhaustive()
    }
}

/// The decryption keys in force: the current one first, then older ones that banks may still encrypt to.
#[derive(Debug, Clone)]
pub struct DecryptionKeys {
    current: DecryptionKey,
    older: Vec<DecryptionKey>,
}

impl DecryptionKeys {
    /// Starts with the current key.
    pub fn new(current: DecryptionKey) -> Self {
        Self { current, older: Vec::new() }
    }

    /// Adds an older key.
    #[must_use]
    pub fn and(mut self, older: DecryptionKey) -> Self {
        self.older.push(older);
        self
    }

    /// Returns the key that new messages should be encrypted to.
    pub fn current(&self) -> &DecryptionKey {
        &self.current
    }

    /// Finds a key by its id.
    pub fn find(&self, kid: &str) -> Option<&DecryptionKey> {
        self.all().find(|key| key.kid() == kid)
    }

    /// Returns the public halves, the current one first.
    pub fn public_jwks(&self) -> JwkSet {
        JwkSet::new(self.all().map(DecryptionKey::public_jwk))
    }

    /// Goes through the keys, the current one first.
    fn all(&self) -> impl Iterator<Item = &DecryptionKey> {
        std::iter::once(&self.current).chain(&self.older)
    }
}
