use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use jiff::Timestamp;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use vinculo_store::{AfterFailure, ClaimedJob, StoreError};

use super::lane::{self, Lane};
use super::outcome::settle;
use super::{Claimed, JobError, schedule};
use crate::jobs::Work;
use crate::{Aggregator, Error, connect, consents, fetch, links, retention, webhooks};

/// A job that was begun so often without ever failing takes the process down with it.
const POISON: u32 = 100;

/// Runs jobs and schedules until `stop`, then lets what is under way finish for a bounded time and gives the rest back.
pub async fn run(aggregator: Aggregator, stop: CancellationToken) {
    let abort = CancellationToken::new();
    let jobs = TaskTracker::new();
    let lanes = TaskTracker::new();
    for lane in Lane::all(aggregator.settings()) {
        lanes.spawn(lane::serve(aggregator.clone(), lane, jobs.clone(), stop.clone(), abort.clone()));
    }
    lanes.spawn(schedule::serve(aggregator.clone(), stop.clone()));
    lanes.spawn(lane::listen(aggregator.clone(), stop.clone()));
    lanes.close();
    lanes.wait().await;
    jobs.close();
    if tokio::time::timeout(aggregator.settings().stop_within, jobs.wait()).await.is_err() {
        abort.cancel();
        jobs.wait().await;
    }
}

/// Runs everything that is due now, one job after the other, what people wait for first, until nothing is. Returns how many
/// jobs were begun. For commands and tests.
///
/// # Errors
/// The store fails.
pub async fn run_due(aggregator: &Aggregator) -> Result<usize, Error> {
    let (stop, abort) = (CancellationToken::new(), CancellationToken::new());
    let mut begun = 0;
    while let Some(job) = claim(aggregator, &Lane::kinds()).await? {
        one(aggregator.clone(), job, stop.clone(), abort.clone()).await;
        begun += 1;
    }
    Ok(begun)
}

pub(super) async fn claim(aggregator: &Aggregator, kinds: &[&'static str]) -> Result<Option<ClaimedJob>, StoreError> {
    let settings = aggregator.settings();
    aggregator.store().claim(kinds, aggregator.env().now(), settings.lease).await
}

/// Runs one claimed job to its end, whatever that is.
pub(super) async fn one(
    aggregator: Aggregator,
    claim: ClaimedJob,
    stopping: CancellationToken,
    abort: CancellationToken,
) {
    let (id, begun) = (claim.id, aggregator.env().now());
    let Ok(work) = serde_json::from_str::<Work>(&claim.payload) else {
        return bury(&aggregator, &claim, "the payload cannot be read").await;
    };
    if claim.attempts > i64::from(POISON) && !matches!(work, Work::Revoke(_) | Work::Deliver(_)) {
        return bury(&aggregator, &claim, "begun too often").await;
    }
    let job = Claimed::new(claim, work, stopping);
    let handled = AssertUnwindSafe(handle(&aggregator, &job)).catch_unwind();
    let result = tokio::select! {
        biased;
        result = handled => result.unwrap_or(Err(JobError::Panic)),
        () = keep(&aggregator, &job) => Err(StoreError::LeaseLost.into()),
        () = abort.cancelled() => Err(JobError::Interrupted),
    };
    match result {
        Ok(()) => {
            let took_ms = aggregator.env().now().duration_since(begun).as_millis();
            tracing::debug!(job.id = %id, job.kind = job.work().kind(), took_ms, "job done");
        }
        Err(error) => {
            if let Err(error) = settle(&aggregator, &job, &error).await {
                // Nothing is lost: the lease runs out and the job is claimed again.
                tracing::warn!(job.id = %id, job.kind = job.work().kind(), %error, "job not settled");
            }
        }
    }
}

async fn handle(aggregator: &Aggregator, job: &Claimed) -> Result<(), JobError> {
    match job.work() {
        Work::Connect(consent) => connect::connect(aggregator, job, *consent).await,
        Work::SettleConsent(consent) => connect::settle(aggregator, job, *consent).await,
        Work::CheckConsent(consent) => consents::check_job(aggregator, job, *consent).await,
        Work::Revoke(work) => connect::revoke(aggregator, job, work).await,
        Work::Fetch(work) | Work::Refresh(work) => fetch::fetch(aggregator, job, work).await,
        Work::DeleteLink(work) => links::delete_job(aggregator, job, work).await,
        Work::EraseStale(link) => retention::erase_stale(aggregator, job, *link).await,
        Work::Deliver(delivery) => webhooks::deliver(aggregator, job, *delivery).await,
        Work::Replay(work) => webhooks::replay_job(aggregator, job, work).await,
        Work::Release(endpoint) => webhooks::release_job(aggregator, job, *endpoint).await,
    }
}

/// Renews the lease while the job runs; returns when it is lost: somebody else has it, or it could not be renewed before
/// it ended, so that somebody else may have it.
async fn keep(aggregator: &Aggregator, job: &Claimed) {
    let lease = aggregator.settings().lease;
    let pause = Duration::try_from(lease / 3).unwrap_or_default();
    let mut claim = job.claim().clone();
    let mut end = Instant::now() + left(&claim, aggregator.env().now());
    loop {
        tokio::time::sleep(pause).await;
        let (begun, now) = (Instant::now(), aggregator.env().now());
        match tokio::time::timeout_at(end, aggregator.store().renew(&mut claim, now, lease)).await {
            Ok(Ok(())) => end = begun + left(&claim, now),
            Ok(Err(StoreError::LeaseLost)) | Err(_) => return,
            Ok(Err(_)) if Instant::now() + pause >= end => return tokio::time::sleep_until(end).await,
            // The database may be back before the lease is over.
            Ok(Err(_)) => {}
        }
    }
}

/// How much of a lease is left, measured by a clock that nobody moves.
fn left(claim: &ClaimedJob, now: Timestamp) -> Duration {
    Duration::try_from(claim.lease_until.duration_since(now)).unwrap_or_default()
}

async fn bury(aggregator: &Aggregator, claim: &ClaimedJob, why: &str) {
    let buried = async {
        let mut tx = aggregator.store().begin().await?;
        tx.fail(claim, why, AfterFailure::Dead).await?;
        tx.commit().await
    };
    tracing::error!(job.id = %claim.id, job.kind = claim.kind, error = why, "job given up");
    if let Err(error) = buried.await {
        tracing::warn!(job.id = %claim.id, %error, "job not settled");
    }
}
