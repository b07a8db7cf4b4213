//! What a database lacks, seen without touching it.

use std::path::Path;
use std::str::FromStr;

use sqlx::sqlite::SqliteConnectOptions;

use crate::on::Lane;
use crate::store::MIGRATIONS;
use crate::{Result, Store, StoreError};

/// Says whether there is a database at an address of SQLite; a server's is taken to be there.
#[must_use]
pub fn is_there(url: &str) -> bool {
    let Some(options) = url.starts_with("sqlite:").then(|| SqliteConnectOptions::from_str(url).ok()).flatten() else {
        return true;
    };
    let file = options.get_filename();
    file.starts_with("file:") || file == Path::new(":memory:") || file.exists()
}

impl Store {
    /// Lists the migrations that this program has and the database has not, the oldest first. Changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Configuration`] when the database is newer than this program, [`StoreError::Database`] when it cannot
    /// be read.
    pub async fn pending_migrations(&self) -> Result<Vec<String>> {
        let applied = self.applied_migrations().await?;
        let known = |version: &i64| MIGRATIONS.iter().any(|migration| migration.version == *version);
        if !applied.iter().all(known) {
            return Err(StoreError::Configuration("the database is newer than this program"));
        }
        let pending = MIGRATIONS.iter().filter(|migration| !applied.contains(&migration.version));
        Ok(pending.map(|migration| format!("{:04} {}", migration.version, migration.description)).collect())
    }

    async fn applied_migrations(&self) -> Result<Vec<i64>> {
        const APPLIED: &str = "SELECT version FROM _sqlx_migrations WHERE success";
        Ok(match self.reader().await? {
            Lane::Sqlite(mut conn) => {
                let table = "SELECT count(*) FROM sqlite_master WHERE name = '_sqlx_migrations'";
                let there: i64 = sqlx::query_scalar(table).fetch_one(&mut *conn).await?;
                if there == 0 { Vec::new() } else { sqlx::query_scalar(APPLIED).fetch_all(&mut *conn).await? }
            }
            Lane::Postgres(mut conn) => {
                let table = "SELECT to_regclass('_sqlx_migrations') IS NOT NULL";
                let there: bool = sqlx::query_scalar(table).fetch_one(&mut *conn).await?;
                if there { sqlx::query_scalar(APPLIED).fetch_all(&mut *conn).await? } else { Vec::new() }
            }
        })
    }
}
