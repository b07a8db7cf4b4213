//! Deliveries: one event on its way to one endpoint.

use std::str::FromStr;

use jiff::Timestamp;
use vinculo_domain::{ApplicationId, DeliveryId, EndpointId, EventId, EventType, Invalid, LinkId};

use crate::column::{At, Text, us};
use crate::on::{On, all, exec, one, reads};
use crate::query::{Compare, OneOf, Page, Paging, Select, Value, rows};
use crate::{Endpoint, Event, Result, StoreError, Tx, old_event};

/// How a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryStatus {
    /// Not delivered yet.
    Pending,
    /// Delivered.
    Delivered,
    /// Given up.
    Failed,
    /// Waits until its endpoint is no longer paused.
    Held,
}

impl DeliveryStatus {
    /// Returns the name as stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Held => "held",
        }
    }
}

impl FromStr for DeliveryStatus {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let all = [Self::Pending, Self::Delivered, Self::Failed, Self::Held];
        all.into_iter().find(|s| s.as_str() == text).ok_or_else(|| Invalid::choice(text))
    }
}

impl Value for DeliveryStatus {
    fn part(&self) -> crate::query::Part {
        crate::query::Part::Text(self.as_str().to_owned())
    }
}

/// One event on its way to one endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Id.
    pub id: DeliveryId,
    /// Event.
    pub event: EventId,
    /// Endpoint.
    pub endpoint: EndpointId,
    /// How it stands.
    pub status: DeliveryStatus,
    /// How often it was tried since it was made or last asked for again.
    pub attempts: i64,
    /// When those tries began.
    pub tried_from: Timestamp,
    /// When it is tried next.
    pub next_at: Option<Timestamp>,
    /// HTTP status of the last answer.
    pub last_status: Option<i64>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When it was delivered.
    pub delivered_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Everything that a delivery job needs.
#[derive(Debug, Clone)]
pub struct DeliveryWork {
    /// The delivery.
    pub delivery: Delivery,
    /// What is delivered.
    pub event: Event,
    /// Where to.
    pub endpoint: Endpoint,
}

/// What came of one attempt.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// Why it failed, for operators; nothing of the answer's body.
    pub error: Option<String>,
    /// How long it took, in milliseconds.
    pub took_ms: i64,
    /// What follows.
    pub outcome: Outcome,
}

/// What follows an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Delivered.
    Delivered,
    /// Tried again then.
    RetryAt(Timestamp),
    /// Given up.
    Failed,
}

/// Filters of the list of deliveries.
#[derive(Debug, Clone, Default)]
pub struct DeliveryFilter {
    /// Event.
    pub event: OneOf<EventId>,
    /// Endpoint.
    pub endpoint: OneOf<EndpointId>,
    /// How it stands.
    pub status: OneOf<DeliveryStatus>,
    /// `webhook_type` of the event.
    pub kind: OneOf<EventType>,
    /// Link of the event.
    pub link: OneOf<LinkId>,
    /// When it was made.
    pub created_at: Compare<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Text<DeliveryId>,
    event_id: Text<EventId>,
    endpoint_id: Text<EndpointId>,
    status: Text<DeliveryStatus>,
    attempts: i64,
    tried_from: Option<At>,
    next_at: Option<At>,
    last_status: Option<i64>,
    last_error: Option<String>,
    delivered_at: Option<At>,
    created_at: At,
}

impl From<Row> for Delivery {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0,
            event: row.event_id.0,
            endpoint: row.endpoint_id.0,
            status: row.status.0,
            attempts: row.attempts,
            tried_from: row.tried_from.unwrap_or(row.created_at).0,
            next_at: row.next_at.map(|v| v.0),
            last_status: row.last_status,
            last_error: row.last_error,
            delivered_at: row.delivered_at.map(|v| v.0),
            created_at: row.created_at.0,
        }
    }
}

impl Tx {
    /// Records an attempt: what follows from it, and a line of the delivery's log.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such delivery.
    pub async fn record_attempt(&mut self, id: DeliveryId, attempt: &Attempt) -> Result<()> {
        let on = &mut self.on();
        let now = on.shared.env.now();
        let (status, next_at, delivered_at) = match attempt.outcome {
            Outcome::Delivered => (DeliveryStatus::Delivered, None, Some(now)),
            Outcome::RetryAt(at) => (DeliveryStatus::Pending, Some(at), None),
            Outcome::Failed => (DeliveryStatus::Failed, None, None),
        };
        let error: Option<String> = attempt.error.as_ref().map(|text| text.chars().take(500).collect());
        let touched = exec!(
            on,
            "UPDATE deliveries SET attempts = attempts + 1, status = $2, next_at = $3, last_status = $4, last_error = $5,
                delivered_at = $6
             WHERE id = $1",
            id.to_string(),
            status.as_str(),
            next_at.map(us),
            attempt.status.map(i64::from),
            error.as_deref(),
            delivered_at.map(us),
        )?;
        if touched != 1 {
            return Err(StoreError::NotFound);
        }
        exec!(
            on,
            "INSERT INTO delivery_attempts (delivery_id, number, at, status, error, took_ms)
             SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5 FROM delivery_attempts WHERE delivery_id = $1",
            id.to_string(),
            us(now),
            attempt.status.map(i64::from),
            error,
            attempt.took_ms,
        )?;
        Ok(())
    }

