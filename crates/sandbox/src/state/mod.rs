//! What the network remembers: one redb file, one write transaction per state change.
//!
//! A committed change is with the system, so that a killed process loses nothing it has answered for.

mod backend;
mod consent;
mod outcome;
mod prune;
mod records;
mod table;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use redb::{Database, ReadableDatabase as _};

use backend::HandedOver;
pub(crate) use consent::{Consent, Extension, RejectedBy, RejectionCode, Status};
pub use outcome::{Outcome, OutcomeKind};
pub(crate) use records::{AccessToken, Client, Code, Grant, Interaction, Pushed, Refusal, Seen, Software, Used};
pub(crate) use table::{
    CLIENTS, CODES, CONSENTS, FAULTS, GRANTS, INTERACTIONS, LIMITS, OUTCOMES, PUSHED, REFRESH, SEEN, SOFTWARES, TOKENS,
    Table, USAGE,
};

/// How often a file that is in use is tried again.
const PATIENCE: u32 = 50;
/// How long to wait between two tries.
const BETWEEN_TRIES: Duration = Duration::from_millis(100);

/// The database failed; the cause is for the log alone.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StateError {
    /// redb refused.
    #[error("the database failed")]
    Database(#[from] redb::Error),
    /// A record is not what it should be.
    #[error("a record cannot be read or written")]
    Record(#[from] serde_json::Error),
    /// The thread that worked for us is gone.
    #[error("the database's thread stopped")]
    Thread,
}

/// The network's database. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Db(Arc<Database>);

/// A write transaction; dropped without a commit, nothing of it happened.
pub(crate) struct Tx(redb::WriteTransaction);

impl Db {
    /// Opens the file at `path`, or makes it, with every table. A network that is just stopping gets a moment to let go.
    pub(crate) async fn open(path: &Path) -> Result<Self, StateError> {
        for _ in 0..PATIENCE {
            match Self::open_now(path) {
                Err(StateError::Database(redb::Error::DatabaseAlreadyOpen)) => {
                    tokio::time::sleep(BETWEEN_TRIES).await;
                }
                opened => return opened,
            }
        }
        Self::open_now(path)
    }

    fn open_now(path: &Path) -> Result<Self, StateError> {
        let file = HandedOver::open(path).map_err(redb::Error::from)?;
        let database = Database::builder().create_with_backend(file).map_err(redb::Error::from)?;
        let tx = database.begin_write().map_err(redb::Error::from)?;
        table::create_all(&tx)?;
        tx.commit().map_err(redb::Error::from)?;
        Ok(Self(Arc::new(database)))
    }

    /// Reads one record.
    pub(crate) fn get<T: serde::de::DeserializeOwned>(
        &self,
        table: &Table<T>,
        key: &str,
    ) -> Result<Option<T>, StateError> {
        let tx = self.0.begin_read().map_err(redb::Error::from)?;
        let rows = tx.open_table(table.definition()).map_err(redb::Error::from)?;
        table::read(&rows, key)
    }

    /// Reads every record of a table, in the order of its keys.
    pub(crate) fn all<T: serde::de::DeserializeOwned>(&self, table: &Table<T>) -> Result<Vec<(String, T)>, StateError> {
        let tx = self.0.begin_read().map_err(redb::Error::from)?;
        let rows = tx.open_table(table.definition()).map_err(redb::Error::from)?;
        table::read_all(&rows)
    }

    /// Runs `job` in one write transaction on a thread that may block; commits if it answers `Ok`.
    pub(crate) async fn write<R, E>(&self, job: impl FnOnce(&Tx) -> Result<R, E> + Send + 'static) -> Result<R, E>
    where
        R: Send + 'static,
        E: From<StateError> + Send + 'static,
    {
        let database = self.0.clone();
        let done = tokio::task::spawn_blocking(move || transact(&database, job)).await;
        done.unwrap_or_else(|_| Err(StateError::Thread.into()))
    }

    /// Runs `job` in one write transaction on this thread: for the start, before anything is served.
    pub(crate) fn write_now<R, E: From<StateError>>(&self, job: impl FnOnce(&Tx) -> Result<R, E>) -> Result<R, E> {
        transact(&self.0, job)
    }
}

/// Runs `job` and commits what it did, unless it answers an error. Every commit is a full one: with lighter ones
/// (`Durability::None`) redb 3.1.3 was seen to stop the process at an assertion of its own under sixteen callers.
fn transact<R, E: From<StateError>>(database: &Database, job: impl FnOnce(&Tx) -> Result<R, E>) -> Result<R, E> {
    let tx = Tx(database.begin_write().map_err(|error| StateError::Database(error.into()))?);
    let done = job(&tx)?;
    tx.0.commit().map_err(|error| StateError::Database(error.into()))?;
    Ok(done)
}

impl Tx {
    /// Reads one record.
    pub(crate) fn get<T: serde::de::DeserializeOwned>(
        &self,
        table: &Table<T>,
        key: &str,
    ) -> Result<Option<T>, StateError> {
        let rows = self.0.open_table(table.definition()).map_err(redb::Error::from)?;
        table::read(&rows, key)
    }

    /// Reads every record of a table.
    pub(crate) fn all<T: serde::de::DeserializeOwned>(&self, table: &Table<T>) -> Result<Vec<(String, T)>, StateError> {
        let rows = self.0.open_table(table.definition()).map_err(redb::Error::from)?;
        table::read_all(&rows)
    }

    /// Writes one record.
    pub(crate) fn put<T: serde::Serialize>(&self, table: &Table<T>, key: &str, record: &T) -> Result<(), StateError> {
        let mut rows = self.0.open_table(table.definition()).map_err(redb::Error::from)?;
        let bytes = serde_json::to_vec(record)?;
        rows.insert(key, bytes.as_slice()).map_err(redb::Error::from)?;
        Ok(())
    }

    /// Removes one record, if it is there.
    pub(crate) fn remove<T>(&self, table: &Table<T>, key: &str) -> Result<(), StateError> {
        let mut rows = self.0.open_table(table.definition()).map_err(redb::Error::from)?;
        rows.remove(key).map_err(redb::Error::from)?;
        Ok(())
    }
}
