//! Webhook endpoints: where an application wants its events.

use std::str::FromStr;

use jiff::Timestamp;
use secrecy::SecretString;
use vinculo_domain::{ApplicationId, EndpointId, Env, EventType, Invalid};

use crate::column::{At, Text};
use crate::on::{On, all, one, reads};
use crate::seal::Place;
use crate::signing::SigningSecrets;
use crate::{Result, StoreError};

/// Where an application wants its events.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Id.
    pub id: EndpointId,
    /// Application.
    pub application: ApplicationId,
    /// Address.
    pub url: String,
    /// Value of the `Authorization` header, sent as it is; sealed.
    pub authorization: Option<SecretString>,
    /// What signs its events; sealed. `None` for endpoints from before there were signatures.
    pub signing: Option<SigningSecrets>,
    /// The types of events that it wants; `None` is all.
    pub types: Option<Vec<EventType>>,
    /// Whether the end of a consent is told by the reference's older code `consent_expired`.
    pub old_codes: bool,
    /// Whether events are sent there. Those of a paused one are held.
    pub active: bool,
    /// Since when, and why, it is paused.
    pub paused: Option<(Timestamp, PauseReason)>,
    /// Since when no attempt has succeeded.
    pub failing_since: Option<Timestamp>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was removed: it gets nothing more.
    pub removed_at: Option<Timestamp>,
}

/// Why an endpoint is paused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PauseReason {
    /// The application or an operator wants it.
    Asked,
    /// It has failed for days.
    Failing,
}

impl PauseReason {
    /// Returns the name as stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Failing => "failing",
        }
    }
}

impl FromStr for PauseReason {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        [Self::Asked, Self::Failing].into_iter().find(|r| r.as_str() == text).ok_or_else(|| Invalid::choice(text))
    }
}

impl Endpoint {
    /// Makes an active endpoint for all types, with a fresh signing secret.
    pub fn new(env: &Env, application: ApplicationId, url: impl Into<String>) -> Self {
        Self {
            id: EndpointId::new(env),
            application,
            url: url.into(),
            authorization: None,
            signing: Some(SigningSecrets::new(env)),
            types: None,
            old_codes: false,
            active: true,
            paused: None,
            failing_since: None,
            created_at: env.now(),
            removed_at: None,
        }
    }

    /// Tells whether it wants events of this type.
    pub fn wants(&self, kind: EventType) -> bool {
        self.types.as_ref().is_none_or(|types| types.contains(&kind))
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Text<EndpointId>,
    application_id: Text<ApplicationId>,
    url: String,
    authorization: Option<Vec<u8>>,
    signing: Option<Vec<u8>>,
    types: Option<String>,
    old_codes: bool,
    active: bool,
    paused_at: Option<At>,
    pause_reason: Option<Text<PauseReason>>,
    failing_since: Option<At>,
    created_at: At,
    removed_at: Option<At>,
}

pub(crate) fn place<'a>(column: &'static str, id: &'a str) -> Place<'a> {
    Place::new("webhook_endpoints", column, id)
}

/// Reads a choice of types; a type that this version does not know any more is left out.
pub(crate) fn types(text: Option<&str>) -> Result<Option<Vec<EventType>>> {
    let Some(text) = text else { return Ok(None) };
    let names: Vec<String> = serde_json::from_str(text).map_err(|_| StoreError::Corrupt("webhook_endpoints"))?;
    Ok(Some(names.iter().filter_map(|name| name.parse().ok()).collect()))
}

fn open(on: &On<'_>, row: Row) -> Result<Endpoint> {
    let id = row.id.0.to_string();
    let open = |column, sealed: Vec<u8>| on.shared.master.open_text(place(column, &id), &sealed);
    let authorization = row.authorization.map(|sealed| open("authorization", sealed)).transpose()?;
    let signing = match row.signing {
        Some(sealed) => {
            let text = open("signing", sealed)?;
            Some(serde_json::from_str(&text).map_err(|_| StoreError::Corrupt("webhook_endpoints"))?)
        }
        None => None,
    };
    Ok(Endpoint {
        id: row.id.0,
        application: row.application_id.0,
        url: row.url,
        authorization: authorization.map(SecretString::from),
        signing,
        types: types(row.types.as_deref())?,
        old_codes: row.old_codes,
        active: row.active,
        paused: row.paused_at.zip(row.pause_reason).map(|(at, reason)| (at.0, reason.0)),
        failing_since: row.failing_since.map(|at| at.0),
        created_at: row.created_at.0,
        removed_at: row.removed_at.map(|at| at.0),
    })
}

reads! {
    /// Returns an endpoint, also a removed one.
    fn endpoint(id: EndpointId) -> Option<Endpoint> = by_id;
    /// Returns an application's endpoints, oldest first, without removed ones.
    fn endpoints(application: ApplicationId) -> Vec<Endpoint> = list;
}

pub(crate) async fn by_id(on: &mut On<'_>, id: EndpointId) -> Result<Option<Endpoint>> {
    let row = one!(on, Row, "SELECT * FROM webhook_endpoints WHERE id = $1", id.to_string())?;
    row.map(|row| open(on, row)).transpose()
}

async fn list(on: &mut On<'_>, application: ApplicationId) -> Result<Vec<Endpoint>> {
    let sql = "SELECT * FROM webhook_endpoints WHERE application_id = $1 AND removed_at IS NULL
        ORDER BY created_at, id LIMIT 1000";
    let rows = all!(on, Row, sql, application.to_string())?;
    rows.into_iter().map(|row| open(on, row)).collect()
}
