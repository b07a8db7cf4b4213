//! Tasks of this repository: `cargo xtask <task>`.
//!
//! `test` is the test command: it finds, installs or starts what the suites need (PostgreSQL, Chromium with its
//! driver, the Python and Node clients, `schemathesis`), then runs every suite. Nothing is skipped under it: a suite that lacks its
//! tool fails.

mod bench;
mod browser;
mod clients;
mod look;
mod postgres;
mod shell;
mod suites;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Tasks of this repository")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Sets up what tests need and runs all of them.
    Test {
        /// Passed on to the test binaries, e.g. part of a test's name.
        filter: Vec<String>,
    },
    /// Measures on both databases (release build); figures go to docs/performance.md.
    Bench {
        /// `reads` (imports, pages, lists), `links` (the planner) or `webhooks`; all of them when none is named.
        parts: Vec<String>,
    },
    /// Measures the sandbox bank beside `oidc-provider` (release build); figures go to docs/performance.md.
    BenchProfile,
    /// Takes pictures of every screen, in every look and language: target/gallery/index.html.
    Gallery,
    /// Holds every screen against WCAG 2.2 AA by axe-core and writes docs/accessibility.md.
    Axe,
    /// Measures every screen on a slow phone (release build); the table goes to docs/performance.md.
    Speed,
}

fn main() -> Result<()> {
    match Arguments::parse().task {
        Task::Test { filter } => suites::run(&filter),
        Task::Bench { parts } => bench::run(&parts),
        Task::BenchProfile => bench::profile(),
        Task::Gallery => look::gallery(),
        Task::Axe => look::axe(),
        Task::Speed => look::speed(),
    }
}
