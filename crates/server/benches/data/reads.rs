//! Lists of transactions of a link with very many, through all layers of the server, beside the bare SQL that reads the same
//! rows (and counts the matches of a filter, which the answer holds); with a hundred links stored, then with ten thousand.

use std::time::{Duration, Instant};

use jiff::{ToSpan as _, civil::Date};
use sqlx::{AssertSqlSafe, PgPool, Postgres, Sqlite, SqlitePool};
use vinculo_domain::{AccountId, LinkId, TransactionId};
use vinculo_store::{NewTransaction, Paging, TransactionFilter};

use crate::client::{Reading, load};
use crate::pages::{request, serve};
use crate::world::World;

/// Transactions of the large link.
const MANY: usize = 100_000;
/// Transactions of every other link.
const FEW: usize = 10;
/// Links stored at the first look, and at the second.
const LINKS: [usize; 2] = [100, 10_000];
const TIME: Duration = Duration::from_secs(2);

/// What is read: name, parameters behind `link`, and the same as SQL.
const LISTS: [(&str, &str, &str); 4] = [
    ("newest 100", "page_size=100", "LIMIT 100"),
    ("newest 1,000", "page_size=1000", "LIMIT 1000"),
    ("filtered 100", "page_size=100&type=INFLOW&amount__gt=1000", "LIMIT 100"),
    ("page 500 of 100", "page_size=100&page=500", "LIMIT 100 OFFSET 49900"),
];
const FILTER: &str = " AND kind = 'INFLOW' AND amount > 10000000";

/// Measures and prints. `sample` is a link whose transactions are copied.
pub(crate) async fn measure(world: &World, url: &str, sample: LinkId) {
    let bodies = sample_bodies(world, sample).await;
    let large = fill(world, &bodies, MANY).await;
    let (bare, address) = (Bare::open(url).await, serve(world.router()).await);
    let mut stored = 1;
    for links in LINKS {
        while stored < links {
            fill(world, &bodies, FEW).await;
            stored += 1;
        }
        bare.settle().await;
        for list in LISTS {
            compare(world, &address, &bare, large, links, list).await;
        }
    }
    bare.close().await;
}

async fn compare(
    world: &World,
    address: &str,
    bare: &Bare,
    link: LinkId,
    links: usize,
    (name, query, sql): (&str, &str, &str),
) {
    let request = request(world, &format!("link={link}&{query}"));
    let condition = if query.contains("type=") { FILTER } else { "" };
    let from = format!("FROM transactions WHERE link_id = '{link}'{condition}");
    let page =
        format!("SELECT id, link_id, account_id, body {from} ORDER BY value_date DESC, created_at DESC, id {sql}");
    let count = (!condition.is_empty()).then(|| format!("SELECT count(*) {from}"));
    for connections in [1, 16] {
        let ours = load(address, &request, connections, Reading::Bytes, TIME).await.median;
        let theirs = bare.load(&page, count.as_deref(), connections).await;
        let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
        println!(
            "{}: {links:>6} links  {name:<15} {connections:>2} connections  API {:>7.2} ms  bare query {:>7.2} ms  ratio {:.1} (aim 3)",
            world.store.backend(),
            ms(ours),
            ms(theirs),
            ours.as_secs_f64() / theirs.as_secs_f64(),
        );
    }
}

async fn sample_bodies(world: &World, link: LinkId) -> Vec<String> {
    let filter = TransactionFilter { link: vec![link], ..TransactionFilter::default() };
    let paging = Paging { page: 1, size: Paging::MAX_SIZE };
    let page = world.store.transactions(world.application, &filter, paging).await.unwrap();
    page.items.into_iter().map(|item| item.body).collect()
}

