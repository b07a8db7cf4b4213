//! base64url without padding, strict in both directions, and the digests built on it.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Encodes without padding.
pub(crate) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Decodes; padding, foreign characters and stray trailing bits are refused, so that a text has one spelling.
pub(crate) fn from_base64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Hashes with SHA-256.
pub(crate) fn sha256(bytes: &[u8]) -> Vec<u8> {
    digest(&SHA256, bytes).as_ref().to_vec()
}

/// Makes the left half of a SHA-256, as `c_hash`, `s_hash` and `at_hash` want it with PS256.
pub(crate) fn half_hash(text: &str) -> String {
    base64url(&sha256(text.as_bytes())[..16])
}

/// Compares two texts without telling by time where they differ.
pub(crate) fn same(one: &str, two: &str) -> bool {
    verify_slices_are_equal(one.as_bytes(), two.as_bytes()).is_ok()
}
