//! Foreign exchange operations at once.

use vinculo_connector::Window;

use super::{Retrieve, finish, open, seen};
use crate::fetch::{Reader, day_in_brazil, exchanges as fetched};
use crate::{Aggregator, Error};

/// Retrieves the operations that were asked for on the days of `window`, with their history. The bank lists all of them:
/// those of other days are passed over.
///
/// # Errors
/// As [`owners`](super::owners).
pub async fn exchanges(aggregator: &Aggregator, what: Retrieve, window: Window) -> Result<Vec<String>, Error> {
    let (link, consent) = open(aggregator, what).await?;
    let mut reader = seen(aggregator, &link, &consent, Reader::open(aggregator, &link, &consent).await).await?;
    let mut drafts = seen(aggregator, &link, &consent, fetched::read_all(&mut reader).await).await?;
    drafts.retain(|draft| {
        let day = day_in_brazil(draft.content.operation_requested_at);
        window.from <= day && day <= window.to
    });
    let mut tx = aggregator.store().begin().await?;
    tx.hold_link(link.id).await?;
    let bodies = fetched::store(aggregator, &mut tx, &link, drafts).await?;
    finish(aggregator, tx, &link, what.save).await?;
    Ok(bodies)
}
