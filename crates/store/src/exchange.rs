//! Foreign exchange operations and their history.

use jiff::Timestamp;
use vinculo_domain::{ApplicationId, ExchangeEventId, ExchangeId, LinkId};

use crate::column::us;
use crate::on::{On, exec, one, reads};
use crate::query::{Compare, OneOf, Page, Paging, Select, Stored, rows};
use crate::record::{KnownRecords, Lookup, SealedRow, hash_keys, known, last_of_each, open_all};
use crate::seal::Place;
use crate::{Result, StoreError, Tx, link_key};

/// An operation to be stored.
#[derive(Clone)]
pub struct NewExchange {
    /// Our id, from [`Tx::known_exchanges`].
    pub id: ExchangeId,
    /// The bank's id of the operation.
    pub bank_key: String,
    /// `operation_requested_at`.
    pub requested_at: Timestamp,
    /// When it was first stored.
    pub created_at: Timestamp,
    /// When it was read at the bank.
    pub collected_at: Timestamp,
    /// JSON text as the API serves it.
    pub body: String,
}

/// An event of an operation to be stored.
#[derive(Clone)]
pub struct NewExchangeEvent {
    /// Our id, from [`Tx::known_exchange_events`].
    pub id: ExchangeEventId,
    /// The bank's identity of the event, unique within the operation.
    pub bank_key: String,
    /// `event_created_at`.
    pub happened_at: Timestamp,
    /// When it was first stored.
    pub created_at: Timestamp,
    /// When it was read at the bank.
    pub collected_at: Timestamp,
    /// JSON text as the API serves it.
    pub body: String,
}

/// Filters of the list of operations (belvo-api.md, section 4.1).
#[derive(Debug, Clone, Default)]
pub struct ExchangeFilter {
    /// `link`.
    pub link: OneOf<LinkId>,
    /// `id`.
    pub id: OneOf<ExchangeId>,
    /// `created_at`.
    pub created_at: Compare<Timestamp>,
    /// `collected_at`.
    pub collected_at: Compare<Timestamp>,
}

const UPSERT: &str = "INSERT INTO exchanges (id, link_id, bank_key, requested_at, created_at, collected_at, body)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (bank_key) DO UPDATE SET requested_at = excluded.requested_at, collected_at = excluded.collected_at,
        body = excluded.body
     WHERE exchanges.id = excluded.id AND exchanges.link_id = excluded.link_id";

const UPSERT_EVENT: &str =
    "INSERT INTO exchange_events (id, link_id, exchange_id, bank_key, happened_at, created_at, collected_at, body)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (bank_key) DO UPDATE SET happened_at = excluded.happened_at, collected_at = excluded.collected_at,
        body = excluded.body
     WHERE exchange_events.id = excluded.id AND exchange_events.link_id = excluded.link_id";

impl Tx {
    /// Returns how the operations with these keys are known.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn known_exchanges(&mut self, link: LinkId, bank_keys: &[&str]) -> Result<KnownRecords<ExchangeId>> {
        let sql = "SELECT id, bank_key, created_at FROM exchanges WHERE bank_key IN (";
        known(&mut self.on(), Lookup { sql, parent: link.to_string(), kind: "exchange" }, bank_keys).await
    }

    /// Returns how the events of an operation with these keys are known.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn known_exchange_events(
        &mut self,
        exchange: ExchangeId,
        bank_keys: &[&str],
    ) -> Result<KnownRecords<ExchangeEventId>> {
        let sql = "SELECT id, bank_key, created_at FROM exchange_events WHERE bank_key IN (";
        known(&mut self.on(), Lookup { sql, parent: exchange.to_string(), kind: "exchange event" }, bank_keys).await
    }

    /// Adds or renews an operation with its events. Of an event's key that comes twice the last counts.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the link has been erased; [`StoreError::Conflict`] when a key is known by another id.
    pub async fn upsert_exchange(
        &mut self,
        link: LinkId,
        exchange: &NewExchange,
        events: &[NewExchangeEvent],
    ) -> Result<()> {
        let on = &mut self.on();
        let key = link_key::hold(on, link).await?;
        let (link, id) = (link.to_string(), exchange.id.to_string());
        let body = key.seal(&on.shared.env, Place::new("exchanges", "body", &id), &exchange.body)?;
        let bank_key = hash_keys(on, "exchange", &link, [exchange.bank_key.as_str()]).await?.pop();
        let (requested, created) = (us(exchange.requested_at), us(exchange.created_at));
        let collected = us(exchange.collected_at);
        if exec!(on, UPSERT, id.as_str(), &link, bank_key, requested, created, collected, body)? == 0 {
            return Err(StoreError::Conflict);
        }
        let events = last_of_each(events, |event| &event.bank_key);
        let keys = hash_keys(on, "exchange event", &id, events.iter().map(|event| event.bank_key.as_str())).await?;
        for (event, bank_key) in events.into_iter().zip(keys) {
            let own = event.id.to_string();
            let body = key.seal(&on.shared.env, Place::new("exchange_events", "body", &own), &event.body)?;
            let (happened, created) = (us(event.happened_at), us(event.created_at));
            let collected = us(event.collected_at);
            let touched =
                exec!(on, UPSERT_EVENT, own.as_str(), &link, &id, bank_key, happened, created, collected, body)?;
            if touched == 0 {
                return Err(StoreError::Conflict);
            }
        }
        Ok(())
    }

    /// Deletes an operation of an application with its history. Returns false when there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn delete_exchange(&mut self, application: ApplicationId, id: ExchangeId) -> Result<bool> {
        let on = &mut self.on();
        let id = id.to_string();
        let sql = "DELETE FROM exchanges WHERE id = $1
            AND link_id IN (SELECT id FROM links WHERE application_id = $2)";
        if exec!(on, sql, &id, application.to_string())? == 0 {
            return Ok(false);
        }
        exec!(on, "DELETE FROM exchange_events WHERE exchange_id = $1", &id)?;
        Ok(true)
    }
}

