//! The key under which everything is sealed.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretBox};

/// 256 bits; never printed.
#[derive(Debug)]
pub struct MasterKey(SecretBox<[u8; 32]>);

impl MasterKey {
    /// Takes the bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(SecretBox::new(Box::new(bytes)))
    }

    /// Returns the bytes.
    pub fn bytes(&self) -> &[u8; 32] {
        self.0.expose_secret()
    }

    /// Returns the key as 64 hex digits, for its file.
    pub fn hex(&self) -> String {
        self.bytes().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Clone for MasterKey {
    fn clone(&self) -> Self {
        Self::new(*self.bytes())
    }
}

/// The key that seals now, first, and older keys that still open what they sealed.
#[derive(Debug, Clone)]
pub struct MasterKeys(Vec<MasterKey>);

impl MasterKeys {
    /// Makes a ring of one key.
    pub fn one(key: MasterKey) -> Self {
        Self(vec![key])
    }

    /// Reads keys separated by commas, each 64 hex digits or base64 of 32 bytes.
    ///
    /// # Errors
    /// Says what is wrong without repeating a key.
    pub fn parse(text: &str) -> Result<Self, String> {
        let keys: Vec<MasterKey> = text.trim().split(',').map(|part| read(part.trim())).collect::<Result<_, _>>()?;
        let twice = keys.iter().enumerate().any(|(i, key)| keys[..i].iter().any(|other| other.bytes() == key.bytes()));
        if twice { Err("the same key stands twice in the ring".to_owned()) } else { Ok(Self(keys)) }
    }

    /// Returns the keys, the current one first.
    pub fn iter(&self) -> impl Iterator<Item = &MasterKey> {
        self.0.iter()
    }
}

impl FromIterator<MasterKey> for MasterKeys {
    fn from_iter<I: IntoIterator<Item = MasterKey>>(keys: I) -> Self {
        Self(keys.into_iter().collect())
    }
}

fn read(text: &str) -> Result<MasterKey, String> {
    let wrong = || "a key must be 64 hex digits, or base64 of 32 bytes".to_owned();
    let bytes = if text.len() == 64 { unhex(text) } else { unbase64(text) };
    let key: [u8; 32] = bytes.and_then(|bytes| bytes.try_into().ok()).ok_or_else(wrong)?;
    if key.iter().all(|byte| *byte == key[0]) {
        return Err("a key must be random, for example from `openssl rand -hex 32`".to_owned());
    }
    Ok(MasterKey::new(key))
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |b: &u8| char::from(*b).to_digit(16).and_then(|d| u8::try_from(d).ok());
    text.as_bytes().chunks(2).map(|pair| Some(digit(pair.first()?)? << 4 | digit(pair.get(1)?)?)).collect()
}

fn unbase64(text: &str) -> Option<Vec<u8>> {
    [STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD].iter().find_map(|engine| engine.decode(text).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    #[test]
    fn hex_and_base64_give_the_same_key() {
        let a = MasterKeys::parse(HEX).unwrap();
        let b = MasterKeys::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
        assert_eq!(a.0[0].bytes(), b.0[0].bytes());
        assert_eq!(a.0[0].hex(), HEX);
    }

    #[test]
    fn a_ring_keeps_its_order() {
        let ring = MasterKeys::parse(&format!("{}, {HEX}", HEX.replace("00", "ff"))).unwrap();
        assert_eq!(ring.0[1].hex(), HEX);
    }

    #[test]
    fn weak_or_broken_keys_are_refused_and_never_shown() {
        for text in
            ["", "abc", &"0".repeat(64), &"g".repeat(64), &HEX[..62], &format!("{HEX},"), &format!("{HEX},{HEX}")]
        {
            let error = MasterKeys::parse(text).unwrap_err();
            assert!(text.is_empty() || !error.contains(text), "{error}");
        }
        assert!(!format!("{:?}", MasterKeys::parse(HEX).unwrap()).contains("0102"));
    }
}
