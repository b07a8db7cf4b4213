//! The one source of chance in this crate.

use crate::encoding::base64url;

/// Fills an array with random bytes fit for secrets.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // A machine without a random source cannot keep a secret: stop rather than go on with guessable values.
    if aws_lc_rs::rand::fill(&mut bytes).is_err() {
        std::process::abort();
    }
    bytes
}

/// Draws a URL-safe text of 43 characters from 256 random bits: states, nonces, codes, tokens, `jti`.
pub fn token() -> String {
    base64url(&bytes::<32>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_are_url_safe() {
        let (one, two) = (token(), token());
        assert_ne!(one, two);
        assert_eq!(one.len(), 43);
        assert!(one.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
    }
}
