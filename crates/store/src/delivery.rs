//! Deliveries: one event on its way to one endpoint.

use std::str::FromStr;

use jiff::Timestamp;
use vinculo_domain::{ApplicationId, DeliveryId, EndpointId, EventId, Invalid};

use crate::column::{At, Text, us};
use crate::on::{On, exec, one, reads};
use crate::query::{OneOf, Page, Paging, Select, Value, rows};
use crate::{Endpoint, Event, Result, StoreError, Tx};

/// How a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryStatus {
    /// Not delivered yet.
    Pending,
    /// Delivered.
    Delivered,
    /// Given up.
    Failed,
}

impl DeliveryStatus {
    /// Returns the name as stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

impl FromStr for DeliveryStatus {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let all = [Self::Pending, Self::Delivered, Self::Failed];
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
    /// How often it was tried.
    pub attempts: i64,
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
    /// How it stands.
    pub status: OneOf<DeliveryStatus>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Text<DeliveryId>,
    event_id: Text<EventId>,
    endpoint_id: Text<EndpointId>,
    status: Text<DeliveryStatus>,
    attempts: i64,
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
            next_at: row.next_at.map(|v| v.0),
            last_status: row.last_status,
            last_error: row.last_error,
            delivered_at: row.delivered_at.map(|v| v.0),
            created_at: row.created_at.0,
        }
    }
}

impl Tx {
    /// Records an attempt.
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
            error,
            delivered_at.map(us),
        )?;
        if touched == 1 { Ok(()) } else { Err(StoreError::NotFound) }
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
    let event = crate::event::by_id(on, endpoint.application, delivery.event).await?;
    Ok(Some(DeliveryWork { event: event.ok_or(StoreError::Corrupt("deliveries"))?, endpoint, delivery }))
}

async fn list(
    on: &mut On<'_>,
    application: ApplicationId,
    filter: &DeliveryFilter,
    paging: Paging,
) -> Result<Page<Delivery>> {
    let mut select = Select::from("deliveries d JOIN events e ON e.id = d.event_id");
    select.eq("e.application_id", &application);
    select.one_of("d.event_id", &filter.event);
    select.one_of("d.status", &filter.status);
    let count = select.count(on).await?;
    let rows = rows!(on, Row, "SELECT d.* FROM ", select.page(" ORDER BY d.created_at DESC, d.id", paging))?;
    Ok(Page { count, items: rows.into_iter().map(Into::into).collect() })
}
