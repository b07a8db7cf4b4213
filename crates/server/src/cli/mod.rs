//! The command line.

mod config;
mod doctor;
mod erase;
mod funnel;
mod jobs;
mod jwks;
mod keys;
mod links;
mod migrate;
mod pick;
mod probe;
mod registration;
mod sandbox;
mod webhooks;

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use vinculo_domain::InstitutionCode;

use crate::process::{self, Roles};
use crate::settings::Settings;

/// Open finance for Brazil: API, widget, worker and a sandbox bank network in one process.
#[derive(Debug, Parser)]
#[command(name = "vinculo", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve everything (the default), or only some parts.
    Serve {
        /// Part to serve; may be given several times.
        #[arg(long, value_enum)]
        only: Vec<process::Role>,
    },
    /// Run jobs only; the same as `serve --only worker`.
    Worker,
    /// Apply the migrations that are missing.
    Migrate,
    /// Check settings, database, directory and certificates, and say what to do.
    Doctor,
    /// Go through a whole journey at an institution without a person, and print each step.
    Probe(probe::Arguments),
    /// Print our public keys, as the directory's keystore or a bank needs them.
    Jwks {
        /// Code of an institution of the settings: its own keys, and ours where it has none.
        institution: Option<InstitutionCode>,
    },
    /// Our registration as a client of an institution.
    #[command(subcommand)]
    Registration(registration::Command),
    /// The sandbox network.
    #[command(subcommand)]
    Sandbox(sandbox::Command),
    /// Print the API's document (OpenAPI 3.1).
    Openapi,
    /// Settings.
    #[command(subcommand)]
    Config(config::Command),
    /// API keys.
    #[command(subcommand)]
    Keys(keys::Command),
    /// Links.
    #[command(subcommand)]
    Links(links::Command),
    /// Where events go.
    #[command(subcommand)]
    Webhooks(webhooks::Command),
    /// Erase everything about a person, in all applications, and print a receipt.
    Erase(erase::Arguments),
    /// Background work that has failed for good.
    #[command(subcommand)]
    Jobs(jobs::Command),
    /// How far sessions of the widget come, step by step and per institution, with the network's conversion figure.
    Funnel(funnel::Arguments),
}

/// Runs the program: reads the command line and the settings, does what they say, reports how it went.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = Settings::load().map_err(anyhow::Error::from).and_then(|settings| start(cli, settings));
    match result {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "vinculo: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn start(cli: Cli, settings: Settings) -> anyhow::Result<ExitCode> {
    process::init_logs(&settings)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let code = runtime.block_on(run(cli.command.unwrap_or(Command::Serve { only: Vec::new() }), settings));
    // Blocking threads that are still busy must not hold up the end.
    runtime.shutdown_background();
    code
}

async fn run(command: Command, settings: Settings) -> anyhow::Result<ExitCode> {
    let out = &mut std::io::stdout();
    let env = process::environment(&settings);
    match command {
        Command::Serve { only } => process::serve(settings, env, Roles::of(&only)).await?,
        Command::Worker => process::serve(settings, env, Roles::of(&[process::Role::Worker])).await?,
        Command::Migrate => migrate::run(&settings, env, out).await?,
        Command::Doctor => return doctor::run(&settings, env, out).await,
        Command::Probe(arguments) => return probe::run(&arguments, &settings, env, out).await,
        Command::Jwks { institution } => jwks::run(institution.as_ref(), &settings, out)?,
        Command::Registration(command) => registration::run(&command, &settings, env, out).await?,
        Command::Sandbox(command) => sandbox::run(&command, &settings, env, out).await?,
        Command::Config(command) => config::run(&command, &settings, out)?,
        Command::Keys(command) => keys::run(command, &settings, env, out).await?,
        Command::Links(command) => links::run(command, &settings, env, out).await?,
        Command::Webhooks(command) => webhooks::run(command, &settings, env, out).await?,
        Command::Erase(arguments) => erase::run(&arguments, &settings, env, out).await?,
        Command::Jobs(command) => jobs::run(command, &settings, env, out).await?,
        Command::Openapi => openapi(&settings, out)?,
        Command::Funnel(arguments) => funnel::run(&arguments, &settings, env, out).await?,
    }
    Ok(ExitCode::SUCCESS)
}

fn openapi(settings: &Settings, out: &mut impl Write) -> anyhow::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &crate::openapi::document(&settings.public_url))?;
    Ok(writeln!(out)?)
}
