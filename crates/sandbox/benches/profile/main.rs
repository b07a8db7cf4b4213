//! The two calls that every connection begins with, at our bank and at `oidc-provider`, in one run on one machine:
//!
//! * `client_credentials` with `private_key_jwt` signed with PS256;
//! * a pushed authorization request with a request object signed with PS256.
//!
//! Both banks without TLS, in processes of their own, asked by the same client with the same messages; then ours with
//! mTLS. `cargo xtask bench-profile` installs what it takes. What came out stands in `docs/performance.md`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench prints its figures, stops at a failure, and shares its clock with another program"
)]

mod bank;
mod client;
mod kit;
mod messages;
mod target;

use crate::kit::Kit;
use crate::messages::Call;
use crate::target::Target;

/// How often everything is measured; what is printed is the middle one.
const ROUNDS: usize = 3;
/// How many calls one measurement takes, by the number of connections.
const LOADS: [(usize, usize); 2] = [(1, 600), (16, 3200)];
/// How many calls come before, unmeasured: the other bank compiles itself while it works.
const WARM_UP: usize = 1500;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    match std::env::var("VINCULO_BENCH_KIT") {
        // This very program, started again as the bank.
        Ok(kit) => runtime.block_on(bank::serve(&Kit::read(&kit))),
        Err(_) => runtime.block_on(measure()),
    }
}

async fn measure() {
    let folder = tempfile::tempdir().unwrap();
    let kit = Kit::make(folder.path());
    let mut targets = vec![Target::ours(&kit, false).await];
    match std::env::var("VINCULO_TEST_PEERS_FOLDER") {
        Ok(peers) if !peers.is_empty() => targets.push(Target::theirs(&kit, &peers).await),
        _ => println!(
            "SKIPPED: oidc-provider (VINCULO_TEST_PEERS_FOLDER is not set; `cargo xtask bench-profile` sets it)"
        ),
    }
    targets.push(Target::ours(&kit, true).await);
    for target in &targets {
        for call in Call::ALL {
            target.load(&kit, call, 16, WARM_UP).await;
        }
    }
    let mut figures = vec![Vec::new(); targets.len()];
    for _ in 0..ROUNDS {
        // One after the other in each round: what else the machine does meets all of them alike.
        for (target, figures) in targets.iter().zip(&mut figures) {
            for (connections, calls) in LOADS {
                for call in Call::ALL {
                    figures.push((call, connections, target.load(&kit, call, connections, calls).await));
                }
            }
        }
    }
    for (target, figures) in targets.iter().zip(&figures) {
        print(target, figures);
    }
}

fn print(target: &Target, figures: &[(Call, usize, client::Figures)]) {
    println!(
        "{}: {} MiB after the last call, {} MiB at most",
        target.name,
        target.memory("VmRSS"),
        target.memory("VmHWM")
    );
    for (connections, _) in LOADS {
        for call in Call::ALL {
            let mut same: Vec<_> = figures.iter().filter(|f| (f.0, f.1) == (call, connections)).map(|f| f.2).collect();
            same.sort_by(|one, other| one.per_second.total_cmp(&other.per_second));
            let middle = same[same.len() / 2];
            println!(
                "  {:<20} {connections:>2} connections {:>8.0} per second  median {:>7.2} ms  p99 {:>7.2} ms",
                call.name(),
                middle.per_second,
                middle.median.as_secs_f64() * 1000.0,
                middle.p99.as_secs_f64() * 1000.0,
            );
        }
    }
}
