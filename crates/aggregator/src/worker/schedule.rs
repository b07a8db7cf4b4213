//! What happens by the clock: rows with the time of the next run, moved on by whoever comes first.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use crate::{Aggregator, Error, connect, consents, institutions, refresh, retention, webhooks};

/// The wait after a schedule failed that nobody can do without.
const SOON: SignedDuration = SignedDuration::from_secs(5);

/// Looks at the schedules until `stop`. The directory is read at the start, whatever its schedule says: another process
/// may have read it with other settings.
pub(super) async fn serve(aggregator: Aggregator, stop: CancellationToken) {
    if let Err(error) = give_back(&aggregator, "institutions", SignedDuration::ZERO).await {
        tracing::warn!(%error, "a schedule failed");
    }
    loop {
        if let Err(error) = tick(&aggregator).await {
            tracing::warn!(%error, "a schedule failed");
        }
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = tokio::time::sleep(aggregator.settings().poll.max(Duration::from_millis(100))) => {}
        }
    }
}

/// Runs what is due by the clock, once. For commands and tests.
///
/// # Errors
/// The store or the directory fails.
pub async fn tick(aggregator: &Aggregator) -> Result<(), Error> {
    let settings = aggregator.settings();
    if take(aggregator, "expire_sessions", settings.sweep_every).await? {
        connect::expire_sessions(aggregator).await?;
    }
    if take(aggregator, "check_consents", settings.sweep_every).await? {
        consents::sweep(aggregator).await?;
    }
    if take(aggregator, "refresh_links", settings.sweep_every).await? {
        refresh::plan(aggregator).await?;
    }
    if take(aggregator, "warn_of_consents", settings.consent_warning_every).await? {
        consents::warn(aggregator).await?;
    }
    if take(aggregator, "retention", settings.retention_every).await? {
        retention::sweep(aggregator).await?;
    }
    if take(aggregator, "release_events", settings.sweep_every).await? {
        webhooks::release_late(aggregator).await?;
    }
    if take(aggregator, "institutions", settings.directory_every).await?
        && let Err(error) = institutions::refresh(aggregator).await
    {
        // Not to be without institutions until the next round: look again soon.
        give_back(aggregator, "institutions", SOON).await?;
        return Err(error);
    }
    Ok(())
}

async fn take(aggregator: &Aggregator, name: &str, every: SignedDuration) -> Result<bool, Error> {
    let now = aggregator.env().now();
    let next = now.checked_add(every).unwrap_or(Timestamp::MAX);
    let mut tx = aggregator.store().begin().await?;
    let taken = tx.take_schedule(name, now, next).await?;
    tx.commit().await?;
    Ok(taken)
}

/// Makes a schedule due in `wait`, whatever it says.
async fn give_back(aggregator: &Aggregator, name: &str, wait: SignedDuration) -> Result<(), Error> {
    let soon = aggregator.env().now().checked_add(wait).unwrap_or(Timestamp::MAX);
    let mut tx = aggregator.store().begin().await?;
    tx.take_schedule(name, Timestamp::MAX, soon).await?;
    Ok(tx.commit().await?)
}
