//! Public keys and key sets (RFC 7517), RSA only.

mod cache;

use serde::{Serialize, Serializer};

pub use cache::{CacheSettings, FetchError, JwksCache, JwksFetch, JwksUnavailable};

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyUse {
    /// Signatures.
    Sig,
    /// Encryption.
    Enc,
}

/// Why a key set was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwksError {
    /// More bytes or more keys than a key set may have.
    #[error("the key set is too large")]
    TooLarge,
    /// Not a JSON object with a list of `keys`.
    #[error("the key set is not valid")]
    Malformed,
}

/// A public RSA key of 2048 to 8192 bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jwk {
    kid: Option<String>,
    key_use: Option<KeyUse>,
    alg: Option<String>,
    n: Vec<u8>,
    e: Vec<u8>,
}

impl Jwk {
    /// Returns the key id.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }
    /// Returns what the key is for, where it says so.
    pub fn key_use(&self) -> Option<KeyUse> {
        self.key_use
    }
    /// Computes the SHA-256 thumbprint of RFC 7638.
    pub fn thumbprint(&self) -> String {
        todo!()
    }
}

impl Serialize for Jwk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let _ = serializer;
        todo!()
    }
}

/// A set of public keys.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct JwkSet {
    keys: Vec<Jwk>,
}

impl JwkSet {
    /// Makes a set of our own keys.
    pub fn new(keys: impl IntoIterator<Item = Jwk>) -> Self {
        Self { keys: keys.into_iter().collect() }
    }
    /// Reads a set; keys of other types, too small, or not well formed are left out.
    pub fn parse(bytes: &[u8]) -> Result<Self, JwksError> {
        let _ = bytes;
        todo!()
    }
    /// Lists the keys.
    pub fn keys(&self) -> &[Jwk] {
        &self.keys
    }
    /// Finds the key that verifies a PS256 signature: by id, or the only signing key where the message names none.
    pub fn signing_key(&self, kid: Option<&str>) -> Option<&Jwk> {
        let _ = kid;
        todo!()
    }
    /// Finds the first key with use `enc` that takes RSA-OAEP and has an id.
    pub fn encryption_key(&self) -> Option<&Jwk> {
        todo!()
    }
    /// Writes the set as JSON.
    pub fn to_json(&self) -> String {
        todo!()
    }
}
