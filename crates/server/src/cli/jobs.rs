use std::io::Write;

use clap::Subcommand;
use vinculo_domain::{Env, JobId};
use vinculo_store::{Store, StoreError};

use crate::process;
use crate::settings::Settings;

/// Most dead jobs that are shown.
const SHOWN: u32 = 1_000;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Count the jobs, and list those that were given up, with the reason.
    List,
    /// Try jobs again that were given up.
    Retry {
        /// Ids of the jobs.
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        ids: Vec<JobId>,
        /// All of them.
        #[arg(long)]
        all: bool,
    },
}

pub(super) async fn run(command: Command, settings: &Settings, env: Env, out: &mut impl Write) -> anyhow::Result<()> {
    let store = process::open_store(settings, &env).await?;
    match command {
        Command::List => list(&store, &env, out).await?,
        Command::Retry { ids, all } => retry(&store, &env, ids, all, out).await?,
    }
    store.close().await;
    Ok(())
}

async fn list(store: &Store, env: &Env, out: &mut impl Write) -> anyhow::Result<()> {
    let counts = store.job_counts(env.now()).await?;
    writeln!(out, "{} pending, {} of them due; {} given up", counts.pending, counts.due, counts.dead)?;
    for job in store.dead_jobs(SHOWN).await? {
        let why = job.last_error.unwrap_or_default();
        writeln!(out, "{}  {}  {} attempts  since {:.0}  {why}", job.id, job.kind, job.attempts, job.created_at)?;
    }
    Ok(())
}

async fn retry(store: &Store, env: &Env, ids: Vec<JobId>, all: bool, out: &mut impl Write) -> anyhow::Result<()> {
    let ids = if all { store.dead_jobs(SHOWN).await?.into_iter().map(|job| job.id).collect() } else { ids };
    for id in ids {
        let mut tx = store.begin().await?;
        let said = match tx.retry_dead(id, env.now()).await {
            Ok(true) => "will be tried again",
            Ok(false) => "is not among those given up",
            Err(StoreError::Conflict) => "the same work is already under way",
            Err(error) => return Err(error.into()),
        };
        tx.commit().await?;
        writeln!(out, "{id}  {said}")?;
    }
    Ok(())
}
