//! Events: written in the transaction that makes them true, delivered by jobs.

mod payload;

use serde_json::{Map, Value, json};
use uuid::Uuid;
use vinculo_domain::{ApplicationId, Env, EventCode, EventId, EventType, LinkId, ProcessType, SessionStatus};
use vinculo_store::{Event, Tx, WidgetSession};

use crate::jobs::Work;
use crate::{Aggregator, Error, connect, queue};

pub use payload::{Counts, Payload, ResourceError, historical, recurrent};

/// Something to tell an application.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// Whom.
    pub application: ApplicationId,
    /// The link that it is about.
    pub link: Option<LinkId>,
    /// The application's own name for the user.
    pub external_id: Option<String>,
    /// `webhook_type`.
    pub kind: EventType,
    /// `webhook_code`.
    pub code: EventCode,
    /// `process_type`.
    pub process: ProcessType,
    /// `request_id`.
    pub request: Uuid,
    /// `data`: counts and ids.
    pub data: Map<String, Value>,
    /// An event with the same key is written only once, for as long as the first one is kept.
    pub dedup_key: Option<String>,
}

/// Writes an event with its deliveries and the jobs that bring them. Returns false when it had been written before.
///
/// # Errors
/// The store fails.
pub async fn emit(aggregator: &Aggregator, tx: &mut Tx, event: NewEvent) -> Result<bool, Error> {
    write(aggregator.env(), tx, event).await
}

/// As [`emit`], where there is no aggregator.
pub(crate) async fn write(env: &Env, tx: &mut Tx, event: NewEvent) -> Result<bool, Error> {
    let (id, now) = (EventId::new(env), env.now());
    let mut payload = Payload::new(Event::webhook_id(id), event.kind, event.code, event.process);
    payload.link_id = event.link;
    payload.request_id = event.request;
    payload.external_id = event.external_id;
    payload.data = event.data;
    let body = serde_json::to_string(&payload).map_err(|_| Error::Corrupt("events"))?;
    let row = Event {
        id,
        application: event.application,
        link: event.link,
        kind: event.kind,
        code: event.code.as_str().to_owned(),
        dedup_key: event.dedup_key,
        body,
        sequence: None,
        created_at: now,
    };
    let Some(deliveries) = tx.insert_event(&row).await? else { return Ok(false) };
    for delivery in deliveries {
        queue::add(tx, &Work::Deliver(delivery), now).await?;
    }
    Ok(true)
}

/// Tells the application that a widget session has ended: success, exit or expiry. Call it in the transaction that ends
/// the session. A consent that nobody waits for any more is ended here and, by a job, at the bank. An application that
/// sets `"widget_session_webhooks": false` is not told.
///
/// # Errors
/// The store fails.
pub async fn session_finished(aggregator: &Aggregator, tx: &mut Tx, session: &WidgetSession) -> Result<(), Error> {
    if matches!(session.status, SessionStatus::Exited | SessionStatus::Expired) {
        connect::abandon(aggregator, tx, session).await?;
    }
    if session.status == SessionStatus::Open || !wants_session_events(tx, session.application).await? {
        return Ok(());
    }
    let data = json!({
        "session_id": session.id,
        "status": session.status,
        "reason": reason(session),
        "step": session.step,
        "institution": session.institution,
        "last_error_code": session.last_error,
    });
    let event = NewEvent {
        application: session.application,
        link: session.link,
        external_id: session.external_id.clone(),
        kind: EventType::WidgetSession,
        code: EventCode::SessionFinished,
        process: ProcessType::HistoricalUpdate,
        request: aggregator.env().uuid(),
        data: data.as_object().cloned().unwrap_or_default(),
        dedup_key: Some(format!("session_finished:{}", session.id)),
    };
    emit(aggregator, tx, event).await.map(drop)
}

/// Why a session ended: beside its status, whether the user who never came back had been sent to the bank.
fn reason(session: &WidgetSession) -> &'static str {
    match session.status {
        SessionStatus::Open => "open",
        SessionStatus::Success => "connected",
        SessionStatus::Exited => "left",
        SessionStatus::Expired if session.consent.is_some() => "expired",
        SessionStatus::Expired => "abandoned",
    }
}

async fn wants_session_events(tx: &mut Tx, application: ApplicationId) -> Result<bool, Error> {
    let Some(application) = tx.application(application).await? else { return Ok(false) };
    let settings: Value = serde_json::from_str(&application.settings).unwrap_or_default();
    Ok(settings.get("widget_session_webhooks") != Some(&Value::Bool(false)))
}
