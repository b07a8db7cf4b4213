//! The database of a year, and the processes on it.

use sqlx::{AssertSqlSafe, Executor as _, PgPool};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

use jiff::SignedDuration;
use vinculo_aggregator::webhooks::AddressPolicy;
use vinculo_aggregator::{Aggregator, Settings};
use vinculo_domain::{Env, ManualClock, SystemEntropy};
use vinculo_store::{MasterKeys, Store};

use crate::network::Network;

/// Where a year's database is.
pub(crate) struct Place {
    url: String,
    kept: Kept,
    /// How many processes may work on it at once.
    pub(crate) processes: usize,
}

enum Kept {
    Sqlite(#[expect(dead_code, reason = "removed when dropped")] TempDir),
    Postgres(PgPool, String),
}

/// So much room in memory is enough for all the years that a machine lives at once.
const ROOM: u64 = 1 << 30;

/// A folder, in memory where there is room: a year waits for the disk some hundred thousand times, and no power cut is
/// part of it.
pub(crate) fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let room = rustix::fs::statvfs(memory).map_or(0, |of| of.f_bavail.saturating_mul(of.f_frsize));
    let made = if room >= ROOM { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.or_else(|_| tempfile::tempdir()).unwrap()
}

pub(crate) async fn sqlite() -> Place {
    let folder = folder();
    let url = format!("sqlite:{}", folder.path().join("year.db").display());
    Place { url, kept: Kept::Sqlite(folder), processes: 1 }
}

pub(crate) async fn postgres() -> Option<Place> {
    let base = vinculo_testkit::need("VINCULO_TEST_POSTGRES_URL", "PostgreSQL")?;
    let schema = format!("y{}", Env::system().hex32());
    let admin = PgPool::connect(&base).await.unwrap();
    admin.execute(AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).await.unwrap();
    let joint = if base.contains('?') { '&' } else { '?' };
    let url = format!("{base}{joint}options=-c%20search_path%3D{schema}%20-c%20synchronous_commit%3Doff");
    Some(Place { url, kept: Kept::Postgres(admin, schema), processes: 3 })
}

impl Place {
    /// Another process on this database, with a memory of its own.
    pub(crate) async fn process(&self, network: &Network, clock: &Arc<ManualClock>) -> Aggregator {
        let env = Env::new(clock.clone(), Arc::new(SystemEntropy));
        let store = Store::connect(&self.url, MasterKeys::new(&[[7; 32]]).unwrap(), env.clone(), 8).await.unwrap();
        store.migrate().await.unwrap();
        let connector = Arc::new(network.connector(&env));
        Aggregator::new(store, connector, env, settings()).unwrap()
    }

    /// Throws the database away.
    pub(crate) async fn drop(&self) {
        if let Kept::Postgres(pool, schema) = &self.kept {
            pool.execute(AssertSqlSafe(format!("DROP SCHEMA {schema} CASCADE"))).await.unwrap();
        }
    }
}

/// As in production, but for what would cost a test of thirteen months thousands of calls that show nothing new.
fn settings() -> Settings {
    Settings {
        webhook_addresses: AddressPolicy { allow_loopback: true, allow_private: false },
        webhook_timeout: Duration::from_secs(5),
        directory_every: SignedDuration::from_hours(30 * 24),
        consent_check_every: SignedDuration::from_hours(15 * 24),
        ..Settings::new("http://127.0.0.1:8080/")
    }
}
