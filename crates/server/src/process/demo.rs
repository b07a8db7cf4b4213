//! The application that a sandbox installation has from its first start.

use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vinculo_domain::{ApplicationId, Env};
use vinculo_store::{Application, NewApiKey, Store, StoreError};

use super::files;
use crate::settings::Settings;

/// Fixed, so that processes that start together make one application between them.
const DEMO: Uuid = Uuid::from_u128(0x0199_0000_0000_7000_8000_7669_6e63_756c);

#[derive(Serialize, Deserialize)]
struct File {
    secret_id: String,
    secret_password: String,
    base_url: String,
}

/// Makes sure that the application, its keys and the file are there and fit together. Keys that are new are printed,
/// once.
pub(super) async fn ensure(store: &Store, settings: &Settings, env: &Env) -> anyhow::Result<()> {
    let path = settings.data_dir.join("demo-credentials.json");
    if let Some(file) = read(&path)
        && store.authenticate(&file.secret_id, &file.secret_password).await?.is_some()
    {
        if file.base_url != settings.public_url {
            write(&path, &file.secret_id, &file.secret_password, settings, env)?;
        }
        return Ok(());
    }
    let key = make(store, env).await?;
    let (id, password) = (key.id.to_string(), key.password.expose_secret());
    write(&path, &id, password, settings, env)?;
    let mut out = std::io::stdout();
    writeln!(out, "Application “Demo” is ready. Its keys (shown once, also in {}):", path.display())?;
    writeln!(out, "  secret id:       {id}\n  secret password: {password}")?;
    Ok(())
}

fn read(path: &Path) -> Option<File> {
    serde_json::from_str(&std::fs::read_to_string(path).ok()?).ok()
}

fn write(path: &Path, id: &str, password: &str, settings: &Settings, env: &Env) -> anyhow::Result<()> {
    let file =
        File { secret_id: id.to_owned(), secret_password: password.to_owned(), base_url: settings.public_url.clone() };
    let text = serde_json::to_string_pretty(&file)? + "\n";
    files::replace(path, &text, env).with_context(|| format!("cannot write {}", path.display()))
}

async fn make(store: &Store, env: &Env) -> anyhow::Result<NewApiKey> {
    let id = ApplicationId::from(DEMO);
    if store.application(id).await?.is_none() {
        let application = Application { id, name: "Demo".to_owned(), settings: "{}".to_owned(), created_at: env.now() };
        let mut tx = store.begin().await?;
        match tx.insert_application(&application).await {
            Ok(()) => tx.commit().await?,
            // Another process was faster.
            Err(StoreError::Conflict) => tx.rollback().await?,
            Err(error) => return Err(error.into()),
        }
    }
    let mut tx = store.begin().await?;
    let key = tx.create_key(id, Some("demo-credentials.json")).await?;
    tx.commit().await?;
    Ok(key)
}
