use std::io::Write;

use clap::Subcommand;
use vinculo_aggregator::{Error, refresh};
use vinculo_domain::{Env, LinkId, RefreshRate};

use crate::process;
use crate::settings::Settings;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Set how often a recurrent link is refreshed.
    Rate {
        /// Id of the link.
        id: LinkId,
        /// `6h`, `12h`, `24h`, `7d` or `30d`.
        rate: RefreshRate,
    },
}

pub(super) async fn run(command: Command, settings: &Settings, env: Env, out: &mut impl Write) -> anyhow::Result<()> {
    let store = process::open_store(settings, &env).await?;
    let Command::Rate { id, rate } = command;
    let mut tx = store.begin().await?;
    match refresh::set_rate(&env, &mut tx, id, rate).await {
        Err(Error::NotFound) => anyhow::bail!("there is no such recurrent link"),
        done => done?,
    }
    tx.commit().await?;
    store.close().await;
    writeln!(out, "Refreshed every {} from now on.", rate.as_str())?;
    Ok(())
}
