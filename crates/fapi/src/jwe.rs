//! Encrypted messages (RFC 7516), compact, RSA-OAEP with A256GCM and nothing else.

use crate::jwks::Jwk;
use crate::keys::DecryptionKeys;

/// The one key algorithm of the profile: RSAES-OAEP with SHA-1.
pub const ALG: &str = "RSA-OAEP";
/// The one content algorithm of the profile.
pub const ENC: &str = "A256GCM";

/// The longest message read, in bytes.
pub const MAX_LEN: usize = 96 * 1024;

/// Why an encrypted message was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JweError {
    /// Longer than [`MAX_LEN`].
    #[error("the encrypted message is too large")]
    TooLarge,
    /// Not five base64url parts with a JSON header.
    #[error("the encrypted message is malformed")]
    Malformed,
    /// The header names other algorithms than RSA-OAEP and A256GCM (`RSA1_5`, for one).
    #[error("the encryption algorithms are not RSA-OAEP and A256GCM")]
    Algorithm,
    /// The header points to keys elsewhere (`x5u`, `x5c`, `jku`, `jwk`), is compressed (`zip`) or has extensions (`crit`).
    #[error("the header of the encrypted message holds what it must not")]
    Header,
    /// The header names no key.
    #[error("the encrypted message names no key")]
    MissingKid,
    /// We have no key of that name.
    #[error("the encrypted message is for a key we do not have")]
    UnknownKey,
    /// It did not decrypt. Why is nobody's business.
    #[error("the message did not decrypt")]
    Decryption,
    /// Encrypting failed.
    #[error("the message could not be encrypted")]
    Encryption,
}

/// Encrypts `payload` to `recipient`, which must have a key id. `cty` is `JWT` around a signed message.
pub fn encrypt(payload: &[u8], cty: Option<&str>, recipient: &Jwk) -> Result<String, JweError> {
    let _ = (payload, cty, recipient);
    todo!()
}

/// Decrypts a compact message with the key it names.
pub fn decrypt(token: &str, keys: &DecryptionKeys) -> Result<Vec<u8>, JweError> {
    let _ = (token, keys);
    todo!()
}
