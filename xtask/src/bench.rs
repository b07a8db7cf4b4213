//! Benchmarks, in a release build.

use std::process::Command;

use anyhow::Result;

use crate::postgres::Commits;
use crate::{clients, postgres, shell};

/// Measures on SQLite and on a fresh PostgreSQL, and prints the figures: of `parts`, or of everything.
pub(crate) fn run(parts: &[String]) -> Result<()> {
    let (postgres, _cluster) = postgres::url(Commits::Durable)?;
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .current_dir(shell::root())
        .args(["bench", "--package", "vinculo-server", "--bench", "data", "--"])
        .args(parts);
    cargo.env("VINCULO_TEST_POSTGRES_URL", &postgres);
    shell::run(&mut cargo)
}

/// Measures client_credentials and pushed requests at our bank and at `oidc-provider`, and prints the figures.
pub(crate) fn profile() -> Result<()> {
    let peers = clients::peers()?;
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(shell::root()).args(["bench", "--package", "vinculo-sandbox", "--bench", "profile"]);
    cargo.env("VINCULO_TEST_PEERS_FOLDER", peers);
    shell::run(&mut cargo)
}
