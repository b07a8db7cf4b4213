//! Encrypted messages (RFC 7516), compact, RSA-OAEP with A256GCM and nothing else.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::claims::object;
use crate::encoding::{base64url, from_base64url};
use crate::jwks::Jwk;
use crate::keys::{DecryptionKey, DecryptionKeys};
use crate::random;

/// The one key algorithm of the profile: RSAES-OAEP with SHA-1.
pub const ALG: &str = "RSA-OAEP";
/// The one content algorithm of the profile.
pub const ENC: &str = "A256GCM";

/// The longest message read, in bytes.
pub const MAX_LEN: usize = 96 * 1024;

/// The length of an authentication tag, in bytes.
const TAG_LEN: usize = 16;

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

#[derive(Deserialize)]
struct WireHeader {
    alg: String,
    enc: String,
    kid: Option<String>,
    x5u: Option<IgnoredAny>,
    x5c: Option<IgnoredAny>,
    jku: Option<IgnoredAny>,
    jwk: Option<IgnoredAny>,
    zip: Option<IgnoredAny>,
    crit: Option<IgnoredAny>,
}

impl WireHeader {
    /// Checks the algorithms first, then what must not be there; returns the key id.
    fn check(self) -> Result<String, JweError> {
        if self.alg != ALG || self.enc != ENC {
            return Err(JweError::Algorithm);
        }
        let forbidden = [self.x5u, self.x5c, self.jku, self.jwk, self.zip, self.crit];
        if forbidden.iter().any(Option::is_some) {
            return Err(JweError::Header);
        }
        self.kid.ok_or(JweError::MissingKid)
    }
}

/// The parts of a compact message; the header is kept as it came, for it is authenticated so.
struct Parts<'a> {
    header: &'a str,
    wrapped_key: Vec<u8>,
    nonce: [u8; NONCE_LEN],
    /// Ciphertext, then tag.
    sealed: Vec<u8>,
}

impl<'a> Parts<'a> {
    fn parse(token: &'a str) -> Result<Self, JweError> {
        let mut parts = token.splitn(6, '.');
        let mut next = || parts.next().ok_or(JweError::Malformed);
        let (header, wrapped_key, nonce, ciphertext, tag) = (next()?, next()?, next()?, next()?, next()?);
        if parts.next().is_some() {
            return Err(JweError::Malformed);
        }
        let decode = |part| from_base64url(part).ok_or(JweError::Malformed);
        let nonce = decode(nonce)?.try_into().map_err(|_| JweError::Malformed)?;
        let (mut sealed, tag) = (decode(ciphertext)?, decode(tag)?);
        if tag.len() != TAG_LEN {
            return Err(JweError::Malformed);
        }
        sealed.extend(tag);
        Ok(Self { header, wrapped_key: decode(wrapped_key)?, nonce, sealed })
    }

    /// Decrypts. A key that does not unwrap is replaced by a random one (RFC 7516, 11.5): whoever sends us garbage
    /// learns neither from the answer nor from its time whether it was the key or the content.
    fn open(mut self, key: &DecryptionKey) -> Result<Vec<u8>, JweError> {
        let stand_in = random::bytes();
        let content_key = cipher(&key.unwrap(&self.wrapped_key).unwrap_or(stand_in)).ok_or(JweError::Decryption)?;
        let nonce = Nonce::assume_unique_for_key(self.nonce);
        let opened = content_key.open_in_place(nonce, Aad::from(self.header), &mut self.sealed);
        opened.map(|payload| payload.to_vec()).map_err(|_| JweError::Decryption)
    }
}

/// Makes the content cipher.
fn cipher(content_key: &[u8; 32]) -> Option<LessSafeKey> {
    UnboundKey::new(&AES_256_GCM, content_key).ok().map(LessSafeKey::new)
}

/// Encrypts `payload` to `recipient`, which must have a key id. `cty` is `JWT` around a signed message.
pub fn encrypt(payload: &[u8], cty: Option<&str>, recipient: &Jwk) -> Result<String, JweError> {
    let kid = recipient.kid().ok_or(JweError::MissingKid)?;
    let mut header = serde_json::json!({ "alg": ALG, "enc": ENC, "kid": kid });
    if let Some(cty) = cty {
        header["cty"] = cty.into();
    }
    let header = base64url(header.to_string().as_bytes());
    let (content_key, nonce): ([u8; 32], [u8; NONCE_LEN]) = (random::bytes(), random::bytes());
    let wrapped_key = recipient.wrap(&content_key).ok_or(JweError::Encryption)?;
    let mut sealed = payload.to_vec();
    let tag = cipher(&content_key)
        .ok_or(JweError::Encryption)?
        .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(&header), &mut sealed)
        .map_err(|_| JweError::Encryption)?;
    let parts = [&wrapped_key, nonce.as_slice(), &sealed, tag.as_ref()].map(base64url).join(".");
    Ok(format!("{header}.{parts}"))
}

/// Decrypts a compact message with the key it names.
pub fn decrypt(token: &str, keys: &DecryptionKeys) -> Result<Vec<u8>, JweError> {
    if token.len() > MAX_LEN {
        return Err(JweError::TooLarge);
    }
    let (header, _) = token.split_once('.').ok_or(JweError::Malformed)?;
    let header = from_base64url(header).ok_or(JweError::Malformed)?;
    let kid = object::<WireHeader>(&header).ok_or(JweError::Malformed)?.check()?;
    let key = keys.find(&kid).ok_or(JweError::UnknownKey)?;
    Parts::parse(token)?.open(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7516, A.1: the profile's very algorithms. Its header names no key, which is why it is opened here by hand.
    const EXAMPLE: &str = "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.OKOawDo13gRp2ojaHV7LFpZcgV7T6DVZKTyKOMTYUmKoTCVJ\
        RgckCL9kiMT03JGeipsEdY3mx_etLbbWSrFr05kLzcSr4qKAq7YN7e9jwQRb23nfa6c9d-StnImGyFDbSv04uVuxIp5Zms1gNxKKK2Da14B8S4rzVR\
        ltdYwam_lDp5XnZAYpQdb76FdIKLaVmqgfwX7XWRxv2322i-vDxRfqNzo_tETKzpVLzfiwQyeyPGLBIO56YJ7eObdv0je81860ppamavo35UgoRdbY\
        aBcoh9QcfylQr66oc6vFWXRcZ_ZT2LawVCWTIy3brGPi6UklfCpIMfIjf7iGdXKHzg.48V1_ALb6US04U3b.5eym8TW_c8SuK0ltJ3rpYIzOeDQz7T\
        ALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6jiSdiwkIr3ajwQzaBtQD_A.XFBoMYUZodetZdvTiFvSkQ";

    #[test]
    fn the_example_of_the_rfc() {
        let key = DecryptionKey::from_pkcs8_pem(include_str!("../tests/fixtures/TEST_ONLY_rfc7516.pem")).unwrap();
        let payload = Parts::parse(EXAMPLE).unwrap().open(&key).unwrap();
        assert_eq!(payload, b"The true sign of intelligence is not knowledge but imagination.");
        assert_eq!(decrypt(EXAMPLE, &DecryptionKeys::new(key)), Err(JweError::MissingKid));
    }
}
