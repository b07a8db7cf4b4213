//! Putting work into the queue, inside the transaction that makes it necessary.

use jiff::Timestamp;
use vinculo_store::{NewJob, Tx};

use crate::Error;
use crate::jobs::Work;

/// Enqueues `work` for `run_at`. Work that is already waiting is not enqueued again.
pub(crate) async fn add(tx: &mut Tx, work: &Work, run_at: Timestamp) -> Result<(), Error> {
    let payload = serde_json::to_string(work).map_err(|_| Error::Corrupt("jobs"))?;
    let job = NewJob { kind: work.kind(), payload, run_at, dedup_key: Some(work.dedup_key()), trace: None };
    tx.enqueue(job).await?;
    Ok(())
}
