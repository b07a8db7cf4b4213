//! Structured logs on standard error: for people, or one JSON object per line.

use std::io::IsTerminal as _;

use anyhow::Context as _;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::settings::{LogFormat, Settings};

/// Starts logging. Statements of the database driver stay out whatever the filter says: they may hold values.
pub(crate) fn init(settings: &Settings) -> anyhow::Result<()> {
    let filter = EnvFilter::builder().parse(&settings.log).context("setting `log` is not a filter")?;
    let filter = filter.add_directive("sqlx=warn".parse()?).add_directive("hyper=warn".parse()?);
    let colours = std::io::stderr().is_terminal();
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr);
    match settings.log_format {
        LogFormat::Pretty => builder.with_target(false).compact().finish().try_init()?,
        LogFormat::Json => builder.json().flatten_event(true).finish().try_init()?,
    }
    Ok(())
}
