//! Transactions imported per second, beside a bare bulk insert of the same rows into a table of the same shape.
//!
//! `cargo bench -p vinculo-store --bench import`; PostgreSQL too when `VINCULO_TEST_POSTGRES_URL` is set.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints its figures and stops at a failure")]

use std::time::Instant;

use sqlx::{AssertSqlSafe, Executor, PgPool, Postgres, QueryBuilder, Sqlite, SqlitePool};
use vinculo_domain::{
    AccessMode, AccountId, ApplicationId, Env, FetchResources, LinkId, LinkStatus, StaleIn, TransactionId,
};
use vinculo_store::{Application, BankTokens, Link, MasterKeys, NewTransaction, Paging, Store, TransactionFilter};

const ROWS: usize = 20_000;
const BATCH: usize = 500;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", dir.path().join("bench.db").display());
        run(&url).await;
        let Some(base) = postgres_url() else {
            println!("SKIPPED: PostgreSQL (VINCULO_TEST_POSTGRES_URL is not set)");
            return;
        };
        let schema = format!("b{}", Env::system().hex32());
        let admin = PgPool::connect(&base).await.unwrap();
        admin.execute(AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).await.unwrap();
        run(&format!("{base}?options=-c%20search_path%3D{schema}")).await;
        admin.execute(AssertSqlSafe(format!("DROP SCHEMA {schema} CASCADE"))).await.unwrap();
    });
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads where the bench database is")]
fn postgres_url() -> Option<String> {
    std::env::var("VINCULO_TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty())
}

async fn run(url: &str) {
    let env = Env::system();
    let store = Store::connect(url, MasterKeys::new(&[[7; 32]]).unwrap(), env.clone(), 4).await.unwrap();
    store.migrate().await.unwrap();
    let (application, link, account) = (ApplicationId::new(&env), LinkId::new(&env), AccountId::new(&env));
    prepare(&store, &env, application, link).await;
    let rows = rows(&env);

    let started = Instant::now();
    for batch in rows.chunks(BATCH) {
        let mut tx = store.begin().await.unwrap();
        let keys: Vec<&str> = batch.iter().map(|row| row.bank_key.as_str()).collect();
        tx.known_transactions(account, &keys).await.unwrap();
        tx.upsert_transactions(link, account, "r", batch).await.unwrap();
        tx.commit().await.unwrap();
    }
    let ours = rate(started);
    let started = Instant::now();
    bare(url, &rows).await;
    let bare = rate(started);
    println!("{}: import {ours:.0}/s, bare insert {bare:.0}/s, ratio {:.2}", store.backend(), ours / bare);

    let filter = TransactionFilter { link: vec![link], ..Default::default() };
    let started = Instant::now();
    for _ in 0..200 {
        let page = store.transactions(application, &filter, Paging::default()).await.unwrap();
        assert_eq!((page.count as usize, page.items.len()), (ROWS, 100));
    }
    println!(
        "{}: page of 100 of {ROWS} in {:.2} ms",
        store.backend(),
        started.elapsed().as_secs_f64() * 1_000.0 / 200.0
    );
    store.close().await;
}

fn rate(started: Instant) -> f64 {
    ROWS as f64 / started.elapsed().as_secs_f64()
}

async fn prepare(store: &Store, env: &Env, application: ApplicationId, id: LinkId) {
    let created_at = env.now();
    let link = Link {
        id,
        application,
        institution: "bank".parse().unwrap(),
        consent: None,
        status: LinkStatus::Valid,
        access_mode: AccessMode::Single,
        refresh_rate: None,
        external_id: None,
        institution_user_id: String::new(),
        stale_in: StaleIn::default(),
        fetch_resources: FetchResources::default(),
        credentials_storage: "365d".to_owned(),
        created_by: application.uuid(),
        created_at,
        last_accessed_at: None,
    };
    let tokens = BankTokens { access: "a".into(), refresh: None, expires_at: created_at, scope: None };
    let mut tx = store.begin().await.unwrap();
    let name = "Bench".to_owned();
    tx.insert_application(&Application { id: application, name, settings: "{}".to_owned(), created_at }).await.unwrap();
    tx.insert_link(&link, &tokens).await.unwrap();
    tx.commit().await.unwrap();
}

fn rows(env: &Env) -> Vec<NewTransaction> {
    let first: jiff::civil::Date = "2025-11-22".parse().unwrap();
    let row = |n: usize| NewTransaction {
        id: TransactionId::new(env),
        bank_key: format!("bank-transaction-{n}"),
        value_date: first.checked_add(jiff::Span::new().days((n / 55) as i64)).unwrap(),
        accounting_date: None,
        amount: "123.45".parse().unwrap(),
        currency: Some("BRL".to_owned()),
        kind: Some("OUTFLOW".to_owned()),
        status: Some("PROCESSED".to_owned()),
        reference: None,
        bill_name: None,
        created_at: env.now(),
        collected_at: env.now(),
        body: format!("{{\"n\":{n},\"pad\":\"{}\"}}", "x".repeat(1_000)),
    };
    (0..ROWS).map(row).collect()
}

const INSERT: &str = "INSERT INTO bare (id, link_id, account_id, bank_key, round, value_date, accounting_date, amount,
    currency, kind, status, reference, bill_name, created_at, collected_at, body) ";

macro_rules! bare_insert {
    ($pool:expr, $db:ty, $rows:expr) => {
        for batch in $rows.chunks(BATCH) {
            let mut tx = $pool.begin().await.unwrap();
            let mut query = QueryBuilder::<$db>::new(INSERT);
            query.push_values(batch, |mut row, t| {
                row.push_bind(t.id.to_string())
                    .push_bind("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b")
                    .push_bind("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5c")
                    .push_bind(t.bank_key.as_str())
                    .push_bind("r")
                    .push_bind(t.value_date.to_string())
                    .push_bind(None::<String>)
                    .push_bind(1_234_500_i64)
                    .push_bind(t.currency.as_deref())
                    .push_bind(t.kind.as_deref())
                    .push_bind(t.status.as_deref())
                    .push_bind(None::<String>)
                    .push_bind(None::<String>)
                    .push_bind(t.created_at.as_microsecond())
                    .push_bind(t.collected_at.as_microsecond())
                    .push_bind(t.body.as_bytes());
            });
            query.build().execute(&mut *tx).await.unwrap();
            tx.commit().await.unwrap();
        }
    };
}

/// The same columns and the same indexes, without sealing, hashing, looking up or replacing.
const TABLE: [&str; 3] = [
    "CREATE TABLE bare (id text NOT NULL PRIMARY KEY, link_id text NOT NULL, account_id text NOT NULL,
        bank_key text NOT NULL, round text NOT NULL, value_date text NOT NULL, accounting_date text,
        amount bigint NOT NULL, currency text, kind text, status text, reference text, bill_name text,
        created_at bigint NOT NULL, collected_at bigint NOT NULL, body bytea NOT NULL)",
    "CREATE UNIQUE INDEX bare_by_bank_key ON bare (bank_key)",
    "CREATE INDEX bare_newest ON bare (link_id, value_date DESC, created_at DESC, id)",
];

async fn bare(url: &str, rows: &[NewTransaction]) {
    if url.starts_with("sqlite:") {
        let pool = SqlitePool::connect(url).await.unwrap();
        for sql in TABLE {
            pool.execute(sql).await.unwrap();
        }
        bare_insert!(pool, Sqlite, rows);
    } else {
        let pool = PgPool::connect(url).await.unwrap();
        for sql in TABLE {
            pool.execute(sql).await.unwrap();
        }
        bare_insert!(pool, Postgres, rows);
    }
}
