//! The least that could store the same: rows that are ready, into a table of the same columns and indexes, in as large
//! database transactions and statements, on a connection with the same settings.

use std::str::FromStr as _;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Executor as _, PgPool, Postgres, QueryBuilder, Sqlite, SqlitePool};
use vinculo_domain::LinkId;

/// As many rows as one statement of the product holds.
const BATCH: usize = 500;

const TABLE: [&str; 3] = [
    "CREATE TABLE bare (id text NOT NULL PRIMARY KEY, link_id text NOT NULL, account_id text NOT NULL,
        bank_key text NOT NULL, round text NOT NULL, value_date text NOT NULL, accounting_date text,
        amount bigint NOT NULL, currency text, kind text, status text, reference text, bill_name text,
        created_at bigint NOT NULL, collected_at bigint NOT NULL, body bytea NOT NULL)",
    "CREATE UNIQUE INDEX bare_by_bank_key ON bare (bank_key)",
    "CREATE INDEX bare_newest ON bare (link_id, value_date DESC, created_at DESC, id)",
];

const INSERT: &str = "INSERT INTO bare (id, link_id, account_id, bank_key, round, value_date, accounting_date, amount,
    currency, kind, status, reference, bill_name, created_at, collected_at, body) ";

/// A row as it stands in the table.
#[derive(sqlx::FromRow)]
pub(crate) struct Row {
    id: String,
    link_id: String,
    account_id: String,
    bank_key: String,
    round: String,
    value_date: String,
    accounting_date: Option<String>,
    amount: i64,
    currency: Option<String>,
    kind: Option<String>,
    status: Option<String>,
    reference: Option<String>,
    bill_name: Option<String>,
    created_at: i64,
    collected_at: i64,
    body: Vec<u8>,
}

pub(crate) enum Bare {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// Writes the same for either database.
macro_rules! each {
    ($bare:expr, $db:ident, $pool:ident => $body:expr) => {
        match $bare {
            Bare::Sqlite($pool) => {
                type $db = Sqlite;
                $body
            }
            Bare::Postgres($pool) => {
                type $db = Postgres;
                $body
            }
        }
    };
}

impl Bare {
    pub(crate) async fn open(url: &str) -> Self {
        let bare = if url.starts_with("sqlite:") {
            // As the store has them.
            let options = SqliteConnectOptions::from_str(url).unwrap();
            let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
            let options = options.foreign_keys(true).pragma("secure_delete", "ON");
            Self::Sqlite(SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap())
        } else {
            Self::Postgres(PgPool::connect(url).await.unwrap())
        };
        for sql in TABLE {
            each!(&bare, DB, pool => pool.execute(sqlx::query::<DB>(sql)).await.map(|_| ())).unwrap();
        }
        bare
    }

    /// The rows that the product wrote for a link, in the order in which it wrote them.
    pub(crate) async fn rows_of(&self, link: LinkId) -> Vec<Row> {
        const SQL: &str = "SELECT * FROM transactions WHERE link_id = $1 ORDER BY value_date DESC, created_at, id";
        each!(self, DB, pool => sqlx::query_as::<DB, Row>(SQL).bind(link.to_string()).fetch_all(pool).await).unwrap()
    }

    /// Inserts `rows` in one transaction.
    pub(crate) async fn insert(&self, rows: &[Row]) {
        each!(self, DB, pool => {
            let mut tx = pool.begin().await.unwrap();
            for batch in rows.chunks(BATCH) {
                let mut query = QueryBuilder::<DB>::new(INSERT);
                query.push_values(batch, |mut row, t| {
                    row.push_bind(t.id.as_str())
                        .push_bind(t.link_id.as_str())
                        .push_bind(t.account_id.as_str())
                        .push_bind(t.bank_key.as_str())
                        .push_bind(t.round.as_str())
                        .push_bind(t.value_date.as_str())
                        .push_bind(t.accounting_date.as_deref())
                        .push_bind(t.amount)
                        .push_bind(t.currency.as_deref())
                        .push_bind(t.kind.as_deref())
                        .push_bind(t.status.as_deref())
                        .push_bind(t.reference.as_deref())
                        .push_bind(t.bill_name.as_deref())
                        .push_bind(t.created_at)
                        .push_bind(t.collected_at)
                        .push_bind(t.body.as_slice());
                });
                query.build().execute(&mut *tx).await.unwrap();
            }
            tx.commit().await.unwrap();
        });
    }

    pub(crate) async fn close(&self) {
        each!(self, DB, pool => {
            pool.execute(sqlx::query::<DB>("DROP TABLE bare")).await.unwrap();
            pool.close().await;
        });
    }
}
