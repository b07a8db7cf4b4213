//! A crowd of links: rows as the product has them, made by the database itself, for a million one by one takes too long.

use jiff::Timestamp;
use sqlx::{AssertSqlSafe, Executor as _, PgPool, SqlitePool};
use vinculo_domain::LinkId;

/// Ids of the crowd begin so; those that the product makes, with the time of their making.
const MARK: char = 'c';

/// The database without us.
pub(crate) enum Crowd {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Crowd {
    pub(crate) async fn open(url: &str) -> Self {
        if url.starts_with("sqlite:") {
            Self::Sqlite(SqlitePool::connect(url).await.unwrap())
        } else {
            Self::Postgres(PgPool::connect(url).await.unwrap())
        }
    }

    /// Makes the members `from..to` of the crowd, copies of the link `model` and its consent. Each is due at its own moment
    /// of the week behind `now`, and its consent was looked at at its own moment of the day before.
    pub(crate) async fn grow(&self, model: LinkId, now: Timestamp, from: usize, to: usize) {
        let (members, id) = match self {
            Self::Sqlite(_) => (
                format!("WITH RECURSIVE g(n) AS (SELECT {from} UNION ALL SELECT n + 1 FROM g WHERE n + 1 < {to}) "),
                format!("printf('{MARK}%07x-0000-7000-8000-0000000000', n)"),
            ),
            Self::Postgres(_) => (
                format!("WITH g AS (SELECT generate_series({from}, {to} - 1)::bigint AS n) "),
                format!("'{MARK}' || lpad(to_hex(n), 7, '0') || '-0000-7000-8000-0000000000'"),
            ),
        };
        let (now, week, day) = (now.as_microsecond(), 7 * 86_400_000_000_i64, 86_400_000_000_i64);
        let count = i64::try_from(to - from).unwrap();
        // Neighbours in the table are not neighbours in time.
        let spread = |span: i64| format!("((n * 7919) % {count}) * {}", span / count);
        let (due, seen) = (spread(week), spread(day));
        self.run(&format!(
            "INSERT INTO links (id, application_id, institution, consent_id, status, access_mode, refresh_rate,
                institution_user_id, stale_in, fetch_resources, credentials_storage, created_by, created_at,
                last_accessed_at, tokens, tokens_version, transaction_count, refresh_at, full_read_at)
             {members} SELECT {id} || '01', application_id, institution, {id} || '02', status, access_mode, refresh_rate,
                institution_user_id, stale_in, fetch_resources, credentials_storage, created_by, created_at,
                {now} - {seen}, tokens, tokens_version, 0, {now} + {due}, {now}
             FROM links, g WHERE links.id = '{model}'"
        ))
        .await;
        self.run(&format!(
            "INSERT INTO consents (id, application_id, link_id, institution, status, permissions, person_hash, record,
                created_at, updated_at, checked_at)
             {members} SELECT {id} || '02', application_id, {id} || '01', institution, status, permissions, person_hash,
                record, created_at, updated_at, {now} - {day} + {seen}
             FROM consents, g WHERE consents.link_id = '{model}'"
        ))
        .await;
    }

    /// Takes the work of the crowd out of the queue: nobody can open its tokens.
    pub(crate) async fn excuse(&self) {
        self.run("DELETE FROM jobs WHERE dedup_key NOT LIKE 'refresh:0%'").await;
    }

    /// What a server does by itself some time after much has been written.
    pub(crate) async fn settle(&self) {
        match self {
            Self::Sqlite(_) => self.run("ANALYZE").await,
            Self::Postgres(_) => self.run("VACUUM ANALYZE").await,
        }
    }

    pub(crate) async fn run(&self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(pool) => pool.execute(sql).await.map(drop).unwrap(),
            Self::Postgres(pool) => pool.execute(sql).await.map(drop).unwrap(),
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}
