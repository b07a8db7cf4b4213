//! The network that the journey goes over: the real one, a sandbox that runs, or one started for the occasion.

use std::io::Write;
use std::time::Duration;

use anyhow::Context as _;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use vinculo_domain::{Cpf, Env, Institution};

use super::approval::Approval;
use crate::process::{self, Kit};
use crate::settings::{Environment, Settings};

/// How long a sandbox that runs may take to show that it does.
const PATIENCE: Duration = Duration::from_secs(3);

pub(super) enum Ground {
    /// Real banks.
    Real,
    /// A sandbox network in another process.
    Running(Box<Kit>),
    /// A sandbox network of our own.
    Own { kit: Box<Kit>, stop: CancellationToken, running: JoinHandle<()> },
}

impl Ground {
    /// Finds the network; starts the sandbox where none runs.
    pub(super) async fn find(settings: &Settings, env: &Env, out: &mut impl Write) -> anyhow::Result<Self> {
        if settings.environment == Environment::Production {
            return Ok(Self::Real);
        }
        if let Ok(kit) = process::load_kit(settings)
            && answers(&kit).await
        {
            return Ok(Self::Running(Box::new(kit)));
        }
        writeln!(out, "The sandbox network does not run: starting one for this journey.")?;
        let sandbox = process::open_sandbox(settings, env).await?;
        let kit = Box::new(process::sandbox_kit(&sandbox, settings)?);
        let stop = CancellationToken::new();
        let until = stop.clone();
        let running = tokio::spawn(async move {
            if let Err(error) = sandbox.run(until).await {
                tracing::error!(%error, "the sandbox network failed");
            }
        });
        Ok(Self::Own { kit, stop, running })
    }

    pub(super) fn kit(&self) -> Option<&Kit> {
        match self {
            Self::Real => None,
            Self::Running(kit) | Self::Own { kit, .. } => Some(kit),
        }
    }

    /// Where banks send people back to.
    pub(super) fn redirect_uri(&self, settings: &Settings) -> String {
        self.kit().and_then(|kit| kit.redirect_uri.clone()).unwrap_or_else(|| settings.redirect_uri())
    }

    /// How the bank is brought to approve: a bank of the sandbox is told to, any other has to by itself.
    pub(super) fn approval(&self, institution: &Institution, cpf: &Cpf) -> Option<Approval> {
        let kit = self.kit()?;
        let ours = institution.discovery_url.starts_with(&format!("{}/", kit.people_url()));
        ours.then(|| Approval::new(kit.clone(), cpf))
    }

    /// Stops what was started.
    pub(super) async fn leave(self) {
        if let Self::Own { stop, running, .. } = self {
            stop.cancel();
            if running.await.context("sandbox").is_err() {
                tracing::error!("the sandbox network broke");
            }
        }
    }
}

async fn answers(kit: &Kit) -> bool {
    let Ok(client) = process::sandbox_client(kit, PATIENCE) else { return false };
    client.get(&kit.participants_url).send().await.is_ok_and(|answer| answer.status().is_success())
}
