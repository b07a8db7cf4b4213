use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;
use vinculo_domain::{ErrorCode, InstitutionCode, LinkId, Locale, SessionId, SessionStatus, Step};
use vinculo_store::{SessionEvent, WidgetSession};

use crate::api::error::{ApiError, ApiResult};
use crate::api::time::micros;

#[derive(Serialize)]
struct View<'a> {
    id: &'a SessionId,
    status: SessionStatus,
    step: Step,
    institution: Option<&'a InstitutionCode>,
    link: Option<LinkId>,
    external_id: Option<&'a str>,
    last_error: Option<LastError>,
    locale: Locale,
    #[serde(serialize_with = "micros")]
    created_at: Timestamp,
    #[serde(serialize_with = "micros")]
    updated_at: Timestamp,
    #[serde(serialize_with = "micros")]
    expires_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    events: Option<Vec<Event<'a>>>,
}

#[derive(Serialize)]
struct LastError {
    code: ErrorCode,
    message: &'static str,
}

#[derive(Serialize)]
struct Event<'a> {
    id: Uuid,
    #[serde(serialize_with = "micros")]
    at: Timestamp,
    kind: &'a str,
    data: &'a RawValue,
}

/// Writes a session; with its events where one session was asked for.
pub(super) fn body(session: &WidgetSession, events: Option<&[SessionEvent]>) -> ApiResult<String> {
    let view = View {
        id: &session.id,
        status: session.status,
        step: session.step,
        institution: session.institution.as_ref(),
        link: session.link,
        external_id: session.external_id.as_deref(),
        last_error: session.last_error.map(|code| last_error(session, code)),
        locale: session.locale,
        created_at: session.created_at,
        updated_at: session.updated_at,
        expires_at: session.expires_at,
        events: events.map(|all| all.iter().map(event).collect::<ApiResult<_>>()).transpose()?,
    };
    serde_json::to_string(&view).map_err(ApiError::internal)
}

/// The message is the one that the application was told, as long as the session remembers it.
fn last_error(session: &WidgetSession, code: ErrorCode) -> LastError {
    let known = session.state.last_error.as_ref().filter(|error| error.code == code);
    LastError { code, message: known.map_or(code.message(), |error| error.message()) }
}

fn event(event: &SessionEvent) -> ApiResult<Event<'_>> {
    let data = serde_json::from_str(&event.body).map_err(ApiError::internal)?;
    Ok(Event { id: event.id, at: event.at, kind: &event.kind, data })
}
