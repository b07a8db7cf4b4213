//! A connection of PostgreSQL, lent by the pool, that the network may swallow: every statement has a bound, and so has
//! giving the connection back. Without them, whatever was under way when packets stopped to arrive would wait for ever,
//! and hold a place in the pool while it does.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::PgTransactionManager;
use sqlx::{PgConnection, PgPool, Postgres};
use sqlx_core::transaction::TransactionManager as _;
use tokio::runtime::Handle;

/// How long PostgreSQL may take to answer one statement. Whoever waits longer is told that the database failed.
const ANSWERED_WITHIN: Duration = Duration::from_secs(20);

/// How long a connection may take to show, when it is given back, that it still works.
const GIVEN_BACK_WITHIN: Duration = Duration::from_secs(5);

/// Waits for a statement, within bounds.
pub(crate) async fn bounded<T>(statement: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    match tokio::time::timeout(ANSWERED_WITHIN, statement).await {
        Ok(done) => done,
        Err(_) => {
            Err(sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, "the database does not answer")))
        }
    }
}

/// The connection. A transaction that is open when it is dropped is undone.
pub(crate) struct Lent(PoolConnection<Postgres>);

impl Lent {
    pub(crate) async fn from(pool: &PgPool) -> sqlx::Result<Self> {
        Ok(Self(pool.acquire().await?))
    }

    pub(crate) async fn begin(&mut self) -> sqlx::Result<()> {
        bounded(PgTransactionManager::begin(self, None)).await
    }

    pub(crate) async fn commit(mut self) -> sqlx::Result<()> {
        bounded(PgTransactionManager::commit(&mut self)).await
    }

    pub(crate) async fn rollback(mut self) -> sqlx::Result<()> {
        bounded(PgTransactionManager::rollback(&mut self)).await
    }
}

impl Deref for Lent {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.0
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.0
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        // Queued only; it goes out with what the pool asks of a connection that comes back.
        PgTransactionManager::start_rollback(&mut self.0);
        let back = self.0.return_to_pool();
        if let Ok(runtime) = Handle::try_current() {
            // Past its time it is dropped, which closes the socket and frees the place in the pool.
            runtime.spawn(tokio::time::timeout(GIVEN_BACK_WITHIN, back));
        }
    }
}
