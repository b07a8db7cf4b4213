use std::io::Write;

use clap::Subcommand;
use secrecy::ExposeSecret as _;
use vinculo_domain::{Env, KeyId};
use vinculo_store::{Application, Store};

use super::pick;
use crate::process;
use crate::settings::Settings;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a pair of keys, and the application if there is none of that name. The password is shown once.
    Create {
        /// Name or id of the application.
        #[arg(long, value_name = "NAME OR ID", default_value = "Demo")]
        application: String,
        /// What to remember the pair by.
        #[arg(long)]
        label: Option<String>,
    },
    /// List keys, without their passwords.
    List,
    /// Revoke a pair; it opens nothing from then on.
    Revoke {
        /// Secret id.
        id: KeyId,
    },
}

pub(super) async fn run(command: Command, settings: &Settings, env: Env, out: &mut impl Write) -> anyhow::Result<()> {
    let store = process::open_store(settings, &env).await?;
    match command {
        Command::Create { application, label } => create(&store, &env, &application, label.as_deref(), out).await?,
        Command::List => list(&store, out).await?,
        Command::Revoke { id } => revoke(&store, id, out).await?,
    }
    store.close().await;
    Ok(())
}

async fn create(store: &Store, env: &Env, name: &str, label: Option<&str>, out: &mut impl Write) -> anyhow::Result<()> {
    let known = pick::by_name_or_id(store, name).await?;
    let mut tx = store.begin().await?;
    let application = match known {
        Some(application) => application,
        None => {
            let fresh = Application {
                id: vinculo_domain::ApplicationId::new(env),
                name: name.to_owned(),
                settings: "{}".to_owned(),
                created_at: env.now(),
            };
            tx.insert_application(&fresh).await?;
            fresh
        }
    };
    let key = tx.create_key(application.id, label).await?;
    tx.commit().await?;
    writeln!(out, "application:     {} ({})", application.name, application.id)?;
    writeln!(out, "secret id:       {}", key.id)?;
    writeln!(out, "secret password: {}", key.password.expose_secret())?;
    writeln!(out, "The password is not kept and cannot be shown again.")?;
    Ok(())
}

async fn list(store: &Store, out: &mut impl Write) -> anyhow::Result<()> {
    for application in store.applications().await? {
        writeln!(out, "{} ({})", application.name, application.id)?;
        for key in store.keys(application.id).await? {
            let label = key.label.map(|label| format!("  “{label}”")).unwrap_or_default();
            let revoked = key.revoked_at.map(|at| format!("  revoked {at:.0}")).unwrap_or_default();
            writeln!(out, "  {}  made {:.0}{label}{revoked}", key.id, key.created_at)?;
        }
    }
    Ok(())
}

async fn revoke(store: &Store, id: KeyId, out: &mut impl Write) -> anyhow::Result<()> {
    let mut tx = store.begin().await?;
    anyhow::ensure!(tx.revoke_key(id).await?, "there is no such key, or it has been revoked");
    tx.commit().await?;
    writeln!(out, "Revoked.")?;
    Ok(())
}
