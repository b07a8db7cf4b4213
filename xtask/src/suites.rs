//! All suites, with all that they need.

use std::process::Command;

use anyhow::Result;

use crate::browser::Driver;
use crate::clients::Clients;
use crate::postgres::Commits;
use crate::{postgres, shell};

/// Sets everything up and runs every test of the workspace.
pub(crate) fn run(filter: &[String]) -> Result<()> {
    let clients = Clients::install()?;
    let driver = Driver::start()?;
    let (postgres, _cluster) = postgres::url(Commits::Hasty)?;

    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(shell::root()).args(["test", "--workspace", "--no-fail-fast"]);
    // Under this command a suite without its tool fails instead of skipping.
    cargo.env("VINCULO_TEST_REQUIRE_ALL", "1");
    cargo.env("VINCULO_TEST_POSTGRES_URL", &postgres);
    cargo.env("VINCULO_TEST_WEBDRIVER_URL", &driver.url);
    cargo.env("VINCULO_TEST_BROWSER", &driver.browser);
    cargo.env("VINCULO_TEST_PYTHON", &clients.python);
    cargo.env("VINCULO_TEST_SCHEMATHESIS", &clients.schemathesis);
    cargo.env("VINCULO_TEST_NODE_FOLDER", &clients.node);
    cargo.env("VINCULO_TEST_PEERS_FOLDER", &clients.peers);
    cargo.env("VINCULO_TEST_AXE_FOLDER", &clients.axe);
    cargo.env("INSTA_UPDATE", "no");
    if !filter.is_empty() {
        cargo.arg("--").args(filter);
    }
    shell::run(&mut cargo)
}
