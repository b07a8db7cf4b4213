use anyhow::Context as _;
use secrecy::ExposeSecret as _;
use vinculo_domain::Env;
use vinculo_store::{MasterKeys, Store};

use super::{files, keys};
use crate::settings::Settings;

/// Makes the data folder if need be and returns the keys under which everything is sealed.
pub(crate) fn master_keys(settings: &Settings, env: &Env) -> anyhow::Result<MasterKeys> {
    files::make_folder(&settings.data_dir)
        .with_context(|| format!("cannot make the data folder {}", settings.data_dir.display()))?;
    keys::master(settings, env)
}

/// Returns the keys under which everything is sealed; `None` where they have not been made yet.
pub(crate) fn existing_master_keys(settings: &Settings) -> anyhow::Result<Option<MasterKeys>> {
    keys::existing(settings)
}

/// Opens the database as it is: nothing is made, nothing is migrated. `None` where there is none yet.
pub(crate) async fn look(settings: &Settings, env: &Env) -> anyhow::Result<Option<Store>> {
    let address = settings.database_url.expose_secret();
    if !vinculo_store::is_there(address) {
        return Ok(None);
    }
    let master = keys::existing(settings)?;
    let master = master.context("there is a database, and not the master key that it was made with")?;
    let store = Store::connect(address, master, env.clone(), 2).await.context("cannot open the database")?;
    Ok(Some(store))
}

/// Opens the database and applies the migrations that are missing.
pub(crate) async fn open(settings: &Settings, env: &Env) -> anyhow::Result<Store> {
    let master = master_keys(settings, env)?;
    let address = settings.database_url.expose_secret();
    let store = Store::connect(address, master, env.clone(), settings.database_connections)
        .await
        .context("cannot open the database")?;
    store.migrate().await.context("cannot migrate the database")?;
    Ok(store)
}
