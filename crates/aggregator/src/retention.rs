//! Retention: data that nobody has retrieved for a link's `stale_in` is erased, as if the link had been deleted; what
//! tokens and sessions knew of people is forgotten a day after they are over; events are kept for a time.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use vinculo_domain::LinkId;

use crate::jobs::Work;
use crate::worker::{Claimed, JobError};
use crate::{Aggregator, Error, links, queue, quota};

/// So many links, or events, are looked at in one transaction.
const CHUNK: u32 = 500;
/// How long a finished session and its token are remembered in full.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// The daily look.
pub(crate) async fn sweep(aggregator: &Aggregator) -> Result<(), Error> {
    let now = aggregator.env().now();
    let mut tx = aggregator.store().begin().await?;
    let forgotten = tx.forget_finished(now.checked_sub(REMEMBERED).unwrap_or(Timestamp::MIN)).await?;
    tx.forget_allowances(&quota::month(now)).await?;
    tx.commit().await?;
    forget_sign_ins(aggregator, now).await?;
    let mut after = None;
    let mut stale = 0;
    loop {
        let found = aggregator.store().stale_links(now, after, CHUNK).await?;
        let Some(last) = found.last().copied() else { break };
        let mut tx = aggregator.store().begin().await?;
        for link in &found {
            queue::add(&mut tx, &Work::EraseStale(*link), now).await?;
        }
        tx.commit().await?;
        stale += found.len();
        after = Some(last);
    }
    let events = forget_events(aggregator, now).await?;
    tracing::info!(stale, forgotten, events, "retention enforced");
    Ok(())
}

/// Removes events whose time is over, with their deliveries and the log of these, but for what is still on its way. Returns
/// how many.
///
/// A key by which an event is written only once is forgotten with it, so it must not come again later. A session
/// (`session_finished`), a consent (`consent_expired`) and a link (`link_deleted`) end once; a round announces a resource in
/// the transaction that notes it as done; the end of a consent is warned of in its last week. The longest time has what a
/// bank does not give any more, which is told once a month: hence [`Settings::EVENTS_KEPT_LEAST`](crate::Settings).
async fn forget_events(aggregator: &Aggregator, now: Timestamp) -> Result<usize, Error> {
    let Some(kept) = aggregator.settings().events_kept else { return Ok(0) };
    let before = now.checked_sub(kept).unwrap_or(Timestamp::MIN);
    let (mut after, mut removed) = (None, 0);
    loop {
        let mut tx = aggregator.store().begin().await?;
        let part = tx.remove_events(before, after, CHUNK).await?;
        tx.commit().await?;
        removed += part.count;
        if part.last.is_none() {
            return Ok(removed);
        }
        after = part.last;
    }
}

/// Whoever has signed in to the portal is not known any more a day later.
async fn forget_sign_ins(aggregator: &Aggregator, now: Timestamp) -> Result<(), Error> {
    let before = now.checked_sub(REMEMBERED).unwrap_or(Timestamp::MIN);
    loop {
        let mut tx = aggregator.store().begin().await?;
        let forgotten = tx.forget_sign_ins(before, CHUNK).await?;
        tx.commit().await?;
        if forgotten < CHUNK as usize {
            return Ok(());
        }
    }
}

/// Job `erase_stale`.
pub(crate) async fn erase_stale(aggregator: &Aggregator, job: &Claimed, id: LinkId) -> Result<(), JobError> {
    let env = aggregator.env();
    let mut tx = aggregator.store().begin().await?;
    job.complete(&mut tx).await?;
    // Somebody may have retrieved something since.
    if let Some(link) = tx.link_by_id(id).await?.filter(|link| link.stale_at() <= env.now()) {
        links::erase(env, &mut tx, &link, "system", "link.stale").await?;
        let data = json!({"reason": "stale", "stale_in": link.stale_in});
        links::tell(env, &mut tx, &link, env.uuid(), data.as_object().cloned().unwrap_or_default()).await?;
    }
    Ok(tx.commit().await?)
}
