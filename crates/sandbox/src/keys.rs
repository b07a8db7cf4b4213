//! The signing keys of the directory and of the brands.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use secrecy::ExposeSecret as _;
use vinculo_fapi::keys::{KeyError, SigningKey};
use vinculo_fapi::random;

use crate::SandboxError;
use crate::chance::Deriver;
use crate::pki::Folder;

/// The network's keys. Those of a brand are made when they are first needed.
pub(crate) struct Keys {
    folder: Folder,
    made: Mutex<HashMap<String, SigningKey>>,
    deriver: Deriver,
}

impl Keys {
    /// Opens the keys in `folder`.
    pub(crate) fn open(folder: Folder) -> Result<Self, SandboxError> {
        let secret = folder.once("deriver.key", || Ok(random::token()))?;
        Ok(Self { folder, made: Mutex::default(), deriver: Deriver::new(&secret) })
    }

    /// The deriver of codes and subject ids.
    pub(crate) fn deriver(&self) -> &Deriver {
        &self.deriver
    }

    /// The signing key of `owner`: a brand's slug, or `directory`.
    pub(crate) fn signing(&self, owner: &str) -> Result<SigningKey, SandboxError> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = made.get(owner) {
            return Ok(key.clone());
        }
        let pem = self.folder.once(&format!("{owner}.signing.pem"), || {
            let key = SigningKey::generate().map_err(broken)?;
            Ok(key.to_pkcs8_pem().map_err(broken)?.expose_secret().to_owned())
        })?;
        let key = SigningKey::from_pkcs8_pem(&pem).map_err(broken)?;
        made.insert(owner.to_owned(), key.clone());
        Ok(key)
    }
}

fn broken(error: KeyError) -> SandboxError {
    SandboxError::Keys(error.to_string())
}
