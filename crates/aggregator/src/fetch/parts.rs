//! Parts of a resource: a family, an account, a bill. Each is noted when it ends, well or not, so that a round that is
//! taken up again does not read it twice, and one that fails does not take the others with it.

use vinculo_domain::Resource;
use vinculo_store::Tx;

use super::Round;
use super::transactions::close;
use crate::failure::DataError;
use crate::worker::JobError;
use crate::{Error, access};

impl Round<'_> {
    /// Tells how a part has ended: `None` when it has not, `Some(None)` when it ended well.
    pub(super) async fn part(&self, resource: Resource, part: &str) -> Result<Option<Option<DataError>>, JobError> {
        let note = self.progress(resource, part).await?.filter(|note| note.done);
        Ok(note.map(|note| note.error.as_deref().map(DataError::from_code)))
    }

    /// Parts what failed: what ends this part only, and what ends or delays the round.
    pub(super) fn bearable<T>(&self, read: Result<T, Error>) -> Result<Result<T, DataError>, JobError> {
        match read {
            Ok(read) => Ok(Ok(read)),
            Err(Error::Connector(error)) if !access::may_be_lost(&error) && self.is_over(&error) => {
                Ok(Err(DataError::from_connector(&error)))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Ends a part well, in the transaction that stored it.
    pub(super) async fn end_part(
        &self,
        mut tx: Tx,
        resource: Resource,
        part: &str,
        records: usize,
    ) -> Result<Option<DataError>, JobError> {
        let mut note = self.note(resource, part);
        note.done = true;
        note.records = i64::try_from(records).unwrap_or(i64::MAX);
        tx.put_progress(&note).await?;
        tx.commit().await?;
        Ok(None)
    }

    /// Ends a part that cannot be had. Not offered is no failure.
    pub(super) async fn close_part(
        &self,
        resource: Resource,
        part: &str,
        error: DataError,
    ) -> Result<Option<DataError>, JobError> {
        let begun = self.progress(resource, part).await?;
        let mut note = begun.unwrap_or_else(|| self.note(resource, part));
        close(self, &mut note, error).await
    }
}
