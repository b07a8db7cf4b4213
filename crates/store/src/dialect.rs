//! The points where the two databases differ. Nothing else in the crate knows which one it talks to.

use std::time::Duration;

use sqlx::postgres::PgListener;
use sqlx::{AssertSqlSafe, SqlitePool};

use crate::lent::bounded;
use crate::on::{Conn, On};
use crate::store::{PATIENCE, Pools};
use crate::{Result, Store};

const CHANNEL: &str = "vinculo_jobs";

/// After so long without a word from other processes the connection is asked whether it is still there.
const SILENCE: Duration = Duration::from_secs(30);

/// What follows the choice of a job: on PostgreSQL claimers step over each other's rows, on SQLite there is only one.
pub(crate) fn skip_locked(on: &On<'_>) -> &'static str {
    match on.conn {
        Conn::Sqlite(_) => "",
        Conn::Postgres(_) => " FOR UPDATE SKIP LOCKED",
    }
}

/// What follows the reading of a link's key before writing under it: whoever erases the link waits, and whoever
/// comes later finds no key. On SQLite the only writer needs no lock.
pub(crate) fn share_lock(on: &On<'_>) -> &'static str {
    match on.conn {
        Conn::Sqlite(_) => "",
        Conn::Postgres(_) => " FOR SHARE",
    }
}

/// What an upsert ends with to tell for each row whether it is new. SQLite has no such thing: there the rows are looked
/// for before, which costs little without a network in between.
pub(crate) fn returning_new(on: &On<'_>) -> Option<&'static str> {
    match on.conn {
        Conn::Sqlite(_) => None,
        // A row that nobody has replaced yet was inserted by this statement.
        Conn::Postgres(_) => Some(" RETURNING xmax = 0"),
    }
}

/// Tells the other processes, at commit, that there is a job.
pub(crate) async fn notify(on: &mut On<'_>) -> Result<()> {
    if let Conn::Postgres(conn) = &mut on.conn {
        bounded(sqlx::query("SELECT pg_notify($1, '')").bind(CHANNEL).execute(&mut **conn)).await?;
    }
    Ok(())
}

/// How long emptying the log may wait for readers, in milliseconds: writers wait behind it.
const EMPTYING_MS: u32 = 2_000;

/// Empties the log of SQLite into the file: what was erased is overwritten there, and stood on in the log until other
/// pages came to its place. A log that readers hold on to is emptied by the next erasure, or when the process ends.
/// PostgreSQL keeps its log for recovery; there erasure ends with the last backup.
pub(crate) async fn empty_log(pools: &Pools) {
    let Pools::Sqlite { write, .. } = pools else { return };
    match truncate(write).await {
        Ok(false) => {}
        Ok(true) => tracing::warn!("the database's log could not be emptied: it is being read"),
        Err(error) => tracing::warn!(%error, "the database's log could not be emptied"),
    }
}

/// Returns whether it was busy.
async fn truncate(pool: &SqlitePool) -> sqlx::Result<bool> {
    let mut conn = pool.acquire().await?;
    let patience = |ms: u32| AssertSqlSafe(format!("PRAGMA busy_timeout = {ms}"));
    sqlx::query(patience(EMPTYING_MS)).execute(&mut *conn).await?;
    let done = sqlx::query_as::<_, (i64, i64, i64)>("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *conn).await;
    let usual = u32::try_from(PATIENCE.as_millis()).unwrap_or(u32::MAX);
    sqlx::query(patience(usual)).execute(&mut *conn).await?;
    Ok(done?.0 != 0)
}

impl Store {
    /// Passes on the wakes of other processes; runs until it fails. With SQLite there is one process, so it only
    /// waits. Run it beside the job runner, start it again after a pause when it fails: polling bridges the gap.
    ///
    /// # Errors
    /// [`StoreError::Database`](crate::StoreError::Database) when the connection is lost.
    pub async fn listen(&self) -> Result<()> {
        let Pools::Postgres(pool) = &self.pools else { return std::future::pending().await };
        let mut listener = PgListener::connect_with(pool).await?;
        bounded(listener.listen(CHANNEL)).await?;
        loop {
            // `None`: reconnected, something may have been missed meanwhile.
            match tokio::time::timeout(SILENCE, listener.try_recv()).await {
                Ok(heard) => drop(heard?),
                // Nobody has said anything, or nothing arrives any more.
                Err(_) => {
                    bounded(sqlx::query("SELECT 1").execute(&mut listener)).await?;
                }
            }
            self.shared.wake.send_replace(());
        }
    }
}

impl Store {
    /// Rewrites the tables so that nothing of what was erased stays in their files. On PostgreSQL each table is locked
    /// meanwhile, and its log and backups are not touched; SQLite overwrites what it erases anyway.
    ///
    /// # Errors
    /// [`StoreError::Database`](crate::StoreError::Database) when the database fails.
    pub async fn compact(&self) -> Result<()> {
        match &self.pools {
            Pools::Sqlite { write, .. } => {
                sqlx::query("VACUUM").execute(write).await?;
                empty_log(&self.pools).await;
            }
            Pools::Postgres(pool) => {
                let sql = "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema()";
                for (table,) in sqlx::query_as::<_, (String,)>(sql).fetch_all(pool).await? {
                    sqlx::query(AssertSqlSafe(format!("VACUUM (FULL) {table}"))).execute(pool).await?;
                }
            }
        }
        Ok(())
    }
}
