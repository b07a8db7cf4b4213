//! The receiver's kit of the sandbox network, handed from the process that runs the network to those that do not.

use std::path::PathBuf;

use anyhow::Context as _;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;
use vinculo_connector::{DirectorySettings, Identity, KeyPem};
use vinculo_domain::Env;
use vinculo_fapi::jwks::JwkSet;
use vinculo_fapi::keys::{DecryptionKey, SigningKey};
use vinculo_sandbox::ReceiverKit;

use super::files;
use crate::settings::Settings;

/// Everything that the connector needs to know of the network.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Kit {
    pub(crate) software_id: String,
    pub(crate) transport_cert_pem: String,
    pub(crate) transport_key_pem: String,
    pub(crate) signing_key_pem: String,
    pub(crate) signing_kid: String,
    pub(crate) encryption_key_pem: String,
    pub(crate) encryption_kid: String,
    pub(crate) ca_pem: String,
    pub(crate) participants_url: String,
    pub(crate) directory_token_url: String,
    pub(crate) ssa_url: String,
    /// Where banks send people back to, as the directory has it; for commands that know nothing of the port.
    #[serde(default)]
    pub(crate) redirect_uri: Option<String>,
}

impl Kit {
    /// Takes what the network gave.
    pub(crate) fn of(kit: &ReceiverKit, redirect_uri: String) -> Self {
        let secret = |secret: &SecretString| secret.expose_secret().to_owned();
        Self {
            software_id: kit.software_id.clone(),
            transport_cert_pem: kit.transport_cert_pem.clone(),
            transport_key_pem: secret(&kit.transport_key_pem),
            signing_key_pem: secret(&kit.signing_key_pem),
            signing_kid: kit.signing_kid.clone(),
            encryption_key_pem: secret(&kit.encryption_key_pem),
            encryption_kid: kit.encryption_kid.clone(),
            ca_pem: kit.ca_pem.clone(),
            participants_url: kit.participants_url.clone(),
            directory_token_url: kit.directory_token_url.clone(),
            ssa_url: kit.ssa_url.clone(),
            redirect_uri: Some(redirect_uri),
        }
    }

    /// Returns where the network's directory is.
    pub(crate) fn directory(&self) -> anyhow::Result<DirectorySettings> {
        let url = |text: &str| Url::parse(text).with_context(|| format!("{text} is no address"));
        Ok(DirectorySettings {
            participants_url: url(&self.participants_url)?,
            token_url: url(&self.directory_token_url)?,
            software_statement_url: url(&self.ssa_url)?,
        })
    }

    /// Returns who we are on the network.
    pub(crate) fn identity(&self) -> Identity {
        let key = |pem: &str, kid: &str| KeyPem { pem: SecretString::from(pem), kid: kid.to_owned() };
        Identity {
            software_id: self.software_id.clone(),
            transport_certificate_pem: self.transport_cert_pem.clone(),
            transport_key_pem: SecretString::from(self.transport_key_pem.clone()),
            signing_key: key(&self.signing_key_pem, &self.signing_kid),
            encryption_keys: vec![key(&self.encryption_key_pem, &self.encryption_kid)],
            authorities_pem: self.ca_pem.clone(),
        }
    }

    /// Returns the public halves of our keys.
    pub(crate) fn public_keys(&self) -> anyhow::Result<JwkSet> {
        let signing = SigningKey::from_pkcs8_pem(&self.signing_key_pem)?.with_kid(self.signing_kid.as_str());
        let encryption =
            DecryptionKey::from_pkcs8_pem(&self.encryption_key_pem)?.with_kid(self.encryption_kid.as_str());
        Ok(JwkSet::new([signing.public_jwk(), encryption.public_jwk()]))
    }

    /// Returns the address of the network's people-facing listener.
    pub(crate) fn people_url(&self) -> &str {
        self.participants_url.strip_suffix("/directory/participants").unwrap_or(&self.participants_url)
    }

    /// Leaves the kit for other processes with the same data folder.
    pub(crate) fn save(&self, settings: &Settings, env: &Env) -> anyhow::Result<()> {
        let path = path(settings);
        let text = serde_json::to_string(self)?;
        files::replace(&path, &text, env).with_context(|| format!("cannot write {}", path.display()))
    }
}

fn path(settings: &Settings) -> PathBuf {
    settings.data_dir.join("sandbox-receiver.json")
}

/// Reads the kit that the process with the network left.
pub(crate) fn load(settings: &Settings) -> anyhow::Result<Kit> {
    let path = path(settings);
    let text = std::fs::read_to_string(&path).with_context(|| {
        format!(
            "cannot read {}: start the sandbox network first (`vinculo serve` or `vinculo serve --only sandbox`), with the same data folder",
            path.display()
        )
    })?;
    serde_json::from_str(&text).with_context(|| format!("{} is not a receiver's kit", path.display()))
}
