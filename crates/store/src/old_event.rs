//! Events whose time is over go, with their deliveries and the log of these.

use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use vinculo_domain::EventId;

use crate::column::Text;
use crate::on::{On, one, sql};
use crate::query::{Select, fill, rows};
use crate::{Event, Result, StoreError, Tx, dialect};

/// What [`Tx::remove_events`] has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RemovedEvents {
    /// So many are gone.
    pub count: usize,
    /// The last one that was looked at; `None` when there are no more.
    pub last: Option<EventId>,
}

impl Tx {
    /// Removes up to `limit` events that were made before `before`, oldest first and behind `after`, with everything that
    /// hangs on them; the numbers of a link's events go on. An event that is on its way to an endpoint stays. One that is
    /// held for an endpoint goes.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn remove_events(
        &mut self,
        before: Timestamp,
        after: Option<EventId>,
        limit: u32,
    ) -> Result<RemovedEvents> {
        let on = &mut self.on();
        let found = lock(on, before, after, limit).await?;
        let Some(last) = found.last().copied() else { return Ok(RemovedEvents::default()) };
        // Somebody may have had one delivered again before it was locked; nobody can any more.
        let mut idle = Select::from("events");
        idle.one_of("id", &Some(found));
        idle.and(IDLE);
        let ids: Vec<EventId> =
            rows!(on, (Text<EventId>,), "SELECT id FROM ", idle)?.into_iter().map(|(id,)| id.0).collect();
        remove(on, &ids).await?;
        Ok(RemovedEvents { count: ids.len(), last: Some(last) })
    }
}

/// That nothing of an event is on its way.
const IDLE: &str =
    "NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.event_id = events.id AND deliveries.status = 'pending')";

/// Finds old events, along the primary key: ids are ordered by time.
async fn lock(on: &mut On<'_>, before: Timestamp, after: Option<EventId>, limit: u32) -> Result<Vec<EventId>> {
    let sql = format!(
        "SELECT id FROM events WHERE id > $1 AND id < $2 AND {IDLE} ORDER BY id LIMIT $3{}",
        dialect::skip_locked(on)
    );
    let (from, to) = (after.map(|id| id.to_string()).unwrap_or_default(), Event::first_at(before).to_string());
    // Planned anew each time: a plan for any two ids would sort all that is old for every part of it.
    let found: Vec<(Text<EventId>,)> = sql!(on, DB, conn => {
        let query = sqlx::query_as::<DB, _>(AssertSqlSafe(sql.as_str())).bind(&from).bind(&to).bind(i64::from(limit));
        query.persistent(false).fetch_all(conn).await
    })?;
    Ok(found.into_iter().map(|(id,)| id.0).collect())
}

async fn remove(on: &mut On<'_>, ids: &[EventId]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut attempts = Select::from("delivery_attempts");
    attempts.and("delivery_id IN (SELECT id FROM deliveries WHERE event_id IN (").list(ids).sql("))");
    let mut deliveries = Select::from("deliveries");
    deliveries.and("event_id IN (").list(ids).sql(")");
    let mut events = Select::from("events");
    events.and("id IN (").list(ids).sql(")");
    for select in [attempts, deliveries, events] {
        sql!(on, DB, conn => {
            let mut query = sqlx::QueryBuilder::<DB>::new("DELETE FROM ");
            fill!(query, select.parts());
            query.build().execute(conn).await.map(drop)
        })?;
    }
    Ok(())
}

/// Sees to it that an event is there until the transaction ends.
pub(crate) async fn hold(on: &mut On<'_>, id: EventId) -> Result<()> {
    let sql = format!("SELECT id FROM events WHERE id = $1{}", dialect::share_lock(on));
    one!(on, (String,), AssertSqlSafe(sql.as_str()), id.to_string())?.map(drop).ok_or(StoreError::NotFound)
}
