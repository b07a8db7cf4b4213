//! Keys and certificate of the one client, known to both banks before the start.

use std::path::{Path, PathBuf};

use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use vinculo_fapi::jwks::JwkSet;
use vinculo_fapi::keys::{DecryptionKey, SigningKey};

pub(crate) const CLIENT_ID: &str = "bench";
pub(crate) const REDIRECT: &str = "https://receiver.example/callback";

/// What the banks are started with.
#[derive(Serialize, Deserialize)]
pub(crate) struct Kit {
    /// Where everything lies.
    pub(crate) folder: PathBuf,
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) signing_key_pem: String,
    pub(crate) client_jwks: serde_json::Value,
    pub(crate) transport_cert_pem: String,
    pub(crate) transport_key_pem: String,
    /// Whether our bank asks for TLS.
    #[serde(default)]
    pub(crate) tls: bool,
}

impl Kit {
    pub(crate) fn make(folder: &Path) -> Self {
        let (signing, encryption) = (SigningKey::generate().unwrap(), DecryptionKey::generate().unwrap());
        let jwks = JwkSet::new([signing.public_jwk(), encryption.public_jwk()]).to_json();
        let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
        let certificate =
            CertificateParams::new(vec!["receiver.example".to_owned()]).unwrap().self_signed(&key).unwrap();
        Self {
            folder: folder.to_owned(),
            client_id: CLIENT_ID.to_owned(),
            redirect_uri: REDIRECT.to_owned(),
            signing_key_pem: signing.to_pkcs8_pem().unwrap().expose_secret().to_owned(),
            client_jwks: serde_json::from_str(&jwks).unwrap(),
            transport_cert_pem: certificate.pem(),
            transport_key_pem: key.serialize_pem(),
            tls: false,
        }
    }

    /// Writes the kit for a bank and returns the file.
    pub(crate) fn write(&self, name: &str, tls: bool) -> PathBuf {
        let folder = self.folder.join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let mut kit = serde_json::to_value(self).unwrap();
        kit["folder"] = folder.to_str().unwrap().into();
        kit["tls"] = tls.into();
        let file = folder.join("kit.json");
        std::fs::write(&file, kit.to_string()).unwrap();
        file
    }

    pub(crate) fn read(file: &str) -> Self {
        serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
    }

    pub(crate) fn signing_key(&self) -> SigningKey {
        SigningKey::from_pkcs8_pem(&self.signing_key_pem).unwrap()
    }
}
