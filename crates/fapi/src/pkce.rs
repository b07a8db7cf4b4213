//! Proof key for code exchange (RFC 7636), `S256` only.

use secrecy::{ExposeSecret, SecretString};

use crate::encoding::{base64url, same, sha256};
use crate::random;

/// The one challenge method of the profile.
pub const METHOD: &str = "S256";

/// Draws a fresh code verifier.
pub fn generate() -> SecretString {
    SecretString::from(random::token())
}

/// Computes the challenge of a verifier.
pub fn challenge(verifier: &SecretString) -> String {
    base64url(&sha256(verifier.expose_secret().as_bytes()))
}

/// Says whether `challenge` could be an S256 challenge: 43 characters of base64url.
pub fn is_challenge(challenge: &str) -> bool {
    challenge.len() == 43 && crate::encoding::from_base64url(challenge).is_some()
}

/// Says whether `verifier` is well formed and belongs to `challenge`.
pub fn matches(verifier: &str, challenge: &str) -> bool {
    let well_formed = (43..=128).contains(&verifier.len())
        && verifier.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~'));
    well_formed && same(&base64url(&sha256(verifier.as_bytes())), challenge)
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_example_of_the_rfc() {
        assert_eq!(challenge(&SecretString::from(VERIFIER)), CHALLENGE);
        assert!(matches(VERIFIER, CHALLENGE));
        assert!(is_challenge(CHALLENGE));
    }

    #[test]
    fn fresh_verifiers_match_their_own_challenge_only() {
        let (one, two) = (generate(), generate());
        assert!(matches(one.expose_secret(), &challenge(&one)));
        assert!(!matches(one.expose_secret(), &challenge(&two)));
    }

    #[test]
    fn wrong_short_long_and_plain_verifiers_are_refused() {
        assert!(!matches("", CHALLENGE));
        assert!(!matches(CHALLENGE, CHALLENGE));
        assert!(!matches(&VERIFIER[1..], CHALLENGE));
        assert!(!matches(&"a".repeat(129), CHALLENGE));
        assert!(!matches(&format!("{VERIFIER} "), CHALLENGE));
        assert!(!matches(VERIFIER, &CHALLENGE[1..]));
    }

    #[test]
    fn a_challenge_is_43_characters_of_base64url() {
        for bad in ["", "a", &"a".repeat(44), &"+".repeat(43), &"=".repeat(43)] {
            assert!(!is_challenge(bad), "{bad}");
        }
    }
}
