//! Sealing: AES-256-GCM with the place of the value as associated data, so that a value that is moved to another
//! row, column or table no longer opens.
//!
//! Layout: one byte of version (1 = master key, 2 = link key), for version 1 the four bytes of the key's id, twelve
//! bytes of nonce, ciphertext and tag.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use secrecy::zeroize::Zeroizing;
use vinculo_domain::Env;

use crate::{Result, StoreError};

const TAG: usize = 16;

/// Where a sealed value lives.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) table: &'static str,
    pub(crate) column: &'static str,
    pub(crate) id: &'a str,
}

impl<'a> Place<'a> {
    pub(crate) fn new(table: &'static str, column: &'static str, id: &'a str) -> Self {
        Self { table, column, id }
    }

    fn aad(&self) -> Aad<Vec<u8>> {
        Aad::from([self.table, self.column, self.id].join("|").into_bytes())
    }
}

/// A 256-bit key ready for use. The key schedule is wiped by aws-lc when it is dropped.
pub(crate) struct Cipher(LessSafeKey);

impl Cipher {
    pub(crate) fn new(bytes: &[u8]) -> Result<Self> {
        let key =
            UnboundKey::new(&AES_256_GCM, bytes).map_err(|_| StoreError::Configuration("a key has no 32 bytes"))?;
        Ok(Self(LessSafeKey::new(key)))
    }

    /// Seals `plain` behind `header`.
    pub(crate) fn seal(&self, env: &Env, header: &[u8], place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>> {
        let nonce: [u8; NONCE_LEN] = env.bytes();
        let start = header.len() + NONCE_LEN;
        let mut sealed = Vec::with_capacity(start + plain.len() + TAG);
        sealed.extend_from_slice(header);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plain);
        let tag = self
            .0
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), place.aad(), &mut sealed[start..])
            .map_err(|_| StoreError::Sealed(place.table))?;
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// Opens what stands behind the header: nonce, ciphertext and tag.
    pub(crate) fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let refused = || StoreError::Sealed(place.table);
        let (nonce, body) = sealed.split_at_checked(NONCE_LEN).ok_or_else(refused)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| refused())?;
        let mut plain = Zeroizing::new(body.to_vec());
        let length = self.0.open_in_place(nonce, place.aad(), &mut plain).map_err(|_| refused())?.len();
        plain.truncate(length);
        Ok(plain)
    }
}

/// The key of one link: everything personal of the link is sealed under it.
pub(crate) struct LinkKey(Cipher);

const LINK_VERSION: u8 = 2;

impl LinkKey {
    pub(crate) fn new(bytes: &[u8]) -> Result<Self> {
        Cipher::new(bytes).map(Self)
    }

    pub(crate) fn seal(&self, env: &Env, place: Place<'_>, plain: &str) -> Result<Vec<u8>> {
        self.0.seal(env, &[LINK_VERSION], place, plain.as_bytes())
    }

    pub(crate) fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<String> {
        let Some((&LINK_VERSION, rest)) = sealed.split_first() else { return Err(StoreError::Sealed(place.table)) };
        let mut plain = self.0.open(place, rest)?;
        String::from_utf8(std::mem::take(&mut *plain)).map_err(|_| StoreError::Corrupt(place.table))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> LinkKey {
        LinkKey::new(&[byte; 32]).unwrap()
    }

    #[test]
    fn a_value_opens_only_at_its_place_and_under_its_key() {
        let (env, place) = (Env::system(), Place::new("t", "c", "1"));
        let sealed = key(1).seal(&env, place, "Ana").unwrap();
        assert_eq!(key(1).open(place, &sealed).unwrap(), "Ana");
        for other in [Place::new("u", "c", "1"), Place::new("t", "d", "1"), Place::new("t", "c", "2")] {
            assert!(matches!(key(1).open(other, &sealed), Err(StoreError::Sealed(_))));
        }
        assert!(matches!(key(2).open(place, &sealed), Err(StoreError::Sealed("t"))));
        assert_ne!(sealed, key(1).seal(&env, place, "Ana").unwrap(), "a fresh nonce each time");
    }

    #[test]
    fn every_altered_or_cut_byte_is_noticed() {
        let (env, place) = (Env::system(), Place::new("t", "c", "1"));
        let sealed = key(1).seal(&env, place, "Ana").unwrap();
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert!(key(1).open(place, &altered).is_err(), "byte {at}");
            assert!(key(1).open(place, &sealed[..at]).is_err(), "cut at {at}");
        }
        assert!(key(1).open(place, &[]).is_err());
    }

    #[test]
    fn an_empty_text_is_a_value() {
        let (env, place) = (Env::system(), Place::new("t", "c", "1"));
        let sealed = key(1).seal(&env, place, "").unwrap();
        assert_eq!(key(1).open(place, &sealed).unwrap(), "");
    }
}
