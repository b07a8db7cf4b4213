//! Digests, derived secrets and fresh ids.

use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use vinculo_fapi::random;

/// Hashes a token for keeping: SHA-256 in base64url.
pub(crate) fn hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, secret.as_bytes()))
}

/// Draws a random UUID (version 4).
pub(crate) fn uuid() -> String {
    uuid::Builder::from_random_bytes(random::bytes()).into_uuid().to_string()
}

/// A key from which secrets are derived, so that they need not be kept.
#[derive(Clone)]
pub(crate) struct Deriver(hmac::Key);

impl Deriver {
    /// Takes the key's text.
    pub(crate) fn new(key: &str) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes()))
    }

    /// Derives the secret of `kind` that belongs to `subject`: 256 bits in base64url.
    pub(crate) fn derive(&self, kind: &str, subject: &str) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.0, format!("{kind}\n{subject}").as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_derived_depends_on_key_kind_and_subject() {
        let deriver = Deriver::new("a");
        assert_eq!(deriver.derive("code", "1"), deriver.derive("code", "1"));
        assert_ne!(deriver.derive("code", "1"), deriver.derive("code", "2"));
        assert_ne!(deriver.derive("code", "1"), deriver.derive("sub", "1"));
        assert_ne!(deriver.derive("code", "1"), Deriver::new("b").derive("code", "1"));
    }
}
