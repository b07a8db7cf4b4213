use jiff::{SignedDuration, Timestamp};
use vinculo_domain::DeliveryId;
use vinculo_store::{AfterFailure, Attempt, DeliveryStatus, DeliveryWork, Outcome};

use super::SendError;
use crate::worker::{Claimed, JobError};
use crate::{Aggregator, Backoff};

/// Job `deliver`: one attempt to bring one event to one endpoint. What came of it is written with the job's end, so that
/// an event is either delivered or tried again: at least once, with the same body and `webhook_id` every time.
pub(crate) async fn deliver(aggregator: &Aggregator, job: &Claimed, id: DeliveryId) -> Result<(), JobError> {
    let Some(work) = aggregator.store().delivery_work(id).await? else {
        return job.complete_alone(aggregator).await;
    };
    if work.delivery.status != DeliveryStatus::Pending {
        return job.complete_alone(aggregator).await;
    }
    if !work.endpoint.active {
        let error = Some("the endpoint was removed".to_owned());
        return record(aggregator, job, &work, Attempt { status: None, error, outcome: Outcome::Failed }).await;
    }
    let slot = match aggregator.endpoints().enter(work.endpoint.id) {
        Ok(slot) => slot,
        Err(before) => return Err(JobError::Later(postpone(aggregator, before))),
    };
    let sent = aggregator
        .webhooks()
        .post(&work.endpoint.url, work.endpoint.authorization.as_ref(), work.event.body.clone())
        .await;
    let attempt = judge(aggregator, &work, sent);
    slot.went(attempt.outcome == Outcome::Delivered);
    record(aggregator, job, &work, attempt).await
}

/// The more wait for an endpoint, the later the next look.
fn postpone(aggregator: &Aggregator, before: u32) -> Timestamp {
    let wait = SignedDuration::from_millis(250 * i64::from(before.min(240)));
    aggregator.env().now().checked_add(wait).unwrap_or(Timestamp::MAX)
}

fn judge(aggregator: &Aggregator, work: &DeliveryWork, sent: Result<u16, SendError>) -> Attempt {
    let (status, error) = match sent {
        Ok(status @ 200..300) => return Attempt { status: Some(status), error: None, outcome: Outcome::Delivered },
        Ok(status) => (Some(status), format!("the endpoint answered {status}")),
        Err(error) => (None, error.to_string()),
    };
    let now = aggregator.env().now();
    let tried = u32::try_from(work.delivery.attempts).unwrap_or(u32::MAX).saturating_add(1);
    let wait = Backoff::WEBHOOKS.after(tried, aggregator.env());
    let end = work.event.created_at.checked_add(aggregator.settings().webhook_retries_for).unwrap_or(Timestamp::MAX);
    let outcome = match now.checked_add(wait) {
        Ok(next) if next <= end => Outcome::RetryAt(next),
        _ => Outcome::Failed,
    };
    Attempt { status, error: Some(error), outcome }
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
    tx.commit().await?;
    if attempt.outcome == Outcome::Failed {
        tracing::warn!(event.id = %work.event.id, error = attempt.error, "webhook given up");
    }
    Ok(())
}
