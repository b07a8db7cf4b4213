use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::ExposeSecret as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use vinculo_store::MasterKeys;

/// `{"alg":"HS512","typ":"JWT"}`: the only header that is ever written or accepted.
const HEADER: &str = "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9";

/// Longest token that is looked at.
const MAX_LENGTH: usize = 16 * 1024;

/// Keys that sign tokens, derived from the master keys: the first signs, all verify.
#[derive(Clone)]
pub struct TokenKeys(Vec<hmac::Key>);

impl std::fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenKeys")
    }
}

impl TokenKeys {
    /// Derives the keys from the master keys.
    pub fn derive(master: &MasterKeys) -> Self {
        let keys = master.derive_all::<64>("access tokens");
        Self(keys.iter().map(|key| hmac::Key::new(hmac::HMAC_SHA512, key.expose_secret())).collect())
    }

    /// Signs claims.
    pub fn sign<T: Serialize>(&self, claims: &T) -> String {
        // Claims are plain structs of text and numbers: they always serialise.
        let body = URL_SAFE_NO_PAD.encode(serde_json::to_vec(claims).unwrap_or_default());
        let signed = format!("{HEADER}.{body}");
        let tag = self.0.first().map(|key| hmac::sign(key, signed.as_bytes()));
        let tag = tag.map(|tag| URL_SAFE_NO_PAD.encode(tag)).unwrap_or_default();
        format!("{signed}.{tag}")
    }

    /// Returns the claims of a token that was signed here. Age and kind are the caller's to check.
    pub fn verify<T: DeserializeOwned>(&self, token: &str) -> Option<T> {
        if token.len() > MAX_LENGTH {
            return None;
        }
        let (signed, tag) = token.rsplit_once('.')?;
        let (header, body) = signed.split_once('.')?;
        let tag = URL_SAFE_NO_PAD.decode(tag).ok()?;
        let good = self.0.iter().any(|key| hmac::verify(key, signed.as_bytes(), &tag).is_ok());
        if !good || header != HEADER {
            return None;
        }
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).ok()?).ok()
    }
}
