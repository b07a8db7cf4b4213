use jiff::Timestamp;
use vinculo_domain::model::{ExchangeDraft, ExchangeEventDraft};
use vinculo_domain::{ExchangeEventId, ExchangeId, Resource};
use vinculo_store::{Known, Link, NewExchange, NewExchangeEvent, Tx};

use super::rows::{body, ids};
use super::{Reader, Round, accounts, read, stored};
use crate::worker::JobError;
use crate::{Aggregator, Error};

/// The network's name of an operation in the list of shared resources.
const SHARED_AS: &str = "EXCHANGE";

/// Fetches the foreign exchange operations with their history, and announces them.
pub(super) async fn fetch(round: &Round<'_>, reader: &mut Reader<'_>) -> Result<(), JobError> {
    let drafts = read_all(reader).await?;
    let mut tx = round.begin().await?;
    store(round.aggregator, &mut tx, &round.link, drafts).await?;
    let counts = stored(&mut tx, &round.link, Resource::Exchanges).await?;
    round.finish(&mut tx, Resource::Exchanges, &counts, &[]).await?;
    Ok(tx.commit().await?)
}

/// Reads the operations, unless the bank's list of resources names none: its calls are not counted.
pub(crate) async fn read_all(reader: &mut Reader<'_>) -> Result<Vec<ExchangeDraft>, Error> {
    let shared = accounts::shared(reader).await?;
    if shared.is_some_and(|all| !all.iter().any(|resource| resource.kind == SHARED_AS)) {
        return Ok(Vec::new());
    }
    let connector = reader.connector();
    read!(reader, access => connector.exchanges(access))
}

/// Stores operations with their history. Returns the bodies of the operations.
pub(crate) async fn store(
    aggregator: &Aggregator,
    tx: &mut Tx,
    link: &Link,
    drafts: Vec<ExchangeDraft>,
) -> Result<Vec<String>, Error> {
    let now = aggregator.env().now();
    let keys: Vec<&str> = drafts.iter().map(ExchangeDraft::bank_key).collect();
    let mut known = tx.known_exchanges(link.id, &keys).await?;
    let mut bodies = Vec::with_capacity(drafts.len());
    for mut draft in drafts {
        let id = known.get_or_new(draft.bank_key(), aggregator.env());
        let drafts = std::mem::take(&mut draft.events);
        let events = events(aggregator, tx, link, id.id, drafts, now).await?;
        let row = exchange_row(draft, id, link, now)?;
        tx.upsert_exchange(link.id, &row, &events).await?;
        bodies.push(row.body);
    }
    Ok(bodies)
}

async fn events(
    aggregator: &Aggregator,
    tx: &mut Tx,
    link: &Link,
    exchange: ExchangeId,
    drafts: Vec<ExchangeEventDraft>,
    now: Timestamp,
) -> Result<Vec<NewExchangeEvent>, Error> {
    let keys: Vec<String> = drafts.iter().map(ExchangeEventDraft::bank_key).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let mut known = tx.known_exchange_events(exchange, &keys).await?;
    let mut rows = Vec::with_capacity(drafts.len());
    for (draft, key) in drafts.into_iter().zip(keys) {
        let known = known.get_or_new(key, aggregator.env());
        rows.push(event_row(draft, known, exchange, link, now)?);
    }
    Ok(rows)
}

fn exchange_row(
    draft: ExchangeDraft,
    known: Known<ExchangeId>,
    link: &Link,
    now: Timestamp,
) -> Result<NewExchange, Error> {
    Ok(NewExchange {
        id: known.id,
        bank_key: draft.bank_key().to_owned(),
        requested_at: draft.content.operation_requested_at,
        created_at: known.created_at,
        collected_at: now,
        body: body(&draft.with_ids(ids(known, link.id, now)))?,
    })
}

fn event_row(
    draft: ExchangeEventDraft,
    known: Known<ExchangeEventId>,
    exchange: ExchangeId,
    link: &Link,
    now: Timestamp,
) -> Result<NewExchangeEvent, Error> {
    Ok(NewExchangeEvent {
        id: known.id,
        bank_key: draft.bank_key(),
        happened_at: draft.content.event_created_at,
        created_at: known.created_at,
        collected_at: now,
        body: body(&draft.with_ids(ids(known, link.id, now), exchange))?,
    })
}
