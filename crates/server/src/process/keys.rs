//! The master key of an installation that was given none: made once, kept in the data folder.

use anyhow::Context as _;
use secrecy::{ExposeSecret as _, SecretString};
use vinculo_domain::Env;
use vinculo_store::MasterKeys;

use super::files;
use crate::settings::Settings;

/// The key's file in the data folder.
const FILE: &str = "master.key";

/// Returns the ring of the settings, or the key of `<data_dir>/master.key`, made at the first start.
pub(super) fn master(settings: &Settings, env: &Env) -> anyhow::Result<MasterKeys> {
    if let Some(keys) = existing(settings)? {
        return Ok(keys);
    }
    let path = settings.data_dir.join(FILE);
    let fresh = MasterKeys::generate(env);
    let made = files::create(&path, &format!("{}\n", fresh.expose_secret()), env);
    made.with_context(|| format!("cannot write {}", path.display()))?;
    // Another process may have been faster.
    existing(settings)?.with_context(|| format!("cannot read {}", path.display()))
}

/// Returns the ring of the settings, or the key of the file; `None` where there is neither yet.
pub(super) fn existing(settings: &Settings) -> anyhow::Result<Option<MasterKeys>> {
    if let Some(keys) = &settings.master_key {
        return Ok(Some(keys.clone()));
    }
    let path = settings.data_dir.join(FILE);
    if !path.exists() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let keys = MasterKeys::parse(&SecretString::from(text.trim().to_owned()));
    Ok(Some(keys.with_context(|| format!("{} holds no usable key", path.display()))?))
}
