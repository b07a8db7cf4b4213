//! Connecting, migrating, and starting transactions.

use std::path::Path;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use secrecy::SecretBox;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};
use tokio::sync::watch;
use vinculo_domain::Env;

use crate::lent::Lent;
use crate::on::Lane;
use crate::query::Paging;
use crate::{MasterKeys, Result, StoreError, Tx, hash};

pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// How long a writer waits for another one on SQLite, and anyone there for a connection.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// How long anyone waits for a connection of PostgreSQL: while the database cannot be reached, whoever needs it is told so.
const LENT_WITHIN: Duration = Duration::from_secs(10);

/// A connection of PostgreSQL that was idle for longer is checked before it is lent.
const TRUSTED_IDLE: Duration = Duration::from_secs(10);

#[derive(Clone)]
pub(crate) enum Pools {
    /// SQLite has one writer at a time; readers have their own connections and never wait for it (WAL).
    Sqlite {
        write: SqlitePool,
        read: SqlitePool,
    },
    Postgres(PgPool),
}

pub(crate) struct Shared {
    pub(crate) master: MasterKeys,
    pub(crate) env: Env,
    pub(crate) hash_key: OnceLock<SecretBox<[u8; 32]>>,
    pub(crate) wake: watch::Sender<()>,
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(crate) pools: Pools,
    pub(crate) shared: Arc<Shared>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({})", self.backend())
    }
}

impl Store {
    /// Connects to `sqlite:<path>` (made when it is missing) or `postgres://…` with at most `pool_size` connections.
    ///
    /// # Errors
    /// [`StoreError::Configuration`] for another kind of address, [`StoreError::Database`] when it cannot be reached.
    pub async fn connect(url: &str, master: MasterKeys, env: Env, pool_size: u32) -> Result<Self> {
        let pools = if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Pools::Postgres(connect_postgres(url, pool_size).await?)
        } else if url.starts_with("sqlite:") {
            connect_sqlite(url, pool_size).await?
        } else {
            return Err(StoreError::Configuration("a database address starts with sqlite: or postgres://"));
        };
        let shared = Shared { master, env, hash_key: OnceLock::new(), wake: watch::Sender::new(()) };
        Ok(Self { pools, shared: Arc::new(shared) })
    }

    /// Returns `sqlite` or `postgres`.
    pub fn backend(&self) -> &'static str {
        match self.pools {
            Pools::Sqlite { .. } => "sqlite",
            Pools::Postgres(_) => "postgres",
        }
    }

    /// Applies the migrations that are missing and makes the hash key of a fresh database. Several processes may do
    /// it at once.
    ///
    /// # Errors
    /// [`StoreError::Migrate`] when one fails, or when the database is newer than this program.
    pub async fn migrate(&self) -> Result<()> {
        let failed = |error| StoreError::Migrate(Box::new(error));
        match &self.pools {
            Pools::Sqlite { write, .. } => {
                // All migrations in one immediate transaction: whoever comes second waits, then finds nothing to do.
                let mut tx = write.begin_with("BEGIN IMMEDIATE").await?;
                MIGRATIONS.run_direct(None, &mut *tx, false).await.map_err(failed)?;
                tx.commit().await?;
            }
            Pools::Postgres(pool) => MIGRATIONS.run(pool).await.map_err(failed)?,
        }
        let mut tx = self.begin().await?;
        hash::make_key(&mut tx.on()).await?;
        tx.commit().await
    }

    /// Starts a transaction that may write. On SQLite it waits until it is the only writer, so that nothing that was
    /// read inside can have changed when it commits. Without [`Tx::commit`] everything is undone.
    ///
    /// # Errors
    /// [`StoreError::Database`] when no connection can be had.
    pub async fn begin(&self) -> Result<Tx> {
        let inner = match &self.pools {
            Pools::Sqlite { write, .. } => crate::tx::Inner::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Pools::Postgres(pool) => {
                let mut conn = Lent::from(pool).await?;
                conn.begin().await?;
                crate::tx::Inner::Postgres(conn)
            }
        };
        Ok(Tx::new(inner, self.pools.clone(), Arc::clone(&self.shared)))
    }

    /// Checks that the database answers and is migrated.
    ///
    /// # Errors
    /// [`StoreError`] when it does not.
    pub async fn ping(&self) -> Result<()> {
        let mut lane = self.reader().await?;
        crate::on::one!(lane.on(&self.shared), (i64,), "SELECT count(*) FROM secrets")?;
        Ok(())
    }

    /// Closes the connections; on SQLite the log is merged into the file.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }

    pub(crate) async fn reader(&self) -> Result<Lane> {
        Ok(match &self.pools {
            Pools::Sqlite { read, .. } => Lane::Sqlite(read.acquire().await?),
            Pools::Postgres(pool) => Lane::Postgres(Lent::from(pool).await?),
        })
    }

    /// A connection for one writing statement outside a transaction.
    pub(crate) async fn writer(&self) -> Result<Lane> {
        Ok(match &self.pools {
            Pools::Sqlite { write, .. } => Lane::Sqlite(write.acquire().await?),
            Pools::Postgres(pool) => Lane::Postgres(Lent::from(pool).await?),
        })
    }
}

async fn connect_sqlite(url: &str, pool_size: u32) -> Result<Pools> {
    let options = SqliteConnectOptions::from_str(url)?;
    make_private(options.get_filename());
    let options = options
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A commit survives a power cut: a consent must not be active at the bank without a record here.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(PATIENCE)
        .foreign_keys(true)
        // What is erased is overwritten in the file, keys above all.
        .pragma("secure_delete", "ON")
        // The thread that reads a page is done with it without waiting for whoever takes the rows.
        .row_buffer_size(Paging::MAX_SIZE as usize);
    // A file does not hang up: a connection need not be checked before it is lent.
    let pool =
        |size: u32| SqlitePoolOptions::new().max_connections(size).acquire_timeout(PATIENCE).test_before_acquire(false);
    let write = pool(1).connect_with(options.clone()).await?;
    let read = pool(pool_size.max(1)).connect_with(options.pragma("query_only", "ON")).await?;
    Ok(Pools::Sqlite { write, read })
}

/// Makes the file of a database that is new, readable by its owner only; the files that SQLite puts beside it take over
/// its permissions. Where that fails SQLite says why.
fn make_private(file: &Path) {
    if file.starts_with("file:") || file == Path::new(":memory:") {
        return;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).ok();
}

async fn connect_postgres(url: &str, pool_size: u32) -> Result<PgPool> {
    let pool = PgPoolOptions::new()
        .max_connections(pool_size.max(2))
        .acquire_timeout(LENT_WITHIN)
        .test_before_acquire(false)
        .before_acquire(|conn, meta| {
            Box::pin(async move {
                if meta.idle_for > TRUSTED_IDLE {
                    sqlx::Connection::ping(conn).await?;
                }
                Ok(true)
            })
        })
        .connect_with(PgConnectOptions::from_str(url)?)
        .await?;
    Ok(pool)
}
