//! The session's own record of what was told about it, written with what makes it true.

use serde_json::{Value, json};
use vinculo_store::{SessionEvent, StoreError, Tx, WidgetSession};

use crate::Aggregator;

/// Notes the error that the session has just met.
pub(super) async fn error(aggregator: &Aggregator, tx: &mut Tx, session: &WidgetSession) -> Result<(), StoreError> {
    let Some(code) = session.last_error else { return Ok(()) };
    let body = json!({"error": code, "error_message": code.message(), "institution": session.institution});
    note(aggregator, tx, session, "ERROR", body).await
}

/// Notes the link that came of the session.
pub(super) async fn success(aggregator: &Aggregator, tx: &mut Tx, session: &WidgetSession) -> Result<(), StoreError> {
    let body = json!({"link": session.link, "institution": session.institution});
    note(aggregator, tx, session, "SUCCESS", body).await
}

async fn note(
    aggregator: &Aggregator,
    tx: &mut Tx,
    session: &WidgetSession,
    kind: &str,
    body: Value,
) -> Result<(), StoreError> {
    let event = SessionEvent {
        id: aggregator.env().uuid(),
        session: session.id.clone(),
        at: aggregator.env().now(),
        kind: kind.to_owned(),
        body: body.to_string(),
    };
    tx.insert_session_event(&event).await
}
