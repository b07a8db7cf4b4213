//! Keys, times and tools that the tests share.

use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use vinculo_fapi::jwks::JwkSet;
use vinculo_fapi::keys::{DecryptionKey, DecryptionKeys, SigningKey};

/// Reads a test key.
macro_rules! pem {
    ($name:literal) => {
        include_str!(concat!("../fixtures/TEST_ONLY_", $name, ".pem"))
    };
}

pub(crate) const BANK_PEM: &str = pem!("bank");
pub(crate) const CLIENT_PEM: &str = pem!("client");
pub(crate) const STRANGER_PEM: &str = pem!("stranger");
pub(crate) const SMALL_PEM: &str = pem!("too_small");
pub(crate) const ELLIPTIC_PEM: &str = pem!("elliptic");

pub(crate) const ISSUER: &str = "https://bank.example/auth";
pub(crate) const CLIENT_ID: &str = "client-1";

/// The bank's signing key.
pub(crate) static BANK: LazyLock<SigningKey> = LazyLock::new(|| signing(BANK_PEM));
/// The client's signing key.
pub(crate) static CLIENT: LazyLock<SigningKey> = LazyLock::new(|| signing(CLIENT_PEM));
/// Someone else's signing key.
pub(crate) static STRANGER: LazyLock<SigningKey> = LazyLock::new(|| signing(STRANGER_PEM));
/// What the client decrypts with.
pub(crate) static OURS: LazyLock<DecryptionKeys> = LazyLock::new(|| DecryptionKeys::new(decryption(CLIENT_PEM)));

pub(crate) fn signing(pem: &str) -> SigningKey {
    SigningKey::from_pkcs8_pem(pem).unwrap()
}

pub(crate) fn decryption(pem: &str) -> DecryptionKey {
    DecryptionKey::from_pkcs8_pem(pem).unwrap()
}

/// The key set of one signing key.
pub(crate) fn keys_of(key: &SigningKey) -> JwkSet {
    JwkSet::new([key.public_jwk()])
}

/// The time of every test.
pub(crate) fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

/// That many seconds from now.
pub(crate) fn later(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

/// That many seconds from now, as a claim.
pub(crate) fn at(seconds: i64) -> i64 {
    later(seconds).as_second()
}

/// Sets a claim, or takes it away where the value is null.
pub(crate) fn with(mut claims: Value, name: &str, value: Value) -> Value {
    match value {
        Value::Null => claims.as_object_mut().unwrap().shift_remove(name),
        value => claims.as_object_mut().unwrap().insert(name.to_owned(), value),
    };
    claims
}

/// Encodes as base64url without padding.
pub(crate) fn b64(bytes: impl AsRef<[u8]>) -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// Decodes base64url without padding.
pub(crate) fn unb64(text: &str) -> Vec<u8> {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap()
}

/// Signs with an algorithm that the profile does not know, by an independent implementation.
pub(crate) fn sign_with(alg: jsonwebtoken::Algorithm, pem: &str, kid: &str, claims: &Value) -> String {
    let header = jsonwebtoken::Header { kid: Some(kid.to_owned()), ..jsonwebtoken::Header::new(alg) };
    let key = jsonwebtoken::EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap();
    jsonwebtoken::encode(&header, claims, &key).unwrap()
}

/// Makes an unsecured message (RFC 7515, appendix A.5).
pub(crate) fn unsecured(claims: &Value) -> String {
    format!("{}.{}.", b64(br#"{"alg":"none"}"#), b64(claims.to_string()))
}

/// Replaces the claims of a signed message, keeping header and signature.
pub(crate) fn tampered(token: &str, claims: &Value) -> String {
    let parts: Vec<&str> = token.split('.').collect();
    format!("{}.{}.{}", parts[0], b64(claims.to_string()), parts[2])
}

/// Goes through copies of a message in which one character differs, at every `step`-th place.
pub(crate) fn mutations(token: &str, step: usize) -> impl Iterator<Item = String> {
    (0..token.len()).step_by(step).chain([token.len() - 1]).map(move |place| {
        let mut bytes = token.as_bytes().to_vec();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        String::from_utf8(bytes).unwrap()
    })
}
