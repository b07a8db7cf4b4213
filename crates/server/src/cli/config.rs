use std::io::Write;

use clap::Subcommand;

use crate::settings::{Settings, print};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Print the settings that are in force, secrets hidden.
    Print,
}

pub(super) fn run(command: &Command, settings: &Settings, out: &mut impl Write) -> anyhow::Result<()> {
    match command {
        Command::Print => write!(out, "{}", print(settings))?,
    }
    Ok(())
}
