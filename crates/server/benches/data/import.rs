//! The import as the job `fetch` does it: the bank is called, its pages are parsed and mapped, rows are assembled,
//! sealed and written with the note where to go on, page by page, and the event is written at the end.

use std::time::Instant;

use vinculo_aggregator::{links, worker};
use vinculo_domain::{LinkId, Resource};
use vinculo_store::{Paging, TransactionFilter};

use crate::bank::PAGE;
use crate::bare::Bare;
use crate::median;
use crate::world::World;

/// Transactions of a link.
pub(crate) const TRANSACTIONS: usize = 20_000;
const ROUNDS: usize = 5;

/// Measures and prints. Both tables grow alike: each round imports a link, then inserts copies of its very rows.
/// Returns a link with its transactions.
pub(crate) async fn measure(world: &World, url: &str) -> LinkId {
    let backend = world.store.backend();
    let bare = Bare::open(url).await;
    let (mut ours, mut theirs, mut link) = (Vec::new(), Vec::new(), world.link().await);
    for round in 0..ROUNDS {
        if round > 0 {
            link = world.link().await;
        }
        ours.push(import(world, link).await);
        let rows = bare.rows_of(link).await;
        assert_eq!(rows.len(), TRANSACTIONS);
        let started = Instant::now();
        for page in rows.chunks(PAGE) {
            bare.insert(page).await;
        }
        theirs.push(rate(started));
    }
    bare.close().await;
    let (ours, theirs) = (median(&ours), median(&theirs));
    println!("{backend}: import            {ours:>8.0} transactions/s");
    println!("{backend}: bare bulk insert  {theirs:>8.0} transactions/s    ratio {:.2} (aim 0.50)", ours / theirs);
    link
}

async fn import(world: &World, link: LinkId) -> f64 {
    let only = Some(vec![Resource::Transactions]);
    links::fetch_later(&world.aggregator, world.application, link, only, None).await.unwrap();
    let started = Instant::now();
    worker::run_due(&world.aggregator).await.unwrap();
    let rate = rate(started);
    let filter = TransactionFilter { link: vec![link], ..TransactionFilter::default() };
    let page = world.store.transactions(world.application, &filter, Paging::default()).await.unwrap();
    assert_eq!(usize::try_from(page.count).unwrap(), TRANSACTIONS);
    rate
}

fn rate(started: Instant) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let count = TRANSACTIONS as f64;
    count / started.elapsed().as_secs_f64()
}
