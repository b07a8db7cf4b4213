use tokio_util::sync::CancellationToken;
use vinculo_store::{ClaimedJob, Tx};

use super::JobError;
use crate::Aggregator;
use crate::jobs::Work;

/// A job that this worker holds.
#[derive(Debug)]
pub(crate) struct Claimed {
    claim: ClaimedJob,
    work: Work,
    stopping: CancellationToken,
}

impl Claimed {
    pub(super) fn new(claim: ClaimedJob, work: Work, stopping: CancellationToken) -> Self {
        Self { claim, work, stopping }
    }

    /// Returns the claim, for the store.
    pub(crate) fn claim(&self) -> &ClaimedJob {
        &self.claim
    }

    pub(crate) fn work(&self) -> &Work {
        &self.work
    }

    /// Returns how often the job was begun, this time included.
    pub(crate) fn attempts(&self) -> u32 {
        u32::try_from(self.claim.attempts).unwrap_or(u32::MAX)
    }

    /// Tells whether what fails now will not be tried again: after `patience` attempts, or because the job would be dead
    /// (`attempts` of the settings). Whoever must say how it ended says so now.
    pub(crate) fn is_last_try(&self, aggregator: &Aggregator, patience: u32) -> bool {
        self.attempts() >= patience.min(aggregator.settings().attempts)
    }

    /// Tells whether the process is about to stop: long work ends at the next good place.
    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.is_cancelled()
    }

    /// Makes sure, inside a transaction, that the job is still ours.
    pub(crate) async fn hold(&self, tx: &mut Tx) -> Result<(), JobError> {
        Ok(tx.fence(&self.claim).await?)
    }

    /// Finishes the job in the transaction that makes its outcome true.
    pub(crate) async fn complete(&self, tx: &mut Tx) -> Result<(), JobError> {
        Ok(tx.complete(&self.claim).await?)
    }

    /// Finishes a job that has nothing to write.
    pub(crate) async fn complete_alone(&self, aggregator: &Aggregator) -> Result<(), JobError> {
        let mut tx = aggregator.store().begin().await?;
        self.complete(&mut tx).await?;
        Ok(tx.commit().await?)
    }
}
