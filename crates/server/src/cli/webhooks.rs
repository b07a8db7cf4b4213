use std::io::Write;

use anyhow::Context as _;
use clap::Subcommand;
use secrecy::SecretString;
use url::Url;
use vinculo_domain::{EndpointId, Env};
use vinculo_store::{Endpoint, Store};

use super::pick::Pick;
use crate::process;
use crate::settings::Settings;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Send an application's events to an address.
    Add {
        /// Where.
        url: Url,
        /// Value of the `Authorization` header, sent as it is: `Basic …` or `Bearer …`.
        #[arg(long, value_name = "VALUE")]
        authorization: Option<String>,
        #[command(flatten)]
        pick: Pick,
    },
    /// List endpoints, without what they are authorised by.
    List {
        #[command(flatten)]
        pick: Pick,
    },
    /// Stop sending events to an endpoint.
    Remove {
        /// Id of the endpoint.
        id: EndpointId,
    },
}

pub(super) async fn run(command: Command, settings: &Settings, env: Env, out: &mut impl Write) -> anyhow::Result<()> {
    let store = process::open_store(settings, &env).await?;
    match command {
        Command::Add { url, authorization, pick } => {
            add(&store, settings, &env, &url, authorization, &pick, out).await?
        }
        Command::List { pick } => list(&store, &pick, out).await?,
        Command::Remove { id } => remove(&store, id, out).await?,
    }
    store.close().await;
    Ok(())
}

async fn add(
    store: &Store,
    settings: &Settings,
    env: &Env,
    url: &Url,
    authorization: Option<String>,
    pick: &Pick,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    process::webhook_addresses(settings).check(url).context("this address cannot be used")?;
    if let Some(value) = &authorization {
        anyhow::ensure!(http::HeaderValue::from_str(value).is_ok(), "--authorization cannot stand in a header");
    }
    let application = pick.find(store).await?;
    let endpoint = Endpoint {
        id: EndpointId::new(env),
        application: application.id,
        url: url.to_string(),
        authorization: authorization.map(SecretString::from),
        active: true,
        created_at: env.now(),
    };
    let mut tx = store.begin().await?;
    tx.insert_endpoint(&endpoint).await?;
    tx.commit().await?;
    writeln!(out, "{}  {}", endpoint.id, endpoint.url)?;
    Ok(())
}

async fn list(store: &Store, pick: &Pick, out: &mut impl Write) -> anyhow::Result<()> {
    let application = pick.find(store).await?;
    for endpoint in store.endpoints(application.id).await? {
        let authorised = if endpoint.authorization.is_some() { "with authorization" } else { "without authorization" };
        let paused = if endpoint.active { "" } else { "  paused" };
        writeln!(out, "{}  {}  {authorised}{paused}", endpoint.id, endpoint.url)?;
    }
    Ok(())
}

async fn remove(store: &Store, id: EndpointId, out: &mut impl Write) -> anyhow::Result<()> {
    let mut tx = store.begin().await?;
    anyhow::ensure!(tx.remove_endpoint(id).await?, "there is no such endpoint");
    tx.commit().await?;
    writeln!(out, "Removed.")?;
    Ok(())
}
