//! One public key.

use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OaepPublicEncryptingKey, PublicEncryptingKey};
use aws_lc_rs::signature::{RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents};
use serde::{Deserialize, Serialize, Serializer};

use crate::encoding::{base64url, from_base64url, sha256};
use crate::{jwe, jws};

/// The longest key id read, in bytes.
const MAX_KID: usize = 256;
/// The sizes of modulus accepted, in bits.
const MODULUS_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;
/// The longest public exponent, in bytes.
const MAX_EXPONENT: usize = 4;

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyUse {
    /// Signatures.
    Sig,
    /// Encryption.
    Enc,
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

/// A key as it stands in JSON.
#[derive(Deserialize)]
pub(super) struct WireJwk {
    kty: Option<String>,
    kid: Option<String>,
    #[serde(rename = "use")]
    key_use: Option<String>,
    alg: Option<String>,
    n: Option<String>,
    e: Option<String>,
    /// The private half. It has no place here; a key that shows it is no longer a secret of its owner.
    d: Option<serde::de::IgnoredAny>,
}

impl Jwk {
    /// Takes a key of ours over; the thumbprint is its id.
    pub(crate) fn of_public(n: &[u8], e: &[u8], key_use: KeyUse) -> Option<Self> {
        let alg = match key_use {
            KeyUse::Sig => jws::ALG,
            KeyUse::Enc => jwe::ALG,
        };
        let key = Self::checked(n, e)?;
        let kid = Some(key.thumbprint());
        Some(Self { kid, key_use: Some(key_use), alg: Some(alg.to_owned()), ..key })
    }

    /// Reads a key from JSON; `None` where it is not one that we could use.
    pub(super) fn of_wire(wire: WireJwk) -> Option<Self> {
        if wire.kty.as_deref() != Some("RSA") || wire.d.is_some() {
            return None;
        }
        let key_use = match wire.key_use.as_deref() {
            Some("sig") => Some(KeyUse::Sig),
            Some("enc") => Some(KeyUse::Enc),
            Some(_) => return None,
            None => None,
        };
        let kid = wire.kid.filter(|kid| !kid.is_empty());
        if kid.as_ref().is_some_and(|kid| kid.len() > MAX_KID) {
            return None;
        }
        let key = Self::checked(&from_base64url(&wire.n?)?, &from_base64url(&wire.e?)?)?;
        Some(Self { kid, key_use, alg: wire.alg, ..key })
    }

    /// Checks the numbers. Leading zeros, which some libraries write, are dropped.
    fn checked(n: &[u8], e: &[u8]) -> Option<Self> {
        let (n, e) = (without_zeros(n), without_zeros(e));
        let bits = n.len() * 8 - n.first().map_or(0, |first| first.leading_zeros() as usize);
        let odd = |number: &[u8]| number.last().is_some_and(|last| last % 2 == 1);
        let usable = MODULUS_BITS.contains(&bits) && e.len() <= MAX_EXPONENT && odd(n) && odd(e) && e != [1];
        usable.then(|| Self { kid: None, key_use: None, alg: None, n: n.to_vec(), e: e.to_vec() })
    }

    /// Gives the key another id.
    pub(crate) fn with_kid(self, kid: String) -> Self {
        Self { kid: Some(kid), ..self }
    }

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
        let members = format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, base64url(&self.e), base64url(&self.n));
        base64url(&sha256(members.as_bytes()))
    }

    /// Says whether the key may be used so.
    pub(super) fn serves(&self, key_use: KeyUse, alg: &str) -> bool {
        self.key_use.is_none_or(|own| own == key_use) && self.alg.as_deref().is_none_or(|own| own == alg)
    }

    /// Checks a PS256 signature.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let key = RsaPublicKeyComponents { n: &self.n, e: &self.e };
        key.verify(&RSA_PSS_2048_8192_SHA256, message, signature).is_ok()
    }

    /// Wraps a content key with RSA-OAEP.
    pub(crate) fn wrap(&self, content_key: &[u8]) -> Option<Vec<u8>> {
        let key: PublicEncryptingKey = RsaPublicKeyComponents { n: &self.n, e: &self.e }.try_into().ok()?;
        let key = OaepPublicEncryptingKey::new(key).ok()?;
        let mut wrapped = vec![0; key.ciphertext_size()];
        key.encrypt(&OAEP_SHA1_MGF1SHA1, content_key, &mut wrapped, None).ok()?;
        Some(wrapped)
    }
}

/// Drops leading zeros.
fn without_zeros(number: &[u8]) -> &[u8] {
    let start = number.iter().position(|byte| *byte != 0).unwrap_or(number.len());
    &number[start..]
}

impl Serialize for Jwk {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Out<'a> {
            kty: &'static str,
            #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
            key_use: Option<&'static str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            alg: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            kid: Option<&'a str>,
            n: String,
            e: String,
        }
        let key_use = self.key_use.map(|key_use| if key_use == KeyUse::Sig { "sig" } else { "enc" });
        let (n, e) = (base64url(&self.n), base64url(&self.e));
        Out { kty: "RSA", key_use, alg: self.alg.as_deref(), kid: self.kid(), n, e }.serialize(serializer)
    }
}
