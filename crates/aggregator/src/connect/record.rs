//! The session's own record of what happened in it and what was told about it, written with what makes it true.

use serde_json::{Value, json};
use vinculo_domain::{ConsentId, Stage, Warning};
use vinculo_store::{Reached, SessionEvent, StoreError, Tx, WidgetSession};

use crate::Aggregator;

/// Notes the error that the session has just met.
pub(super) async fn error(aggregator: &Aggregator, tx: &mut Tx, session: &WidgetSession) -> Result<(), StoreError> {
    let Some(code) = session.last_error else { return Ok(()) };
    let told = session.state.last_error.as_ref().filter(|error| error.code == code);
    let message = told.map_or(code.message(), |error| error.message());
    let body = json!({"error": code, "error_message": message, "institution": session.institution});
    note(aggregator, tx, session, "ERROR", body).await
}

/// Notes the link that came of the session.
pub(super) async fn success(aggregator: &Aggregator, tx: &mut Tx, session: &WidgetSession) -> Result<(), StoreError> {
    let body = json!({"link": session.link, "institution": session.institution});
    note(aggregator, tx, session, "SUCCESS", body).await
}

/// Notes a warning.
///
/// # Errors
/// The store fails.
pub async fn warning(
    aggregator: &Aggregator,
    tx: &mut Tx,
    session: &WidgetSession,
    warning: Warning,
    institution: &str,
) -> Result<(), StoreError> {
    let body = json!({"warning": warning, "warning_message": warning.message(), "institution": institution});
    note(aggregator, tx, session, "WARNING", body).await
}

/// Notes that the session has reached a stage: once per institution, and per consent where there is one.
///
/// # Errors
/// The store fails.
pub async fn stage(
    aggregator: &Aggregator,
    tx: &mut Tx,
    session: &WidgetSession,
    stage: Stage,
    consent: Option<ConsentId>,
) -> Result<(), StoreError> {
    let institution = session.institution.as_ref().filter(|_| stage != Stage::Started);
    let at = aggregator.env().now();
    if !tx.reach_stage(&Reached { session: &session.id, stage, institution, consent, at }).await? {
        return Ok(());
    }
    let body = json!({"stage": stage, "step": session.step, "institution": institution});
    note(aggregator, tx, session, "STEP", body).await
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
