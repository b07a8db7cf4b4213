//! `vinculo webhooks`: where events go.

mod change;
mod log;
mod replay;

use std::io::Write;

use clap::{ArgGroup, Args, Subcommand};
use jiff::Timestamp;
use url::Url;
use vinculo_domain::{EndpointId, Env, EventId, EventType};
use vinculo_store::{Endpoint, Store};

use super::pick::Pick;
use crate::process;
use crate::settings::Settings;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Send an application's events to an address, and show the secret that signs them, once.
    Add(Add),
    /// List endpoints, without their secrets.
    List {
        #[command(flatten)]
        pick: Pick,
    },
    /// Stop sending events to an endpoint for good.
    Remove {
        /// Id of the endpoint.
        id: EndpointId,
    },
    /// Hold the events of an endpoint.
    Pause {
        /// Id of the endpoint.
        id: EndpointId,
    },
    /// Send to a paused endpoint again, those events first that were held.
    Resume {
        /// Id of the endpoint.
        id: EndpointId,
    },
    /// Make a new signing secret and show it, once. The old one signs beside it for a while.
    Rotate {
        /// Id of the endpoint.
        id: EndpointId,
        /// For how many hours both sign.
        #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(i64).range(0..=168))]
        overlap_hours: i64,
    },
    /// Show what was sent to an endpoint, newest first, and what came of it.
    Deliveries {
        /// Id of the endpoint.
        id: EndpointId,
        /// How many.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000))]
        limit: u32,
    },
    /// Send events again: one, those of a time, or everything since one.
    Replay(Replay),
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// Where.
    url: Url,
    /// Value of the `Authorization` header, sent as it is: `Basic …` or `Bearer …`.
    #[arg(long, value_name = "VALUE")]
    authorization: Option<String>,
    /// A type of events to send, such as `TRANSACTIONS`; may be given several times. All without it.
    #[arg(long = "type", value_name = "TYPE")]
    types: Vec<EventType>,
    /// Tell the end of a consent by the older code `consent_expired`.
    #[arg(long)]
    legacy_codes: bool,
    #[command(flatten)]
    pick: Pick,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("range").required(true).args(["event", "since", "from"]))]
pub(super) struct Replay {
    /// Id of the endpoint.
    id: EndpointId,
    /// One event, by its `webhook_id`.
    #[arg(long, value_name = "WEBHOOK ID")]
    event: Option<EventId>,
    /// Everything since this event, by its `webhook_id`.
    #[arg(long, value_name = "WEBHOOK ID")]
    since: Option<EventId>,
    /// Everything from this instant on, such as `2026-11-22T12:00:00Z`.
    #[arg(long, value_name = "TIME")]
    from: Option<Timestamp>,
    /// Up to this instant; now without it.
    #[arg(long, value_name = "TIME", requires = "from")]
    to: Option<Timestamp>,
}

pub(super) async fn run(command: Command, settings: &Settings, env: Env, out: &mut impl Write) -> anyhow::Result<()> {
    let store = process::open_store(settings, &env).await?;
    match command {
        Command::Add(arguments) => change::add(&store, settings, &env, arguments, out).await?,
        Command::List { pick } => log::endpoints(&store, &pick, out).await?,
        Command::Remove { id } => change::remove(&store, id, out).await?,
        Command::Pause { id } => change::pause(&store, id, out).await?,
        Command::Resume { id } => change::resume(&store, &env, id, out).await?,
        Command::Rotate { id, overlap_hours } => change::rotate(&store, &env, id, overlap_hours, out).await?,
        Command::Deliveries { id, limit } => log::deliveries(&store, id, limit, out).await?,
        Command::Replay(arguments) => replay::run(&store, &env, &arguments, out).await?,
    }
    store.close().await;
    Ok(())
}

/// Finds an endpoint that was not removed.
async fn find(store: &Store, id: EndpointId) -> anyhow::Result<Endpoint> {
    let found = store.endpoint(id).await?.filter(|endpoint| endpoint.removed_at.is_none());
    found.ok_or_else(|| anyhow::anyhow!("there is no such endpoint"))
}
