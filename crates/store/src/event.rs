//! Events: written in the transaction that makes them true, delivered by jobs. They hold counts and ids, nothing
//! personal, and outlive the link.

use jiff::Timestamp;
use uuid::Uuid;
use vinculo_domain::{ApplicationId, DeliveryId, EventId, EventType, LinkId};

use crate::column::{At, Text, us};
use crate::on::{On, all, exec, one, reads};
use crate::query::{OneOf, Page, Paging, Select, rows};
use crate::{DeliveryStatus, Result, StoreError, Tx, endpoint};

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Id; without dashes it is the `webhook_id`.
    pub id: EventId,
    /// Application.
    pub application: ApplicationId,
    /// Link that it is about.
    pub link: Option<LinkId>,
    /// `webhook_type`.
    pub kind: EventType,
    /// `webhook_code`.
    pub code: String,
    /// An event with the same key is written only once, for as long as the first one is kept.
    pub dedup_key: Option<String>,
    /// JSON text as it is sent.
    pub body: String,
    /// Its number among the events of its link, from 1 without gaps; given when it is written.
    pub sequence: Option<i64>,
    /// When it happened.
    pub created_at: Timestamp,
}

impl Event {
    /// Returns the `webhook_id`: 32 hex characters.
    pub fn webhook_id(id: EventId) -> String {
        id.uuid().simple().to_string()
    }

    /// Returns when an id was made, to the millisecond; `None` for one that is not ours. It is not later than the event.
    pub fn dated(id: EventId) -> Option<Timestamp> {
        let uuid = id.uuid();
        let millis = i64::try_from(uuid.as_u128() >> 80).ok().filter(|_| uuid.get_version_num() == 7)?;
        Timestamp::from_millisecond(millis).ok()
    }

    /// Returns what is less than the ids of all events from `at` on, and greater than those before.
    pub(crate) fn first_at(at: Timestamp) -> EventId {
        let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
        Uuid::from_u128(u128::from(millis) << 80).into()
    }
}

/// Filters of the list of events.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// Link.
    pub link: OneOf<LinkId>,
    /// `webhook_type`.
    pub kind: OneOf<EventType>,
    /// `webhook_code`.
    pub code: OneOf<String>,
}

#[derive(sqlx::FromRow)]
pub(crate) struct Row {
    id: Text<EventId>,
    application_id: Text<ApplicationId>,
    link_id: Option<Text<LinkId>>,
    kind: Text<EventType>,
    code: String,
    dedup_key: Option<String>,
    body: String,
    sequence: Option<i64>,
    created_at: At,
}

impl From<Row> for Event {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0,
            application: row.application_id.0,
            link: row.link_id.map(|v| v.0),
            kind: row.kind.0,
            code: row.code,
            dedup_key: row.dedup_key,
            body: row.body,
            sequence: row.sequence,
            created_at: row.created_at.0,
        }
    }
}

impl Tx {
    /// Writes an event, numbers it among those of its link, and makes one delivery per endpoint of its application that
    /// wants its type: pending, or held while the endpoint is paused. Returns the pending ones, for each of which the
    /// caller enqueues a job; `None` when an event with the same dedup key had been written: then nothing changes.
    ///
    /// # Errors
    /// [`StoreError::NotFound`](crate::StoreError::NotFound) when there is no such application.
    pub async fn insert_event(&mut self, event: &Event) -> Result<Option<Vec<DeliveryId>>> {
        let on = &mut self.on();
        let added = exec!(
            on,
            "INSERT INTO events (id, application_id, link_id, kind, code, dedup_key, body, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (dedup_key) DO NOTHING",
            event.id.to_string(),
            event.application.to_string(),
            event.link.map(|id| id.to_string()),
            event.kind.as_str(),
            &event.code,
            event.dedup_key.as_deref(),
            &event.body,
            us(event.created_at),
        )?;
        if added == 0 {
            return Ok(None);
        }
        if let Some(link) = event.link {
            number(on, event.id, link).await?;
        }
        deliver(on, event).await.map(Some)
    }
}

/// Gives an event its number. The row of the link is held until the transaction ends, so that numbers have no gaps and
/// follow the order in which events become true.
async fn number(on: &mut On<'_>, id: EventId, link: LinkId) -> Result<()> {
    let sql = "INSERT INTO link_sequences (link_id, last) VALUES ($1, 1)
         ON CONFLICT (link_id) DO UPDATE SET last = link_sequences.last + 1 RETURNING last";
    let (last,) = one!(on, (i64,), sql, link.to_string())?.ok_or(StoreError::Corrupt("link_sequences"))?;
    exec!(on, "UPDATE events SET sequence = $2 WHERE id = $1", id.to_string(), last)?;
    Ok(())
}

async fn deliver(on: &mut On<'_>, event: &Event) -> Result<Vec<DeliveryId>> {
    let sql = "SELECT id, active, types FROM webhook_endpoints WHERE application_id = $1 AND removed_at IS NULL
        ORDER BY created_at, id";
    let endpoints = all!(on, (String, bool, Option<String>), sql, event.application.to_string())?;
    let mut pending = Vec::new();
    for (endpoint, active, types) in endpoints {
        if endpoint::types(types.as_deref())?.is_some_and(|types| !types.contains(&event.kind)) {
            continue;
        }
        let id = DeliveryId::new(&on.shared.env);
        let status = if active { DeliveryStatus::Pending } else { DeliveryStatus::Held };
        let sql = "INSERT INTO deliveries (id, event_id, endpoint_id, status, attempts, next_at, created_at)
             VALUES ($1, $2, $3, $4, 0, $5, $6)";
        let next = active.then_some(us(event.created_at));
        let (row, at) = (id.to_string(), us(event.created_at));
        exec!(on, sql, row, event.id.to_string(), endpoint, status.as_str(), next, at)?;
        if active {
            pending.push(id);
        }
    }
    Ok(pending)
}

reads! {
    /// Returns an event of an application.
    fn event(application: ApplicationId, id: EventId) -> Option<Event> = by_id;
    /// Returns an application's events, newest first.
    fn events(application: ApplicationId, filter: &EventFilter, paging: Paging) -> Page<Event> = list;
}

pub(crate) async fn by_id(on: &mut On<'_>, application: ApplicationId, id: EventId) -> Result<Option<Event>> {
    let sql = "SELECT * FROM events WHERE id = $1 AND application_id = $2";
    Ok(one!(on, Row, sql, id.to_string(), application.to_string())?.map(Into::into))
}

async fn list(
    on: &mut On<'_>,
    application: ApplicationId,
    filter: &EventFilter,
    paging: Paging,
) -> Result<Page<Event>> {
    let mut select = Select::from("events");
    select.eq("application_id", &application);
    select.one_of("link_id", &filter.link);
    select.one_of("kind", &filter.kind);
    select.one_of("code", &filter.code);
    let count = select.count(on).await?;
    let rows = rows!(on, Row, "SELECT * FROM ", select.page(" ORDER BY created_at DESC, id", paging))?;
    Ok(Page { count, items: rows.into_iter().map(Into::into).collect() })
}
