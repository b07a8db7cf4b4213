//! Private keys: for signatures, and for decryption.

use secrecy::SecretString;

use crate::jwks::{Jwk, JwkSet};

/// Why a private key could not be made or read. It never says anything of the key itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The text is not one PEM block with a PKCS#8 key.
    #[error("not a PKCS#8 private key in PEM")]
    Pem,
    /// The key is not RSA of 2048 to 8192 bits.
    #[error("not an RSA key of 2048 to 8192 bits")]
    Rejected,
    /// The machine could not make a key.
    #[error("a key could not be generated")]
    Generate,
}

/// A key that signs with PS256. Cloning is cheap.
#[derive(Clone)]
pub struct SigningKey {} // skeleton

impl SigningKey {
    /// Makes a fresh RSA-2048 key; its key id is its thumbprint (RFC 7638).
    pub fn generate() -> Result<Self, KeyError> {
        todo!()
    }
    /// Reads a PKCS#8 key in PEM.
    pub fn from_pkcs8_pem(pem: &str) -> Result<Self, KeyError> {
        let _ = pem;
        todo!()
    }
    /// Writes the key as PKCS#8 in PEM.
    pub fn to_pkcs8_pem(&self) -> Result<SecretString, KeyError> {
        todo!()
    }
    /// Gives the key another id, for directories that choose ids themselves.
    #[must_use]
    pub fn with_kid(self, kid: impl Into<String>) -> Self {
        let _ = kid.into();
        todo!()
    }
    /// Returns the key id.
    pub fn kid(&self) -> &str {
        todo!()
    }
    /// Returns the public half, for use `sig` with `PS256`.
    pub fn public_jwk(&self) -> Jwk {
        todo!()
    }
}

/// A key that decrypts what was encrypted to us with RSA-OAEP. Cloning is cheap.
#[derive(Clone)]
pub struct DecryptionKey {} // skeleton

impl DecryptionKey {
    /// Makes a fresh RSA-2048 key; its key id is its thumbprint (RFC 7638).
    pub fn generate() -> Result<Self, KeyError> {
        todo!()
    }
    /// Reads a PKCS#8 key in PEM.
    pub fn from_pkcs8_pem(pem: &str) -> Result<Self, KeyError> {
        let _ = pem;
        todo!()
    }
    /// Writes the key as PKCS#8 in PEM.
    pub fn to_pkcs8_pem(&self) -> Result<SecretString, KeyError> {
        todo!()
    }
    /// Gives the key another id, for directories that choose ids themselves.
    #[must_use]
    pub fn with_kid(self, kid: impl Into<String>) -> Self {
        let _ = kid.into();
        todo!()
    }
    /// Returns the key id.
    pub fn kid(&self) -> &str {
        todo!()
    }
    /// Returns the public half, for use `enc` with `RSA-OAEP`.
    pub fn public_jwk(&self) -> Jwk {
        todo!()
    }
}

/// The decryption keys in force: the current one first, then older ones that banks may still encrypt to.
#[derive(Clone)]
pub struct DecryptionKeys(Vec<DecryptionKey>);

impl DecryptionKeys {
    /// Starts with the current key.
    pub fn new(current: DecryptionKey) -> Self {
        Self(vec![current])
    }
    /// Adds an older key.
    #[must_use]
    pub fn and(mut self, older: DecryptionKey) -> Self {
        self.0.push(older);
        self
    }
    /// Returns the key that new messages should be encrypted to.
    pub fn current(&self) -> &DecryptionKey {
        todo!()
    }
    /// Finds a key by its id.
    pub fn find(&self, kid: &str) -> Option<&DecryptionKey> {
        self.0.iter().find(|key| key.kid() == kid)
    }
    /// Returns the public halves, the current one first.
    pub fn public_jwks(&self) -> JwkSet {
        todo!()
    }
}
