//! The master key ring: what link keys, tokens, sessions and jobs are sealed under.

use std::sync::Arc;

use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretBox, SecretString};
use vinculo_domain::Env;

use crate::seal::{Cipher, Place};
use crate::{Result, StoreError};

const MASTER_VERSION: u8 = 1;

struct MasterKey {
    id: [u8; 4],
    cipher: Cipher,
    bytes: SecretBox<[u8; 32]>,
}

/// One or more 256-bit master keys. The first is current: it seals. All of them open, so that a key can be replaced
/// by putting a new one before it.
#[derive(Clone)]
pub struct MasterKeys(Arc<Vec<MasterKey>>);

impl std::fmt::Debug for MasterKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MasterKeys({})", self.0.len())
    }
}

impl MasterKeys {
    /// Makes a ring of `keys`, the current one first.
    ///
    /// # Errors
    /// [`StoreError::Configuration`] when there is none.
    pub fn new(keys: &[[u8; 32]]) -> Result<Self> {
        if keys.is_empty() {
            return Err(StoreError::Configuration("there is no master key"));
        }
        keys.iter().map(MasterKey::new).collect::<Result<Vec<_>>>().map(|keys| Self(Arc::new(keys)))
    }

    /// Reads a ring as settings give it: keys of 32 bytes as 64 hex digits or in Base64, comma-separated, the
    /// current one first.
    ///
    /// # Errors
    /// [`StoreError::Configuration`] when a key is missing or has another length.
    pub fn parse(text: &SecretString) -> Result<Self> {
        let keys: Option<Vec<[u8; 32]>> = text.expose_secret().split(',').map(|key| read_key(key.trim())).collect();
        let keys =
            Zeroizing::new(keys.ok_or(StoreError::Configuration("a master key is not 32 bytes in hex or Base64"))?);
        Self::new(&keys)
    }

    /// Makes a fresh key in the shape that [`Self::parse`] reads.
    pub fn generate(env: &Env) -> SecretString {
        let bytes = Zeroizing::new(env.bytes::<32>());
        SecretString::from(STANDARD.encode(*bytes))
    }

    /// Derives a key for another purpose from the current master key (HKDF-SHA256): `label` names the purpose.
    pub fn derive<const N: usize>(&self, label: &'static str) -> SecretBox<[u8; N]> {
        SecretBox::new(Box::new(self.0[0].derive(label)))
    }

    /// Derives the key of `label` from every master key, the current one first: for checking what an older key signed.
    pub fn derive_all<const N: usize>(&self, label: &'static str) -> Vec<SecretBox<[u8; N]>> {
        self.0.iter().map(|key| SecretBox::new(Box::new(key.derive(label)))).collect()
    }

    pub(crate) fn seal(&self, env: &Env, place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>> {
        let key = &self.0[0];
        let [a, b, c, d] = key.id;
        key.cipher.seal(env, &[MASTER_VERSION, a, b, c, d], place, plain)
    }

    pub(crate) fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let refused = || StoreError::Sealed(place.table);
        let Some((&[MASTER_VERSION, ref id @ ..], rest)) = sealed.split_first_chunk::<5>() else {
            return Err(refused());
        };
        self.0.iter().find(|key| key.id == *id).ok_or_else(refused)?.cipher.open(place, rest)
    }

    /// Tells whether `sealed` stands under the current key.
    pub(crate) fn is_current(&self, sealed: &[u8]) -> bool {
        sealed.get(1..5) == Some(&self.0[0].id[..])
    }

    pub(crate) fn seal_text(&self, env: &Env, place: Place<'_>, plain: &str) -> Result<Vec<u8>> {
        self.seal(env, place, plain.as_bytes())
    }

    pub(crate) fn open_text(&self, place: Place<'_>, sealed: &[u8]) -> Result<String> {
        let mut plain = self.open(place, sealed)?;
        String::from_utf8(std::mem::take(&mut *plain)).map_err(|_| StoreError::Corrupt(place.table))
    }
}

impl MasterKey {
    fn new(bytes: &[u8; 32]) -> Result<Self> {
        let mut key = Self { id: [0; 4], cipher: Cipher::new(bytes)?, bytes: SecretBox::new(Box::new(*bytes)) };
        key.id = key.derive("vinculo master key id");
        Ok(key)
    }

    fn derive<const N: usize>(&self, label: &'static str) -> [u8; N] {
        struct Length(usize);
        impl KeyType for Length {
            fn len(&self) -> usize {
                self.0
            }
        }
        let mut out = [0; N];
        let prk = Salt::new(HKDF_SHA256, b"vinculo").extract(self.bytes.expose_secret());
        let filled = prk.expand(&[label.as_bytes()], Length(N)).and_then(|okm| okm.fill(&mut out));
        debug_assert!(filled.is_ok(), "HKDF gives up to 255 × 32 bytes");
        out
    }
}

fn read_key(text: &str) -> Option<[u8; 32]> {
    if text.len() == 64 {
        let mut key = [0; 32];
        for (byte, pair) in key.iter_mut().zip(text.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        return Some(key);
    }
    let standard = text.replace('-', "+").replace('_', "/");
    let decoded = Zeroizing::new(STANDARD.decode(pad(standard)).ok()?);
    decoded.as_slice().try_into().ok()
}

fn pad(mut text: String) -> String {
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}
