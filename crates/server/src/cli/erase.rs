use std::io::Write;

use vinculo_aggregator::erasure;
use vinculo_domain::{Document, Env};

use super::pick;
use crate::process;
use crate::settings::Settings;

/// A person's request to be forgotten.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// CPF of the person, or CNPJ of the company.
    #[arg(long, value_name = "CPF OR CNPJ")]
    document: Document,
    /// Only of this application; of all without it.
    #[arg(long, value_name = "NAME OR ID")]
    application: Option<String>,
    /// Say what would be erased, and erase nothing.
    #[arg(long)]
    dry_run: bool,
    /// Rewrite the tables afterwards, so that nothing stays in their files; on PostgreSQL they are locked meanwhile.
    #[arg(long, conflicts_with = "dry_run")]
    compact: bool,
}

pub(super) async fn run(
    arguments: &Arguments,
    settings: &Settings,
    env: Env,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let store = process::open_store(settings, &env).await?;
    let application = match &arguments.application {
        Some(name) => match pick::by_name_or_id(&store, name).await? {
            Some(application) => Some(application.id),
            None => anyhow::bail!("there is no application “{name}”"),
        },
        None => None,
    };
    let receipt = match arguments.dry_run {
        true => erasure::look(&store, &env, &arguments.document, application).await?,
        false => erasure::erase(&store, &env, &arguments.document, application, "operator").await?,
    };
    if arguments.compact {
        store.compact().await?;
    }
    store.close().await;
    writeln!(out, "{}", serde_json::to_string_pretty(&receipt)?)?;
    Ok(())
}