reads! {
    /// Returns an operation of an application.
    fn exchange(application: ApplicationId, id: ExchangeId) -> Option<Stored<ExchangeId>> = by_id;
    /// Returns an application's operations, newest first.
    fn exchanges(application: ApplicationId, filter: &ExchangeFilter, paging: Paging) -> Page<Stored<ExchangeId>> = list;
    /// Returns the history of an application's operation, newest event first; `None` when there is no such operation.
    fn exchange_history(
        application: ApplicationId,
        id: ExchangeId,
        paging: Paging,
    ) -> Option<Page<Stored<ExchangeEventId>>> = history;
    /// Counts a link's operations.
    fn count_exchanges(link: LinkId) -> i64 = count;
}

async fn count(on: &mut On<'_>, link: LinkId) -> Result<i64> {
    let row = one!(on, (i64,), "SELECT count(*) FROM exchanges WHERE link_id = $1", link.to_string())?;
    Ok(row.map_or(0, |(count,)| count))
}

async fn by_id(on: &mut On<'_>, application: ApplicationId, id: ExchangeId) -> Result<Option<Stored<ExchangeId>>> {
    let sql = "SELECT e.id, e.link_id, e.body FROM exchanges e JOIN links l ON l.id = e.link_id
        WHERE e.id = $1 AND l.application_id = $2";
    let row = one!(on, SealedRow, sql, id.to_string(), application.to_string())?;
    Ok(open_all(on, "exchanges", row.into_iter().collect()).await?.pop())
}

async fn list(
    on: &mut On<'_>,
    application: ApplicationId,
    filter: &ExchangeFilter,
    paging: Paging,
) -> Result<Page<Stored<ExchangeId>>> {
    let mut select = Select::from("exchanges e JOIN links l ON l.id = e.link_id");
    select.eq("l.application_id", &application);
    select.one_of("e.link_id", &filter.link);
    select.one_of("e.id", &filter.id);
    select.compare("e.created_at", &filter.created_at);
    select.compare("e.collected_at", &filter.collected_at);
    let count = select.count(on).await?;
    let page = select.page(" ORDER BY e.created_at DESC, e.id", paging);
    let rows = rows!(on, SealedRow, "SELECT e.id, e.link_id, e.body FROM ", page)?;
    Ok(Page { count, items: open_all(on, "exchanges", rows).await? })
}

async fn history(
    on: &mut On<'_>,
    application: ApplicationId,
    id: ExchangeId,
    paging: Paging,
) -> Result<Option<Page<Stored<ExchangeEventId>>>> {
    let sql = "SELECT e.id FROM exchanges e JOIN links l ON l.id = e.link_id WHERE e.id = $1 AND l.application_id = $2";
    if one!(on, (String,), sql, id.to_string(), application.to_string())?.is_none() {
        return Ok(None);
    }
    let mut select = Select::from("exchange_events");
    select.eq("exchange_id", &id);
    let count = select.count(on).await?;
    let page = select.page(" ORDER BY happened_at DESC, id", paging);
    let rows = rows!(on, SealedRow, "SELECT id, link_id, body FROM ", page)?;
    Ok(Some(Page { count, items: open_all(on, "exchange_events", rows).await? }))
}
