use std::io::Write;

use vinculo_domain::Env;

use crate::process;
use crate::settings::Settings;

pub(super) async fn run(settings: &Settings, env: Env, out: &mut impl Write) -> anyhow::Result<()> {
    let store = process::open_store(settings, &env).await?;
    writeln!(out, "The {} database is up to date.", store.backend())?;
    store.close().await;
    Ok(())
}
