//! Sending events again, and letting go what was held for a paused endpoint.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;
use vinculo_domain::{ApplicationId, EndpointId, Env, EventId};
use vinculo_store::{Endpoint, Event, PauseReason, Store, Tx};

use crate::jobs::{Replay, Work};
use crate::worker::{Claimed, JobError};
use crate::{Aggregator, Error, Settings, audit, queue};

/// So many events are looked at in one transaction.
const CHUNK: u32 = 200;
/// Events become visible a little later than they are dated; a cursor reaches back over what may have been late.
const OVERLAP: SignedDuration = SignedDuration::from_mins(5);
/// So many endpoints are looked at in one sweep.
const SWEEP: u32 = 1_000;

/// Which events to send again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// This one, whether the endpoint wants its type or not.
    One(EventId),
    /// Those from the first instant to before the second.
    Between(Timestamp, Timestamp),
    /// Everything since this event, and what may have been written at the same time. Of one that was removed the time
    /// counts.
    Since(EventId),
}

/// Has events delivered to an endpoint again, delivered or not; of a range those whose types it wants. Returns the id of
/// the work and how many events are looked at.
///
/// # Errors
/// [`Error::NotFound`] when the application has no such endpoint or event.
pub async fn replay(
    store: &Store,
    env: &Env,
    application: ApplicationId,
    endpoint: EndpointId,
    range: Range,
    actor: &str,
) -> Result<(Uuid, i64), Error> {
    let mut tx = store.begin().await?;
    of_application(&mut tx, application, endpoint).await?;
    let (request, now) = (env.uuid(), env.now());
    let count = match range {
        Range::One(event) => {
            tx.event(application, event).await?.ok_or(Error::NotFound)?;
            again(&mut tx, event, endpoint, now).await?;
            1
        }
        Range::Between(from, to) => begin(&mut tx, application, endpoint, (from, to), request, now).await?,
        Range::Since(event) => {
            let since = dated(&mut tx, env, application, event).await?;
            let from = since.checked_sub(OVERLAP).unwrap_or(Timestamp::MIN);
            begin(&mut tx, application, endpoint, (from, end(now)), request, now).await?
        }
    };
    audit::append(env, &mut tx, Some(application), actor, "endpoint.replayed", &endpoint.to_string()).await?;
    tx.commit().await?;
    Ok((request, count))
}

/// When an event happened. One that is not there may have been removed in its time; then its id says it.
async fn dated(tx: &mut Tx, env: &Env, application: ApplicationId, id: EventId) -> Result<Timestamp, Error> {
    if let Some(event) = tx.event(application, id).await? {
        return Ok(event.created_at);
    }
    let begun = tx.application(application).await?.ok_or(Error::NotFound)?.created_at;
    let over = env.now().checked_sub(Settings::EVENTS_KEPT_LEAST).unwrap_or(Timestamp::MIN);
    Event::dated(id).filter(|at| (begun..over).contains(at)).ok_or(Error::NotFound)
}

/// Everything that has happened up to now.
fn end(now: Timestamp) -> Timestamp {
    now.checked_add(SignedDuration::from_micros(1)).unwrap_or(now)
}

async fn begin(
    tx: &mut Tx,
    application: ApplicationId,
    endpoint: EndpointId,
    (from, to): (Timestamp, Timestamp),
    request: Uuid,
    now: Timestamp,
) -> Result<i64, Error> {
    let count = tx.count_events(application, from, to).await?;
    queue::add(tx, &Work::Replay(Replay { endpoint, request, from, to, after: None }), now).await?;
    Ok(count)
}

async fn again(tx: &mut Tx, event: EventId, endpoint: EndpointId, now: Timestamp) -> Result<(), Error> {
    let work = Work::Deliver(tx.redeliver(event, endpoint).await?);
    queue::add(tx, &work, now).await?;
    // Where a try was waiting already, it is made now.
    tx.hasten_job(&work.dedup_key(), now).await?;
    Ok(())
}

async fn of_application(tx: &mut Tx, application: ApplicationId, id: EndpointId) -> Result<Endpoint, Error> {
    let found = tx.endpoint(id).await?;
    found.filter(|found| found.application == application && found.removed_at.is_none()).ok_or(Error::NotFound)
}

/// Job `replay`: one part of a range, and the next part behind it.
pub(crate) async fn replay_job(aggregator: &Aggregator, job: &Claimed, work: &Replay) -> Result<(), JobError> {
    let now = aggregator.env().now();
    let mut tx = aggregator.store().begin().await?;
    job.complete(&mut tx).await?;
    let endpoint = tx.endpoint(work.endpoint).await?.filter(|endpoint| endpoint.removed_at.is_none());
    let Some(endpoint) = endpoint else { return Ok(tx.commit().await?) };
    let events = tx.events_between(endpoint.application, work.from, work.to, work.after, CHUNK).await?;
    for event in events.iter().filter(|event| endpoint.wants(event.kind)) {
        again(&mut tx, event.id, endpoint.id, now).await?;
    }
    if let Some(last) = events.last().filter(|_| is_full(&events)) {
        queue::add(&mut tx, &Work::Replay(Replay { after: Some(last.id), ..work.clone() }), now).await?;
    }
    Ok(tx.commit().await?)
}

fn is_full(events: &[Event]) -> bool {
    u32::try_from(events.len()).is_ok_and(|found| found >= CHUNK)
}

/// Pauses an endpoint because somebody wants it. Its events are held.
///
/// # Errors
/// [`Error::NotFound`] when the application has no such endpoint.
pub async fn pause(tx: &mut Tx, application: ApplicationId, id: EndpointId) -> Result<(), Error> {
    of_application(tx, application, id).await?;
    tx.pause_endpoint(id, PauseReason::Asked).await?;
    Ok(())
}

/// Sends events to a paused endpoint again, those first that were held. Nothing happens to one that is active.
///
/// # Errors
/// [`Error::NotFound`] when the application has no such endpoint.
pub async fn resume(tx: &mut Tx, env: &Env, application: ApplicationId, id: EndpointId) -> Result<(), Error> {
    of_application(tx, application, id).await?;
    if tx.resume_endpoint(id).await? {
        queue::add(tx, &Work::Release(id), env.now()).await?;
    }
    Ok(())
}

/// Job `release`: a part of what was held, and the next part behind it.
pub(crate) async fn release_job(aggregator: &Aggregator, job: &Claimed, id: EndpointId) -> Result<(), JobError> {
    let now = aggregator.env().now();
    let mut tx = aggregator.store().begin().await?;
    job.complete(&mut tx).await?;
    let active = tx.endpoint(id).await?.is_some_and(|endpoint| endpoint.active);
    if active {
        let released = tx.release_deliveries(id, CHUNK).await?;
        for delivery in &released {
            queue::add(&mut tx, &Work::Deliver(*delivery), now).await?;
        }
        if u32::try_from(released.len()).is_ok_and(|found| found >= CHUNK) {
            queue::add(&mut tx, &Work::Release(id), now).await?;
        }
    }
    Ok(tx.commit().await?)
}

/// Has let go what was still held for active endpoints: an event that was written at the moment of resuming may have
/// found the endpoint paused.
pub(crate) async fn release_late(aggregator: &Aggregator) -> Result<(), Error> {
    let store: &Store = aggregator.store();
    for id in store.endpoints_to_release(SWEEP).await? {
        let mut tx = store.begin().await?;
        queue::add(&mut tx, &Work::Release(id), aggregator.env().now()).await?;
        tx.commit().await?;
    }
    Ok(())
}
