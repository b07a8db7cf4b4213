//! Public keys and key sets (RFC 7517), RSA only.

mod cache;
mod jwk;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

pub use cache::{CacheSettings, FetchError, Fetching, JwksCache, JwksFetch, JwksUnavailable};
pub use jwk::{Jwk, KeyUse};

use crate::claims::object;
use crate::http::MAX_PROTOCOL_BODY;
use crate::{jwe, jws};

/// How many keys one set may have, usable or not.
const MAX_KEYS: usize = 100;

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

    /// Reads a set; keys of other types, too small, or not well formed are left out, as RFC 7517 (5) advises.
    pub fn parse(bytes: &[u8]) -> Result<Self, JwksError> {
        #[derive(Deserialize)]
        struct Wire<'a> {
            #[serde(borrow)]
            keys: Vec<&'a RawValue>,
        }
        if bytes.len() > MAX_PROTOCOL_BODY {
            return Err(JwksError::TooLarge);
        }
        let wire: Wire<'_> = object(bytes).ok_or(JwksError::Malformed)?;
        if wire.keys.len() > MAX_KEYS {
            return Err(JwksError::TooLarge);
        }
        Ok(Self::new(wire.keys.iter().filter_map(|key| Jwk::of_wire(object(key.get().as_bytes())?))))
    }

    /// Lists the keys.
    pub fn keys(&self) -> &[Jwk] {
        &self.keys
    }

    /// Finds the key that verifies a PS256 signature: by id, or the only signing key where the message names none.
    pub fn signing_key(&self, kid: Option<&str>) -> Option<&Jwk> {
        let mut keys = self.keys.iter().filter(|key| key.serves(KeyUse::Sig, jws::ALG));
        match kid {
            Some(kid) => keys.find(|key| key.kid() == Some(kid)),
            None => keys.next().filter(|_| keys.next().is_none()),
        }
    }

    /// Finds the first key with use `enc` that takes RSA-OAEP and has an id.
    pub fn encryption_key(&self) -> Option<&Jwk> {
        let fits = |key: &&Jwk| key.key_use() == Some(KeyUse::Enc) && key.kid().is_some();
        self.keys.iter().filter(fits).find(|key| key.serves(KeyUse::Enc, jwe::ALG))
    }

    /// Writes the set as JSON.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}
