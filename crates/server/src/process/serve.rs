//! Serving: everything is opened first, then all parts run until one fails or the process is asked to stop.

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use vinculo_aggregator::Aggregator;
use vinculo_domain::Env;
use vinculo_sandbox::Sandbox;

use super::kit::Kit;
use super::{Roles, demo, network, stop, web};
use crate::settings::{Environment, Settings};
use crate::state::AppState;
use crate::token::TokenKeys;

/// The listeners that are bound before anything runs.
struct Opened {
    settings: Settings,
    web: Option<TcpListener>,
    sandbox: Option<Sandbox>,
    kit: Option<Kit>,
}

/// Serves until a signal or a failure.
pub(crate) async fn serve(settings: Settings, env: Env, roles: Roles) -> anyhow::Result<()> {
    let master = super::master_keys(&settings, &env)?;
    let opened = open(settings, &env, roles).await?;
    let store = super::open_store(&opened.settings, &env).await?;
    let stopping = CancellationToken::new();
    stop::on_signal(stopping.clone());
    let result = if roles.web || roles.worker {
        // In a process that serves people, its own address counts, whatever the network was told.
        let kit = opened.kit.clone().map_or_else(|| load_for(&opened.settings), |kit| Ok(Some(kit)))?;
        let connector = network::connector(&opened.settings, &env, &store, kit)?;
        let aggregator = Aggregator::new(store.clone(), connector, env.clone(), network::aggregator(&opened.settings))?;
        let state = AppState::new(crate::state::Parts {
            sandbox_address: opened.sandbox.as_ref().map(Sandbox::people_addr),
            settings: opened.settings.clone(),
            env: env.clone(),
            tokens: TokenKeys::derive(&master),
            aggregator,
            store: store.clone(),
        });
        if roles.web && opened.settings.environment == Environment::Sandbox {
            demo::ensure(&store, &opened.settings, &env).await?;
        }
        run(opened, Some((state, roles)), stopping).await
    } else {
        run(opened, None, stopping).await
    };
    store.close().await;
    result
}

/// The kit that another process left, with our own address in it.
fn load_for(settings: &Settings) -> anyhow::Result<Option<Kit>> {
    if settings.environment == Environment::Production {
        return Ok(None);
    }
    Ok(Some(Kit { redirect_uri: None, ..super::kit::load(settings)? }))
}

async fn open(mut settings: Settings, env: &Env, roles: Roles) -> anyhow::Result<Opened> {
    let address = settings.listen;
    let web = match roles.web {
        true => Some(TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?),
        false => None,
    };
    if let Some(listener) = &web {
        settings.bound(listener.local_addr()?);
    }
    anyhow::ensure!(
        settings.environment == Environment::Sandbox || roles.web || roles.worker,
        "there is no sandbox network in production"
    );
    let here = roles.sandbox && settings.environment == Environment::Sandbox;
    let sandbox = if here { Some(network::open_sandbox(&settings, env).await?) } else { None };
    let kit = sandbox.as_ref().map(|sandbox| network::kit(sandbox, &settings)).transpose()?;
    if let Some(kit) = &kit {
        kit.save(&settings, env)?;
    }
    Ok(Opened { settings, web, sandbox, kit })
}

/// Runs the parts. Web and worker stop first: what they have begun may still need the network of banks.
async fn run(opened: Opened, work: Option<(AppState, Roles)>, stopping: CancellationToken) -> anyhow::Result<()> {
    let Opened { settings, web, sandbox, .. } = opened;
    let bank_stop = CancellationToken::new();
    let mut bank = JoinSet::new();
    if let Some(sandbox) = sandbox {
        tracing::info!(people = sandbox.people_url(), machines = sandbox.mtls_url(), "the sandbox network listens");
        let stop = bank_stop.clone();
        bank.spawn(async move { sandbox.run(stop).await.context("the sandbox network failed") });
    }
    let mut parts = JoinSet::new();
    if let Some((state, roles)) = work {
        if roles.web && !cfg!(debug_assertions) {
            // So that the first visitor does not wait for it. A debug build would take seconds.
            tokio::task::spawn_blocking(crate::widget::assets::pack);
        }
        if roles.worker {
            let (aggregator, stop) = (state.aggregator().clone(), stopping.clone());
            parts.spawn(async move {
                vinculo_aggregator::worker::run(aggregator, stop).await;
                Ok(())
            });
        }
        if let Some(listener) = web {
            announce(&settings);
            let (router, stop) = (crate::router(state), stopping.clone());
            parts.spawn(async move {
                web::serve(listener, router, stop, web::HEADERS_WITHIN).await;
                Ok(())
            });
        }
    }
    let result = first_end(&mut parts, &mut bank, &stopping).await;
    stopping.cancel();
    let deadline = tokio::time::sleep(settings.shutdown);
    let ended = async {
        while parts.join_next().await.is_some() {}
        bank_stop.cancel();
        while bank.join_next().await.is_some() {}
    };
    tokio::select! {
        () = ended => tracing::info!("stopped"),
        () = deadline => tracing::warn!("stopped without waiting any longer"),
    }
    result
}

/// Waits for the stop signal, or for a part that ends by itself, which is a failure.
async fn first_end(
    parts: &mut JoinSet<anyhow::Result<()>>,
    bank: &mut JoinSet<anyhow::Result<()>>,
    stopping: &CancellationToken,
) -> anyhow::Result<()> {
    let ended = tokio::select! {
        biased;
        () = stopping.cancelled() => return Ok(()),
        Some(ended) = parts.join_next() => ended,
        Some(ended) = bank.join_next() => ended,
    };
    ended.context("a part of the process broke")??;
    if stopping.is_cancelled() { Ok(()) } else { anyhow::bail!("a part of the process ended by itself") }
}

fn announce(settings: &Settings) {
    tracing::info!("API and widget: {}", settings.public("/"));
    if settings.environment == Environment::Sandbox {
        tracing::info!("demo: {}", settings.public("/demo/"));
    }
}
