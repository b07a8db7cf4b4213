//! Signed messages (RFC 7515), compact, PS256 and nothing else.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::claims::object;
use crate::encoding::{base64url, from_base64url};
use crate::jwks::JwkSet;
use crate::keys::SigningKey;

/// The one signature algorithm of the profile.
pub const ALG: &str = "PS256";

/// The longest message read, in bytes.
pub const MAX_LEN: usize = 64 * 1024;

/// The longest header read, in bytes of base64url.
const MAX_HEADER: usize = 16 * 1024;

/// Why a signed message was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// Longer than [`MAX_LEN`].
    #[error("the signed message is too large")]
    TooLarge,
    /// Not three base64url parts with a JSON header.
    #[error("the signed message is malformed")]
    Malformed,
    /// The header names an algorithm other than PS256, `none` included.
    #[error("the signature algorithm is not PS256")]
    Algorithm,
    /// The header asks for an extension (`crit`).
    #[error("the signed message needs an extension")]
    Critical,
    /// No signing key fits the header's key id.
    #[error("the signing key is unknown")]
    UnknownKey,
    /// The signature does not fit the message and the key.
    #[error("the signature is wrong")]
    Signature,
    /// The payload is not the JSON that was expected.
    #[error("the payload is not as expected")]
    Payload,
    /// Signing failed.
    #[error("the message could not be signed")]
    Sign,
}

/// The header of a signed message. What else a header may hold, keys and addresses of keys above all, is not looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The key id, where given.
    pub kid: Option<String>,
    /// The type, where given.
    pub typ: Option<String>,
}

#[derive(Deserialize)]
struct WireHeader {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<serde::de::IgnoredAny>,
}

/// A message whose algorithm is right, but whose signature has not been looked at.
#[derive(Debug)]
pub struct Unverified<'a> {
    header: Header,
    signing_input: &'a str,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

impl<'a> Unverified<'a> {
    /// Takes a compact message apart; refuses every algorithm but PS256.
    pub fn parse(token: &'a str) -> Result<Self, JwsError> {
        if token.len() > MAX_LEN {
            return Err(JwsError::TooLarge);
        }
        let (signing_input, signature) = token.rsplit_once('.').ok_or(JwsError::Malformed)?;
        let (header, payload) = signing_input.split_once('.').ok_or(JwsError::Malformed)?;
        if header.len() > MAX_HEADER {
            return Err(JwsError::TooLarge);
        }
        let header = read_header(header)?;
        let payload = from_base64url(payload).ok_or(JwsError::Malformed)?;
        let signature = from_base64url(signature).ok_or(JwsError::Malformed)?;
        Ok(Self { header, signing_input, payload, signature })
    }

    /// Returns the header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Reads the payload **before** verification, to find out whose keys to ask for. Trust nothing in it.
    pub fn peek<T: DeserializeOwned>(&self) -> Result<T, JwsError> {
        object(&self.payload).ok_or(JwsError::Payload)
    }

    /// Checks the signature.
    pub fn verify(self, keys: &JwkSet) -> Result<Verified, JwsError> {
        let key = keys.signing_key(self.header.kid.as_deref()).ok_or(JwsError::UnknownKey)?;
        if !key.verifies(self.signing_input.as_bytes(), &self.signature) {
            return Err(JwsError::Signature);
        }
        Ok(Verified { header: self.header, payload: self.payload })
    }
}

/// Reads a header and checks its algorithm, before any key is looked for.
fn read_header(header: &str) -> Result<Header, JwsError> {
    let header = from_base64url(header).ok_or(JwsError::Malformed)?;
    let header: WireHeader = object(&header).ok_or(JwsError::Malformed)?;
    if header.alg != ALG {
        return Err(JwsError::Algorithm);
    }
    if header.crit.is_some() {
        return Err(JwsError::Critical);
    }
    Ok(Header { kid: header.kid, typ: header.typ })
}

/// A message whose signature is right.
#[derive(Debug, Clone)]
pub struct Verified {
    /// The header.
    pub header: Header,
    /// The payload's bytes.
    pub payload: Vec<u8>,
}

impl Verified {
    /// Reads the payload as a JSON object.
    pub fn claims<T: DeserializeOwned>(&self) -> Result<T, JwsError> {
        object(&self.payload).ok_or(JwsError::Payload)
    }
}

/// Takes a message apart and checks its signature.
pub fn verify(token: &str, keys: &JwkSet) -> Result<Verified, JwsError> {
    Unverified::parse(token)?.verify(keys)
}

/// Signs `claims`; the header has `alg`, `typ` (`JWT`) and `kid`.
pub fn sign<T: Serialize>(key: &SigningKey, claims: &T) -> Result<String, JwsError> {
    let header = serde_json::json!({ "alg": ALG, "typ": "JWT", "kid": key.kid() });
    let payload = serde_json::to_vec(claims).map_err(|_| JwsError::Payload)?;
    let signing_input = format!("{}.{}", base64url(header.to_string().as_bytes()), base64url(&payload));
    let signature = key.sign(signing_input.as_bytes()).ok_or(JwsError::Sign)?;
    Ok(format!("{signing_input}.{}", base64url(&signature)))
}
