//! The receiver's kit of the sandbox network, handed from the process that runs the network to those that do not.

use std::path::PathBuf;

use anyhow::Context as _;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use vinculo_domain::Env;
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
}

impl Kit {
    /// Takes what the network gave.
    pub(super) fn of(kit: &ReceiverKit) -> Self {
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
        }
    }

    /// Leaves the kit for other processes with the same data folder.
    pub(super) fn save(&self, settings: &Settings, env: &Env) -> anyhow::Result<()> {
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
