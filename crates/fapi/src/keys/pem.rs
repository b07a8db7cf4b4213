//! PKCS#8 private keys as PEM text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject;
use secrecy::SecretString;

use super::KeyError;

/// The longest text read, in bytes: an 8192-bit key needs less than 7 KiB.
const MAX_LEN: usize = 16 * 1024;

/// Reads the first private key of a text.
pub(super) fn read(text: &str) -> Result<Vec<u8>, KeyError> {
    if text.len() > MAX_LEN {
        return Err(KeyError::Pem);
    }
    let key = PrivatePkcs8KeyDer::from_pem_slice(text.as_bytes()).map_err(|_| KeyError::Pem)?;
    Ok(key.secret_pkcs8_der().to_vec())
}

/// Writes a private key, 64 characters to the line.
pub(super) fn write(der: &[u8]) -> SecretString {
    let mut text = String::from("-----BEGIN PRIVATE KEY-----\n");
    for line in der.chunks(48) {
        STANDARD.encode_string(line, &mut text);
        text.push('\n');
    }
    text.push_str("-----END PRIVATE KEY-----\n");
    SecretString::from(text)
}
