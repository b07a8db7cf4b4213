//! A year in the life of many links: real aggregator, real connector, the sandbox's banks over mTLS, and a clock that is
//! moved through thirteen months.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail the test")]

mod cast;
mod check;
mod hook;
mod life;
mod network;
mod world;

use life::Year;

/// So many links live: of every rate, term and fate.
const LINKS: usize = 200;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_year_on_the_embedded_database() {
    calm_year(&world::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_year_on_postgresql() {
    let Some(place) = world::postgres().await else { return };
    calm_year(&place).await;
}

async fn calm_year(place: &world::Place) {
    let year = Year::begin(place, LINKS).await;
    let year = year.live().await;
    check::whole(&year).await;
    year.end().await;
}
