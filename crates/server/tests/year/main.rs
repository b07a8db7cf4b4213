//! A year in the life of many links: real aggregator, real connector, the sandbox's banks over mTLS, and a clock that is
//! moved through thirteen months. A calm one, and one in which everything fails now and then.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "helpers of tests may fail the test, and say how to repeat it"
)]

mod cast;
mod chance;
mod check;
mod connect;
mod faults;
mod hook;
mod life;
mod mortal;
mod network;
mod state;
mod trouble;
mod work;
mod world;

use life::Year;
use state::State;
use trouble::Trouble;

/// So many links live in a calm year: of every rate, term and fate.
const LINKS: usize = 200;
/// So many in a troubled one, which is compared with a calm one of its own: every rate, term and fate is among them.
const FEWER: usize = 32;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_year_on_the_embedded_database() {
    live(&world::sqlite().await, LINKS, None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_year_on_postgresql() {
    let Some(place) = world::postgres().await else { return };
    live(&place, LINKS, None).await;
}

/// One process on the embedded database, three on PostgreSQL: all end as the calm year does.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_troubled_year_ends_as_a_calm_one() {
    let calm = world::sqlite().await;
    let embedded = world::sqlite().await;
    let postgres = world::postgres().await;
    let on_postgres = async {
        match &postgres {
            Some(place) => Some(live(place, FEWER, Some(Trouble::new())).await),
            None => None,
        }
    };
    let years = (live(&calm, FEWER, None), live(&embedded, FEWER, Some(Trouble::new())), on_postgres);
    let (calm, embedded, postgres) = tokio::join!(years.0, years.1, years.2);
    state::same(&calm, &embedded);
    if let Some(postgres) = postgres {
        state::same(&calm, &postgres);
    }
}

/// Lives a year, and checks it.
async fn live(place: &world::Place, links: usize, trouble: Option<Trouble>) -> State {
    let year = Year::begin(place, links, trouble).await;
    let year = year.live().await;
    check::whole(&year).await;
    if let Some(trouble) = &year.trouble {
        assert!(trouble.struck > 100 && trouble.deaths > 50, "{} strikes, {} deaths", trouble.struck, trouble.deaths);
    }
    let state = state::of(&year).await;
    year.end().await;
    state
}
