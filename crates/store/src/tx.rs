use std::sync::Arc;

use sqlx::{Sqlite, Transaction};

use crate::lent::Lent;
use crate::on::{Conn, On};
use crate::store::{Pools, Shared};
use crate::{Result, dialect};

pub(crate) enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Lent),
}

/// A transaction: one decision, with its jobs and events. Dropped without [`Tx::commit`], it never happened.
///
/// No network call belongs between its start and its commit: on SQLite every other writer waits for it.
pub struct Tx {
    inner: Inner,
    pools: Pools,
    shared: Arc<Shared>,
    wakes: bool,
    erases: bool,
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tx")
    }
}

impl Tx {
    pub(crate) fn new(inner: Inner, pools: Pools, shared: Arc<Shared>) -> Self {
        Self { inner, pools, shared, wakes: false, erases: false }
    }

    /// Makes everything that was written true, then wakes the job runners if a job was enqueued.
    ///
    /// # Errors
    /// [`StoreError::Database`](crate::StoreError::Database): nothing was written.
    pub async fn commit(mut self) -> Result<()> {
        if self.wakes {
            dialect::notify(&mut self.on()).await?;
        }
        match self.inner {
            Inner::Sqlite(tx) => tx.commit().await?,
            Inner::Postgres(tx) => tx.commit().await?,
        }
        if self.wakes {
            self.shared.wake.send_replace(());
        }
        if self.erases {
            dialect::empty_log(&self.pools).await;
        }
        Ok(())
    }

    /// Undoes everything now instead of when it is dropped.
    ///
    /// # Errors
    /// [`StoreError::Database`](crate::StoreError::Database) when the connection is broken; nothing was written then either.
    pub async fn rollback(self) -> Result<()> {
        match self.inner {
            Inner::Sqlite(tx) => tx.rollback().await?,
            Inner::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }

    pub(crate) fn on(&mut self) -> On<'_> {
        let conn = match &mut self.inner {
            Inner::Sqlite(tx) => Conn::Sqlite(tx),
            Inner::Postgres(tx) => Conn::Postgres(tx),
        };
        On { conn, shared: &self.shared }
    }

    pub(crate) fn wake_after_commit(&mut self) {
        self.wakes = true;
    }

    /// What is erased here must not stay readable in the database's log.
    pub(crate) fn empty_log_after_commit(&mut self) {
        self.erases = true;
    }
}
