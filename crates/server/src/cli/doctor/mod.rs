//! `vinculo doctor`: checks one thing after another, says what to do, and ends with a status that scripts can use.

mod identity;
mod keys;
mod network;
mod report;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use vinculo_domain::Env;
use vinculo_store::Store;

use self::report::{Found, Report};
use crate::process;
use crate::settings::{Environment, Settings};

pub(super) async fn run(settings: &Settings, env: Env, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let mut report = Report::new(out);
    report.say("settings", Ok(said_of(settings)))?;
    report.say("data folder", folder(settings, &env))?;
    report.say("database", database(settings, &env).await)?;
    match settings.environment {
        Environment::Sandbox => {
            let kit = process::load_kit(settings).map(|kit| (kit, Found::Well("found".to_owned())));
            if let Some(kit) = report.take("receiver's kit", kit)? {
                identity::of_kit(&kit, env.now(), &mut report)?;
            }
        }
        Environment::Production => identity::of_files(settings, env.now(), &mut report)?,
    }
    for institution in &settings.institutions {
        identity::of_institution(institution, settings, env.now(), &mut report)?;
    }
    network::check(settings, &env, &mut report).await?;
    report.end()
}

fn said_of(settings: &Settings) -> Found {
    let mut doubts = Vec::new();
    let production = settings.environment == Environment::Production;
    if production && !settings.public_url.starts_with("https://") {
        doubts.push(format!("`public_url` is {}: banks send people back to https addresses only", settings.public_url));
    }
    if !production && settings.receiver != crate::settings::ReceiverSettings::default() {
        doubts.push(
            "certificate and key files are not used in the sandbox environment, whose network hands out its own"
                .to_owned(),
        );
    }
    Found::of(doubts, format!("{}, public address {}", settings.environment.as_str(), settings.public_url))
}

fn folder(settings: &Settings, env: &Env) -> anyhow::Result<Found> {
    let folder = &settings.data_dir;
    let master = process::existing_master_keys(settings)?;
    if !folder.exists() {
        return Ok(Found::Doubt(format!("{} is not there yet: the first start makes it", folder.display())));
    }
    let path = folder.join(format!(".doctor-{}", env.hex32()));
    std::fs::write(&path, b"").with_context(|| format!("{} cannot be written to", folder.display()))?;
    std::fs::remove_file(&path)?;
    let secrets = ["master.key", "sandbox-receiver.json", "demo-credentials.json"];
    let mut doubts: Vec<String> = secrets.iter().filter_map(|name| open_to_others(&folder.join(name))).collect();
    if master.is_none() {
        doubts.push("there is no master key yet: the first start makes it".to_owned());
    }
    Ok(Found::of(doubts, format!("{}, writable, master key readable", folder.display())))
}

/// Says so when a file with secrets can be read by others than its owner.
fn open_to_others(path: &Path) -> Option<String> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(path).ok()?.permissions().mode();
        (mode & 0o077 != 0).then(|| format!("others can read {0}: `chmod 600 {0}`", path.display()))
    }
    #[cfg(not(unix))]
    None
}

/// Looks at the database and leaves it as it is.
async fn database(settings: &Settings, env: &Env) -> anyhow::Result<Found> {
    let Some(store) = process::look_at_store(settings, env).await? else {
        let text = "there is none yet: `vinculo migrate` or the first start makes it";
        return Ok(Found::Doubt(text.to_owned()));
    };
    let found = state(&store, env).await;
    store.close().await;
    found
}

async fn state(store: &Store, env: &Env) -> anyhow::Result<Found> {
    let pending = store.pending_migrations().await?;
    if !pending.is_empty() {
        return Ok(Found::Doubt(format!(
            "{}, {} migrations are to be applied ({}): make a backup, then `vinculo migrate` or the next start applies them",
            store.backend(),
            pending.len(),
            pending.join(", ")
        )));
    }
    let dead = store.job_counts(env.now()).await?.dead;
    let doubts = if dead > 0 { vec![format!("{dead} jobs given up, see `vinculo jobs list`")] } else { Vec::new() };
    Ok(Found::of(doubts, format!("{}, migrated", store.backend())))
}
