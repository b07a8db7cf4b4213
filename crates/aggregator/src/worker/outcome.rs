//! What becomes of a job that did not finish.

use jiff::{SignedDuration, Timestamp};
use vinculo_connector::ConnectorError;
use vinculo_store::{AfterFailure, StoreError};

use super::Claimed;
use crate::jobs::Work;
use crate::{Aggregator, Backoff, Error};

/// Why a job did not finish. Texts are for operators and hold nothing personal.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JobError {
    /// The store failed, or the lease was lost.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The institution failed.
    #[error(transparent)]
    Connector(#[from] ConnectorError),
    /// It is too early: nothing failed.
    #[error("put off")]
    Later(Timestamp),
    /// It failed, and the job knows when to try again.
    #[error("{0}")]
    Again(String, Timestamp),
    /// It can never work.
    #[error("{0}")]
    Fatal(&'static str),
    /// It panicked.
    #[error("the job panicked")]
    Panic,
    /// The process stops.
    #[error("interrupted")]
    Interrupted,
}

impl From<Error> for JobError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::Store(StoreError::NotFound),
            Error::Store(error) => Self::Store(error),
            Error::Connector(error) => Self::Connector(error),
            Error::Data(_) | Error::Client(_) => Self::Fatal("unexpected error"),
            Error::Corrupt(what) => Self::Fatal(what),
        }
    }
}

/// A revocation that has failed this often, for about a month, is tried less often from then on.
const STUBBORN: u32 = 720;

/// Writes down what becomes of the job. A lost lease needs nothing: someone else has it.
pub(super) async fn settle(aggregator: &Aggregator, job: &Claimed, error: &JobError) -> Result<(), StoreError> {
    if matches!(error, JobError::Store(StoreError::LeaseLost)) {
        tracing::warn!(job.id = %job.claim().id, job.kind = job.claim().kind, "lease lost");
        return Ok(());
    }
    let mut tx = aggregator.store().begin().await?;
    match error {
        JobError::Later(at) => tx.postpone(job.claim(), *at).await?,
        JobError::Interrupted => tx.postpone(job.claim(), aggregator.env().now()).await?,
        error => {
            let after = after(aggregator, job, error);
            tx.fail(job.claim(), &error.to_string(), after).await?;
            log(job, error, after);
        }
    }
    tx.commit().await
}

fn after(aggregator: &Aggregator, job: &Claimed, error: &JobError) -> AfterFailure {
    // A consent must not stay active at a bank: its revocation goes on until it is done.
    let endless = matches!(job.work(), Work::Revoke(_));
    let limit = match job.work() {
        // An event is given up by the delivery itself, when its time is over.
        Work::Revoke(_) | Work::Deliver(_) => u32::MAX,
        _ => aggregator.settings().attempts,
    };
    if !endless && (matches!(error, JobError::Fatal(_)) || job.attempts() >= limit) {
        return AfterFailure::Dead;
    }
    if let JobError::Again(_, at) = error {
        return AfterFailure::RunAt(*at);
    }
    let schedule = match error {
        // Someone else wrote at the same moment: the next try will see it.
        JobError::Store(StoreError::Conflict) => Backoff::WATCHED,
        _ if endless && job.attempts() > STUBBORN => Backoff::STUBBORN,
        _ => Backoff::JOBS,
    };
    let wait = schedule.after(job.attempts(), aggregator.env()).max(asked(error));
    AfterFailure::RunAt(aggregator.env().now().checked_add(wait).unwrap_or(Timestamp::MAX))
}

/// How long the institution wants to be left alone, within reason.
pub(crate) fn asked(error: &JobError) -> SignedDuration {
    let JobError::Connector(error) = error else { return SignedDuration::ZERO };
    let wanted = error.retry_after().and_then(|wait| SignedDuration::try_from(wait).ok());
    wanted.unwrap_or(SignedDuration::ZERO).min(SignedDuration::from_hours(6))
}

fn log(job: &Claimed, error: &JobError, after: AfterFailure) {
    let (id, kind, attempts) = (job.claim().id, &job.claim().kind, job.attempts());
    match after {
        AfterFailure::Dead => tracing::error!(job.id = %id, job.kind = kind, attempts, %error, "job given up"),
        AfterFailure::RunAt(_) => tracing::warn!(job.id = %id, job.kind = kind, attempts, %error, "job failed"),
    }
}
