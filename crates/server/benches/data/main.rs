//! What the product does with data, beside the least that could do the same, in the same run and on the same machine:
//!
//! * transactions imported per second, beside a bare bulk insert of the same rows;
//! * a page of 100 transactions from the API, beside the same bytes served from memory;
//! * lists of a link with 100,000 transactions, beside the bare SQL query of the same rows, with 100 and 10,000 links;
//!
//! and what it costs to keep links, in figures of its own:
//!
//! * the planner with 1,000, 100,000 and 1,000,000 links;
//! * webhooks to a hundred receivers of which ten hang.
//!
//! `cargo xtask bench [reads|links|webhooks]`; or `cargo bench -p vinculo-server --bench data`, with PostgreSQL when
//! `VINCULO_TEST_POSTGRES_URL` is set. What is measured and what came out stands in `docs/performance.md`.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints its figures and stops at a failure")]

mod bank;
mod bare;
mod client;
mod crowd;
mod deliveries;
mod import;
mod pages;
mod planner;
mod reads;
mod world;

use sqlx::{AssertSqlSafe, Executor as _, PgPool};
use vinculo_domain::Env;

use crate::world::World;

/// As the binary has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    // The product logs a line for every request: the line is made here too, and thrown away.
    tracing_subscriber::fmt().with_env_filter("info,sqlx=warn,hyper=warn").compact().with_writer(std::io::sink).init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let parts: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    runtime.block_on(async {
        for part in [Part::Reads, Part::Links, Part::Webhooks] {
            if parts.is_empty() || parts.iter().any(|wanted| wanted == part.name()) {
                on_both(part).await;
            }
        }
    });
}

/// What can be measured by itself.
#[derive(Clone, Copy)]
enum Part {
    Reads,
    Links,
    Webhooks,
}

impl Part {
    fn name(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Links => "links",
            Self::Webhooks => "webhooks",
        }
    }

    async fn measure(self, url: &str) {
        match self {
            Self::Reads => {
                let world = World::start(url, Env::system(), import::TRANSACTIONS).await;
                let link = import::measure(&world, url).await;
                pages::measure(&world, link).await;
                reads::measure(&world, url, link).await;
                world.store.close().await;
            }
            Self::Links => planner::measure(url).await,
            Self::Webhooks => deliveries::measure(url).await,
        }
    }
}

/// On a fresh database of each kind.
async fn on_both(part: Part) {
    let folder = tempfile::tempdir().unwrap();
    part.measure(&format!("sqlite:{}", folder.path().join("bench.db").display())).await;
    let Some(base) = postgres_url() else {
        println!("SKIPPED: PostgreSQL (VINCULO_TEST_POSTGRES_URL is not set)");
        return;
    };
    let schema = format!("b{}", Env::system().hex32());
    let admin = PgPool::connect(&base).await.unwrap();
    admin.execute(AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).await.unwrap();
    let joint = if base.contains('?') { '&' } else { '?' };
    part.measure(&format!("{base}{joint}options=-c%20search_path%3D{schema}")).await;
    admin.execute(AssertSqlSafe(format!("DROP SCHEMA {schema} CASCADE"))).await.unwrap();
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads where the bench database is")]
fn postgres_url() -> Option<String> {
    std::env::var("VINCULO_TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty())
}

/// The middle one.
fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}
