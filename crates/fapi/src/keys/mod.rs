//! Private keys: for signatures, and for decryption.

mod decryption;
mod pem;
mod signing;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RsaKeyPair};
use secrecy::SecretString;

use crate::jwks::{Jwk, KeyUse};

pub use decryption::{DecryptionKey, DecryptionKeys};
pub use signing::SigningKey;

/// Why a private key could not be made or read. It never says anything of the key itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The text is not one PEM block with a PKCS#8 key.
    #[error("not a PKCS#8 private key in PEM")]
    Pem,
    /// The key is not RSA of 2048 to 8192 bits.
    #[error("not an RSA key of 2048 to 8192 bits")]
    Rejected,
    /// The machine could not make a key.
    #[error("a key could not be generated")]
    Generate,
}

/// Makes an RSA-2048 key.
fn generate() -> Result<RsaKeyPair, KeyError> {
    RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Generate)
}

/// Reads a key; the size is checked by the library.
fn read(pem: &str) -> Result<RsaKeyPair, KeyError> {
    RsaKeyPair::from_pkcs8(&pem::read(pem)?).map_err(|_| KeyError::Rejected)
}

/// Writes a key.
fn write(pair: &RsaKeyPair) -> Result<SecretString, KeyError> {
    Ok(pem::write(der(pair)?.as_ref()))
}

/// Returns a key as PKCS#8 in DER; the library wipes it when dropped.
fn der(pair: &RsaKeyPair) -> Result<Pkcs8V1Der<'static>, KeyError> {
    pair.as_der().map_err(|_| KeyError::Rejected)
}

/// Returns the public half; the thumbprint is its id.
fn public(pair: &RsaKeyPair, key_use: KeyUse) -> Result<Jwk, KeyError> {
    let key = pair.public_key();
    let n = key.modulus().big_endian_without_leading_zero();
    let e = key.exponent().big_endian_without_leading_zero();
    Jwk::of_public(n, e, key_use).ok_or(KeyError::Rejected)
}
