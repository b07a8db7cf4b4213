//! What an application may read of its deliveries, and what is sent again.

use jiff::Timestamp;
use vinculo_domain::{ApplicationId, DeliveryId, EndpointId, EventId};

use crate::column::{At, Text, us};
use crate::on::{On, all, one, reads, sql};
use crate::query::{Page, Paging};
use crate::{Delivery, DeliveryFilter, Event, Result, StoreError, delivery, event};

/// One attempt to deliver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedAttempt {
    /// Counts the attempts from 1.
    pub number: i64,
    /// When it ended.
    pub at: Timestamp,
    /// HTTP status, if there was an answer.
    pub status: Option<i64>,
    /// Why it failed.
    pub error: Option<String>,
    /// How long it took, in milliseconds.
    pub took_ms: i64,
}

/// A delivery with its event and its attempts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedDelivery {
    /// The delivery.
    pub delivery: Delivery,
    /// What is delivered.
    pub event: Event,
    /// The latest attempts, oldest first.
    pub attempts: Vec<LoggedAttempt>,
}

/// Most attempts of one delivery that are shown.
const SHOWN: i64 = 50;

reads! {
    /// Returns an application's deliveries with their attempts, newest first.
    fn delivery_log(application: ApplicationId, filter: &DeliveryFilter, paging: Paging) -> Page<LoggedDelivery> = log;
    /// Counts an application's events that happened from `from` to before `to`.
    fn count_events(application: ApplicationId, from: Timestamp, to: Timestamp) -> i64 = count;
    /// Returns an application's events from `from` to before `to`, oldest first, starting behind `after`, or behind its time
    /// where it has been removed.
    fn events_between(
        application: ApplicationId,
        from: Timestamp,
        to: Timestamp,
        after: Option<EventId>,
        limit: u32,
    ) -> Vec<Event> = between;
    /// Returns active endpoints for which something is still held; see [`Tx::release_deliveries`](crate::Tx::release_deliveries).
    fn endpoints_to_release(limit: u32) -> Vec<EndpointId> = to_release;
}

async fn log(
    on: &mut On<'_>,
    application: ApplicationId,
    filter: &DeliveryFilter,
    paging: Paging,
) -> Result<Page<LoggedDelivery>> {
    let page = delivery::list(on, application, filter, paging).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for delivery in page.items {
        // It may have been removed this moment.
        let Some(event) = event::by_id(on, application, delivery.event).await? else { continue };
        let attempts = attempts(on, delivery.id).await?;
        items.push(LoggedDelivery { delivery, event, attempts });
    }
    Ok(Page { count: page.count, items })
}

async fn attempts(on: &mut On<'_>, delivery: DeliveryId) -> Result<Vec<LoggedAttempt>> {
    type Line = (i64, At, Option<i64>, Option<String>, i64);
    let sql = "SELECT number, at, status, error, took_ms FROM delivery_attempts WHERE delivery_id = $1
        ORDER BY number DESC LIMIT $2";
    let lines = all!(on, Line, sql, delivery.to_string(), SHOWN)?;
    let read = |(number, at, status, error, took_ms): Line| LoggedAttempt { number, at: at.0, status, error, took_ms };
    Ok(lines.into_iter().rev().map(read).collect())
}

async fn count(on: &mut On<'_>, application: ApplicationId, from: Timestamp, to: Timestamp) -> Result<i64> {
    let sql = "SELECT count(*) FROM events WHERE application_id = $1 AND created_at >= $2 AND created_at < $3";
    Ok(one!(on, (i64,), sql, application.to_string(), us(from), us(to))?.map_or(0, |(count,)| count))
}

async fn between(
    on: &mut On<'_>,
    application: ApplicationId,
    from: Timestamp,
    to: Timestamp,
    after: Option<EventId>,
    limit: u32,
) -> Result<Vec<Event>> {
    // Behind `after` in the same order; without it, behind nothing.
    let (at, id) = match after {
        Some(id) => {
            let found = event::by_id(on, application, id).await?.map(|event| event.created_at);
            (us(found.or_else(|| Event::dated(id)).ok_or(StoreError::NotFound)?), id.to_string())
        }
        None => (i64::MIN, String::new()),
    };
    let sql = "SELECT * FROM events WHERE application_id = $1 AND created_at >= $2 AND created_at < $3
            AND (created_at > $4 OR (created_at = $4 AND id > $5))
        ORDER BY created_at, id LIMIT $6";
    let rows: Vec<event::Row> = sql!(on, DB, conn => {
        sqlx::query_as::<DB, _>(sql)
            .bind(application.to_string())
            .bind(us(from))
            .bind(us(to))
            .bind(at)
            .bind(id)
            .bind(i64::from(limit))
            .fetch_all(conn)
            .await
    })?;
    Ok(rows.into_iter().map(Into::into).collect())
}

async fn to_release(on: &mut On<'_>, limit: u32) -> Result<Vec<EndpointId>> {
    let sql = "SELECT DISTINCT d.endpoint_id FROM deliveries d JOIN webhook_endpoints e ON e.id = d.endpoint_id
        WHERE d.status = 'held' AND e.active LIMIT $1";
    let rows = all!(on, (Text<EndpointId>,), sql, i64::from(limit))?;
    Ok(rows.into_iter().map(|(id,)| id.0).collect())
}