/// Makes a link with an account and `count` transactions, over five years.
async fn fill(world: &World, bodies: &[String], count: usize) -> LinkId {
    let link = world.link().await;
    let account = AccountId::new(&world.env);
    let today: Date = world.env.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let mut tx = world.store.begin().await.unwrap();
    tx.upsert_accounts(world.application, link, &[world.account(account)]).await.unwrap();
    for from in (0..count).step_by(1_000) {
        let rows: Vec<NewTransaction> = (from..count.min(from + 1_000))
            .map(|n| {
                let age = i64::try_from(n * 5 * 365 / count).unwrap();
                row(world, n, today.checked_sub(age.days()).unwrap(), &bodies[n % bodies.len()])
            })
            .collect();
        tx.upsert_transactions(link, account, "bench", &rows).await.unwrap();
    }
    tx.commit().await.unwrap();
    link
}

fn row(world: &World, n: usize, day: Date, body: &str) -> NewTransaction {
    NewTransaction {
        id: TransactionId::new(&world.env),
        bank_key: n.to_string(),
        value_date: day,
        accounting_date: Some(day),
        amount: format!("{}.00", 1 + n * 7 % 4_000).parse().unwrap(),
        currency: Some("BRL".to_owned()),
        kind: Some(if n.is_multiple_of(4) { "INFLOW" } else { "OUTFLOW" }.to_owned()),
        status: Some("PROCESSED".to_owned()),
        reference: None,
        bill_name: None,
        provisional: false,
        created_at: world.env.now(),
        collected_at: world.env.now(),
        body: body.to_owned(),
    }
}

/// The database without us.
enum Bare {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

type Row = (String, String, String, Vec<u8>);

impl Bare {
    async fn open(url: &str) -> Self {
        if url.starts_with("sqlite:") {
            Self::Sqlite(SqlitePool::connect(url).await.unwrap())
        } else {
            Self::Postgres(sqlx::postgres::PgPoolOptions::new().max_connections(16).connect(url).await.unwrap())
        }
    }

    /// What a server does by itself some time after much has been written.
    async fn settle(&self) {
        match self {
            Self::Sqlite(pool) => sqlx::query::<Sqlite>("PRAGMA optimize").execute(pool).await.map(drop).unwrap(),
            Self::Postgres(pool) => sqlx::query::<Postgres>("VACUUM ANALYZE").execute(pool).await.map(drop).unwrap(),
        }
    }

    /// Runs both again and again on each of `connections`, and returns the median time.
    async fn load(&self, page: &str, count: Option<&str>, connections: usize) -> Duration {
        let mut all = tokio::task::JoinSet::new();
        let started = Instant::now();
        for _ in 0..connections {
            let (page, count) = (page.to_owned(), count.map(str::to_owned));
            match self {
                Self::Sqlite(pool) => all.spawn(again::<Sqlite>(pool.clone(), page, count, started)),
                Self::Postgres(pool) => all.spawn(again::<Postgres>(pool.clone(), page, count, started)),
            };
        }
        let mut took = all.join_all().await.concat();
        took.sort_unstable();
        took[took.len() / 2]
    }

    async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

async fn again<DB>(pool: sqlx::Pool<DB>, page: String, count: Option<String>, started: Instant) -> Vec<Duration>
where
    DB: sqlx::Database,
    (i64,): for<'r> sqlx::FromRow<'r, DB::Row>,
    Row: for<'r> sqlx::FromRow<'r, DB::Row>,
    for<'c> &'c mut DB::Connection: sqlx::Executor<'c, Database = DB>,
    DB::Arguments: sqlx::IntoArguments<DB>,
{
    let mut took = Vec::new();
    while started.elapsed() < TIME {
        let begun = Instant::now();
        let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(page.clone())).fetch_all(&pool).await.unwrap();
        assert!(!rows.is_empty());
        if let Some(count) = &count {
            let (found,): (i64,) = sqlx::query_as(AssertSqlSafe(count.clone())).fetch_one(&pool).await.unwrap();
            assert!(found > 0);
        }
        took.push(begun.elapsed());
    }
    took
}
