use std::io::Write;

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use vinculo_aggregator::webhooks;
use vinculo_domain::{EndpointId, Env};
use vinculo_store::{Endpoint, SigningSecrets, Store};

use super::{Add, find};
use crate::process;
use crate::settings::Settings;

pub(super) async fn add(
    store: &Store,
    settings: &Settings,
    env: &Env,
    arguments: Add,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    process::webhook_addresses(settings).check(&arguments.url).context("this address cannot be used")?;
    if let Some(value) = &arguments.authorization {
        anyhow::ensure!(http::HeaderValue::from_str(value).is_ok(), "--authorization cannot stand in a header");
    }
    let application = arguments.pick.find(store).await?;
    let endpoint = Endpoint {
        authorization: arguments.authorization.map(SecretString::from),
        types: (!arguments.types.is_empty()).then_some(arguments.types),
        old_codes: arguments.legacy_codes,
        ..Endpoint::new(env, application.id, arguments.url)
    };
    let mut tx = store.begin().await?;
    tx.insert_endpoint(&endpoint).await?;
    tx.commit().await?;
    writeln!(out, "{}  {}", endpoint.id, endpoint.url)?;
    show_secret(&endpoint, out)
}

fn show_secret(endpoint: &Endpoint, out: &mut impl Write) -> anyhow::Result<()> {
    if let Some(secrets) = &endpoint.signing {
        writeln!(out, "signing secret: {}", secrets.current.expose_secret())?;
        writeln!(out, "The secret is kept sealed and cannot be shown again.")?;
    }
    Ok(())
}

pub(super) async fn remove(store: &Store, id: EndpointId, out: &mut impl Write) -> anyhow::Result<()> {
    let mut tx = store.begin().await?;
    anyhow::ensure!(tx.remove_endpoint(id).await?, "there is no such endpoint");
    tx.commit().await?;
    writeln!(out, "Removed.")?;
    Ok(())
}

pub(super) async fn pause(store: &Store, id: EndpointId, out: &mut impl Write) -> anyhow::Result<()> {
    let endpoint = find(store, id).await?;
    let mut tx = store.begin().await?;
    webhooks::pause(&mut tx, endpoint.application, id).await?;
    tx.commit().await?;
    writeln!(out, "Paused: its events are held.")?;
    Ok(())
}

pub(super) async fn resume(store: &Store, env: &Env, id: EndpointId, out: &mut impl Write) -> anyhow::Result<()> {
    let endpoint = find(store, id).await?;
    let mut tx = store.begin().await?;
    webhooks::resume(&mut tx, env, endpoint.application, id).await?;
    tx.commit().await?;
    writeln!(out, "Active: what was held goes out now.")?;
    Ok(())
}

pub(super) async fn rotate(
    store: &Store,
    env: &Env,
    id: EndpointId,
    overlap_hours: i64,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let mut endpoint = find(store, id).await?;
    let until = env.now().checked_add(SignedDuration::from_hours(overlap_hours)).unwrap_or(Timestamp::MAX);
    endpoint.signing = Some(match &endpoint.signing {
        Some(secrets) => secrets.rotated(env, until),
        None => SigningSecrets::new(env),
    });
    let mut tx = store.begin().await?;
    anyhow::ensure!(tx.update_endpoint(&endpoint).await?, "there is no such endpoint");
    tx.commit().await?;
    writeln!(out, "The old secret signs beside the new one until {until:.0}.")?;
    show_secret(&endpoint, out)
}
