//! Short names of texts.

use aws_lc_rs::digest::{SHA256, digest};

/// Returns the first `bytes` (at most 32) of a text's SHA-256 as lower-case hex: the same for the same text. No secret: whoever
/// guesses the text can check it.
pub fn fingerprint(text: &str, bytes: usize) -> String {
    digest(&SHA256, text.as_bytes()).as_ref().iter().take(bytes).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_beginning_of_the_digest() {
        assert_eq!(fingerprint("abc", 4), "ba7816bf");
        assert_eq!(fingerprint("", 8), "e3b0c44298fc1c14");
        assert_eq!(fingerprint("abc", 99).len(), 64);
    }
}
