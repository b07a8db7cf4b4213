//! What it costs to keep links fresh, with few, many and very many of them:
//!
//! * a tick of the schedules, minute by minute: due links and consents are found and their work is enqueued;
//! * one link's refresh from the plan to the last row, for the same thousand links, which are due all at once;
//! * claiming work of one kind while a hundred thousand jobs of another are due.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use vinculo_aggregator::worker;
use vinculo_domain::{AccessMode, Env, LinkId, ManualClock, SystemEntropy};
use vinculo_store::{LinkPatch, NewJob};

use crate::crowd::Crowd;
use crate::median;
use crate::world::World;

/// How many links there are, at the first look and later.
const LINKS: [usize; 3] = [1_000, 100_000, 1_000_000];
/// Links that are really read.
const REAL: usize = 1_000;
/// Minutes that are lived.
const TICKS: usize = 20;
/// Jobs that are due at once when the banks come back.
const BACKLOG: usize = 100_000;
/// Transactions of every account.
const TRANSACTIONS: usize = 40;

/// Measures and prints.
pub(crate) async fn measure(url: &str) {
    let clock = Arc::new(ManualClock::new(Env::system().now()));
    let env = Env::new(Arc::clone(&clock) as Arc<_>, Arc::new(SystemEntropy));
    let bench = Bench { world: World::start(url, env, TRANSACTIONS).await, clock, crowd: Crowd::open(url).await };
    bench.leave_the_directory_alone().await;
    let real = bench.real_links().await;
    let mut there = 0;
    for links in LINKS {
        if links > REAL {
            bench.crowd.grow(real[0], bench.world.env.now(), there, links - REAL).await;
            there = links - REAL;
        }
        bench.crowd.settle().await;
        bench.ticks(links).await;
        bench.refreshes(links, &real).await;
    }
    bench.backlog().await;
    bench.crowd.close().await;
    bench.world.store.close().await;
}

struct Bench {
    world: World,
    clock: Arc<ManualClock>,
    crowd: Crowd,
}

impl Bench {
    /// There is none here.
    async fn leave_the_directory_alone(&self) {
        let mut tx = self.world.store.begin().await.unwrap();
        let (now, never) = (self.world.env.now(), self.world.env.now() + SignedDuration::from_hours(24 * 365));
        assert!(tx.take_schedule("institutions", now, never).await.unwrap());
        tx.commit().await.unwrap();
    }

    /// Recurrent links that have been read for the first time.
    async fn real_links(&self) -> Vec<LinkId> {
        let mut links = Vec::with_capacity(REAL);
        for _ in 0..REAL {
            let link = self.world.link().await;
            let recurrent = LinkPatch { access_mode: Some(AccessMode::Recurrent), ..LinkPatch::default() };
            let mut tx = self.world.store.begin().await.unwrap();
            tx.patch_link(self.world.application, link, &recurrent).await.unwrap();
            tx.schedule_refresh(link, Some(self.world.env.now())).await.unwrap();
            tx.commit().await.unwrap();
            links.push(link);
        }
        self.tick().await;
        self.crowd.excuse().await;
        worker::run_due(&self.world.aggregator).await.unwrap();
        self.crowd.excuse().await;
        links
    }

    async fn tick(&self) -> Duration {
        let started = Instant::now();
        worker::tick(&self.world.aggregator).await.unwrap();
        started.elapsed()
    }

    /// A tick with the looks of the day and the hour, then those of the minutes behind it.
    async fn ticks(&self, links: usize) {
        self.clock.advance(SignedDuration::from_mins(1));
        self.crowd.run("UPDATE schedules SET next_at = 0 WHERE name IN ('retention', 'warn_of_consents')").await;
        let first = self.tick().await;
        self.crowd.excuse().await;
        let mut took = Vec::with_capacity(TICKS);
        let mut planned = 0;
        for _ in 0..TICKS {
            self.clock.advance(SignedDuration::from_mins(1));
            took.push(self.tick().await.as_secs_f64() * 1_000.0);
            planned += self.world.store.job_counts(self.world.env.now()).await.unwrap().due;
            self.crowd.excuse().await;
        }
        let most = took.iter().copied().fold(0.0, f64::max);
        println!(
            "{}: {links:>9} links  a tick {:>6.1} ms, at most {most:>6.1} ms, {:>4} jobs each; with the looks of hour and day {:>7.0} ms; memory {} MiB",
            self.world.store.backend(),
            median(&took),
            planned / i64::try_from(TICKS).unwrap(),
            first.as_secs_f64() * 1_000.0,
            memory(),
        );
    }

    /// The same links, all due now: planned, then read.
    async fn refreshes(&self, links: usize, real: &[LinkId]) {
        let mut tx = self.world.store.begin().await.unwrap();
        for link in real {
            tx.schedule_refresh(*link, Some(self.world.env.now())).await.unwrap();
        }
        tx.commit().await.unwrap();
        self.clock.advance(SignedDuration::from_mins(1));
        let plan = self.tick().await;
        let planned = self.world.store.job_counts(self.world.env.now()).await.unwrap().due;
        self.crowd.excuse().await;
        let started = Instant::now();
        let begun = worker::run_due(&self.world.aggregator).await.unwrap();
        let read = started.elapsed();
        assert!(begun >= REAL, "{begun} of {REAL} links were read");
        self.crowd.excuse().await;
        println!(
            "{}: {links:>9} links  planned {:>6.3} ms each, refreshed {:>6.2} ms each",
            self.world.store.backend(),
            plan.as_secs_f64() * 1_000.0 / f64::from(u32::try_from(planned).unwrap()),
            read.as_secs_f64() * 1_000.0 / f64::from(u32::try_from(begun).unwrap()),
        );
    }

    /// A hundred thousand refreshes are due, and one webhook.
    async fn backlog(&self) {
        let now = self.world.env.now();
        for (kind, waiting) in [("refresh", BACKLOG), ("deliver", 100)] {
            let mut tx = self.world.store.begin().await.unwrap();
            for _ in 0..waiting {
                let job = NewJob { kind, payload: "{}".to_owned(), run_at: now, dedup_key: None, trace: None };
                tx.enqueue(job).await.unwrap();
            }
            tx.commit().await.unwrap();
        }
        self.crowd.settle().await;
        for kind in ["refresh", "deliver"] {
            let mut took = Vec::new();
            for _ in 0..50 {
                let started = Instant::now();
                let claimed = self.world.store.claim(&[kind], now, SignedDuration::from_secs(15)).await.unwrap();
                took.push(started.elapsed().as_secs_f64() * 1_000.0);
                let claimed = claimed.unwrap();
                let mut tx = self.world.store.begin().await.unwrap();
                tx.complete(&claimed).await.unwrap();
                tx.commit().await.unwrap();
            }
            println!(
                "{}: {BACKLOG} refreshes due: a claim of `{kind}` takes {:.2} ms",
                self.world.store.backend(),
                median(&took)
            );
        }
    }
}

/// The most memory that the process has had, in MiB, where the system tells.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()).unwrap_or_default() / 1_024
}
