use jiff::{SignedDuration, Timestamp};
use vinculo_domain::DeliveryId;
use vinculo_store::{AfterFailure, Attempt, DeliveryStatus, DeliveryWork, Outcome, Tx};

use super::endpoints::Wait;
use super::{SendError, health, message};
use crate::worker::{Claimed, JobError};
use crate::{Aggregator, Backoff, Error};

/// Job `deliver`: one attempt to bring one event to one endpoint. What came of it is written with the job's end, so that
/// an event is either delivered or tried again: at least once, with the same body and `webhook_id` every time.
pub(crate) async fn deliver(aggregator: &Aggregator, job: &Claimed, id: DeliveryId) -> Result<(), JobError> {
    let Some(work) = aggregator.store().delivery_work(id).await? else {
        return job.complete_alone(aggregator).await;
    };
    if work.delivery.status != DeliveryStatus::Pending {
        return job.complete_alone(aggregator).await;
    }
    if work.endpoint.removed_at.is_some() {
        let error = Some("the endpoint was removed".to_owned());
        let attempt = Attempt { status: None, error, took_ms: 0, outcome: Outcome::Failed };
        return record(aggregator, job, &work, attempt).await;
    }
    if !work.endpoint.active {
        return hold(aggregator, job, id).await;
    }
    let begun = aggregator.env().now();
    let urgent = begun >= last_try(aggregator, &work);
    let slot = match aggregator.endpoints().enter(work.endpoint.id, begun, urgent) {
        Ok(slot) => slot,
        Err(wait) => return Err(JobError::Later(postpone(aggregator, &work, wait))),
    };
    let sent = aggregator
        .webhooks()
        .post(&work.endpoint.url, work.endpoint.authorization.as_ref(), message(&work, begun))
        .await;
    let ended = aggregator.env().now();
    let took = ended.duration_since(begun);
    let attempt = Attempt { took_ms: millis(took), ..judge(aggregator, &work, sent) };
    slot.went(attempt.outcome == Outcome::Delivered, took, ended);
    record(aggregator, job, &work, attempt).await
}

fn millis(took: SignedDuration) -> i64 {
    i64::try_from(took.as_millis()).unwrap_or(i64::MAX).max(0)
}

/// When an event is tried for the last time.
fn last_try(aggregator: &Aggregator, work: &DeliveryWork) -> Timestamp {
    work.delivery.tried_from.checked_add(aggregator.settings().webhook_retries_for).unwrap_or(Timestamp::MAX)
}

/// The more wait for an endpoint, the later the next look, but for the last try.
fn postpone(aggregator: &Aggregator, work: &DeliveryWork, wait: Wait) -> Timestamp {
    let now = aggregator.env().now();
    match wait {
        Wait::Behind(before) => {
            let wait = SignedDuration::from_millis(250 * i64::from(before.min(240)));
            now.checked_add(wait).unwrap_or(Timestamp::MAX)
        }
        // Not all at the same moment: spread over as long again as there is to wait.
        Wait::Until(until) => {
            let wait = until.duration_since(now).max(SignedDuration::ZERO);
            let spread = Backoff { first: wait, longest: wait };
            let at = until.checked_add(spread.after(1, aggregator.env())).unwrap_or(Timestamp::MAX);
            at.min(last_try(aggregator, work)).max(now)
        }
    }
}

fn judge(aggregator: &Aggregator, work: &DeliveryWork, sent: Result<u16, SendError>) -> Attempt {
    let (status, error) = match sent {
        Ok(status @ 200..300) => {
            return Attempt { status: Some(status), error: None, took_ms: 0, outcome: Outcome::Delivered };
        }
        Ok(status) => (Some(status), format!("the endpoint answered {status}")),
        Err(error) => (None, error.to_string()),
    };
    let now = aggregator.env().now();
    let tried = u32::try_from(work.delivery.attempts).unwrap_or(u32::MAX).saturating_add(1);
    let wait = Backoff::WEBHOOKS.after(tried, aggregator.env());
    let last = last_try(aggregator, work);
    // The last try is made when the time is over, not before: who comes back in the last hour gets it.
    let next = now.checked_add(wait).unwrap_or(Timestamp::MAX).min(last);
    let outcome = if now >= last { Outcome::Failed } else { Outcome::RetryAt(next) };
    Attempt { status, error: Some(error), took_ms: 0, outcome }
}

async fn record(aggregator: &Aggregator, job: &Claimed, work: &DeliveryWork, attempt: Attempt) -> Result<(), JobError> {
    let mut tx = aggregator.store().begin().await?;
    match attempt.outcome {
        Outcome::Delivered | Outcome::Failed => job.complete(&mut tx).await?,
        Outcome::RetryAt(at) => {
            let error = attempt.error.as_deref().unwrap_or_default();
            tx.fail(job.claim(), error, AfterFailure::RunAt(at)).await?;
        }
    }
    tx.record_attempt(work.delivery.id, &attempt).await?;
    note(aggregator, &mut tx, work, &attempt).await?;
    tx.commit().await?;
    if attempt.outcome == Outcome::Failed {
        tracing::warn!(event.id = %work.event.id, error = attempt.error, "webhook given up");
    }
    Ok(())
}

async fn note(aggregator: &Aggregator, tx: &mut Tx, work: &DeliveryWork, attempt: &Attempt) -> Result<(), Error> {
    if work.endpoint.removed_at.is_some() {
        return Ok(());
    }
    match attempt.outcome {
        Outcome::Delivered => health::works(tx, &work.endpoint).await,
        Outcome::RetryAt(_) | Outcome::Failed => health::fails(aggregator, tx, &work.endpoint, attempt.status).await,
    }
}

/// Sets the delivery aside: it goes out when the endpoint is no longer paused.
async fn hold(aggregator: &Aggregator, job: &Claimed, id: DeliveryId) -> Result<(), JobError> {
    let mut tx = aggregator.store().begin().await?;
    job.complete(&mut tx).await?;
    tx.hold_delivery(id).await?;
    Ok(tx.commit().await?)
}