    /// Sets a pending delivery aside until its endpoint is no longer paused.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn hold_delivery(&mut self, id: DeliveryId) -> Result<()> {
        let sql = "UPDATE deliveries SET status = 'held', next_at = NULL WHERE id = $1 AND status = 'pending'";
        exec!(self.on(), sql, id.to_string())?;
        Ok(())
    }

    /// Makes up to `limit` deliveries of an endpoint that were held pending again, oldest first, and returns them: the
    /// caller enqueues a job for each.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn release_deliveries(&mut self, endpoint: EndpointId, limit: u32) -> Result<Vec<DeliveryId>> {
        let on = &mut self.on();
        let now = us(on.shared.env.now());
        let sql =
            "SELECT id FROM deliveries WHERE endpoint_id = $1 AND status = 'held' ORDER BY created_at, id LIMIT $2";
        let held = all!(on, (Text<DeliveryId>,), sql, endpoint.to_string(), i64::from(limit))?;
        for (id,) in &held {
            let sql =
                "UPDATE deliveries SET status = 'pending', attempts = 0, tried_from = $2, next_at = $2 WHERE id = $1";
            exec!(on, sql, id.0.to_string(), now)?;
        }
        Ok(held.into_iter().map(|(id,)| id.0).collect())
    }

    /// Has an event delivered to an endpoint, whether it was delivered, given up, or never meant for it. Returns the
    /// delivery, pending, for which the caller enqueues a job. Until the transaction ends nobody can remove the event.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such event or endpoint.
    pub async fn redeliver(&mut self, event: EventId, endpoint: EndpointId) -> Result<DeliveryId> {
        let on = &mut self.on();
        old_event::hold(on, event).await?;
        let now = us(on.shared.env.now());
        let fresh = DeliveryId::new(&on.shared.env);
        let sql =
            "INSERT INTO deliveries (id, event_id, endpoint_id, status, attempts, tried_from, next_at, created_at)
             VALUES ($1, $2, $3, 'pending', 0, $4, $4, $4)
             ON CONFLICT (event_id, endpoint_id) DO UPDATE SET status = 'pending', attempts = 0, tried_from = $4,
                next_at = $4, delivered_at = NULL
             RETURNING id";
        let row = one!(on, (Text<DeliveryId>,), sql, fresh.to_string(), event.to_string(), endpoint.to_string(), now)?;
        row.map(|(id,)| id.0).ok_or(StoreError::NotFound)
    }

    /// Brings the next try of everything that waits for an endpoint forward to now: it works again.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn hasten_deliveries(&mut self, endpoint: EndpointId) -> Result<u64> {
        let on = &mut self.on();
        let now = us(on.shared.env.now());
        let sql = "UPDATE jobs SET run_at = $2 WHERE status = 'pending' AND lease_token IS NULL AND run_at > $2
             AND dedup_key IN (SELECT 'deliver:' || id FROM deliveries WHERE endpoint_id = $1 AND status = 'pending')";
        let touched = exec!(on, sql, endpoint.to_string(), now)?;
        if touched > 0 {
            self.wake_after_commit();
        }
        Ok(touched)
    }
}

reads! {
    /// Returns a delivery with its event and endpoint.
    fn delivery_work(id: DeliveryId) -> Option<DeliveryWork> = work;
    /// Returns an application's deliveries, newest first.
    fn deliveries(application: ApplicationId, filter: &DeliveryFilter, paging: Paging) -> Page<Delivery> = list;
}

async fn work(on: &mut On<'_>, id: DeliveryId) -> Result<Option<DeliveryWork>> {
    let Some(row) = one!(on, Row, "SELECT * FROM deliveries WHERE id = $1", id.to_string())? else { return Ok(None) };
    let delivery = Delivery::from(row);
    let endpoint = crate::endpoint::by_id(on, delivery.endpoint).await?.ok_or(StoreError::Corrupt("deliveries"))?;
    // It may have been removed this moment.
    let event = crate::event::by_id(on, endpoint.application, delivery.event).await?;
    Ok(event.map(|event| DeliveryWork { delivery, event, endpoint }))
}

pub(crate) async fn list(
    on: &mut On<'_>,
    application: ApplicationId,
    filter: &DeliveryFilter,
    paging: Paging,
) -> Result<Page<Delivery>> {
    let mut select = Select::from("deliveries d JOIN events e ON e.id = d.event_id");
    select.eq("e.application_id", &application);
    select.one_of("d.endpoint_id", &filter.endpoint);
    select.one_of("d.event_id", &filter.event);
    select.one_of("d.status", &filter.status);
    select.one_of("e.kind", &filter.kind);
    select.one_of("e.link_id", &filter.link);
    select.compare("d.created_at", &filter.created_at);
    let count = select.count(on).await?;
    let rows = rows!(on, Row, "SELECT d.* FROM ", select.page(" ORDER BY d.created_at DESC, d.id", paging))?;
    Ok(Page { count, items: rows.into_iter().map(Into::into).collect() })
}
