//! Widget sessions. The session, not the browser, is the truth.

use jiff::Timestamp;
use vinculo_domain::{
    ApplicationId, ConsentId, ErrorCode, InstitutionCode, LinkId, Locale, SessionId, SessionState, SessionStatus, Step,
};

use crate::column::{At, Text, us};
use crate::on::{On, all, exec, one, reads};
use crate::query::{Compare, OneOf, Page, Paging, Select, rows};
use crate::seal::Place;
use crate::{Result, StoreError, Tx};

/// Where a user stands in the widget.
#[derive(Debug, Clone)]
pub struct WidgetSession {
    /// Id; whoever holds it may go on with the session.
    pub id: SessionId,
    /// Application.
    pub application: ApplicationId,
    /// Token that opened it.
    pub token: String,
    /// How it ended, or that it has not.
    pub status: SessionStatus,
    /// Step where it stands.
    pub step: Step,
    /// Language.
    pub locale: Locale,
    /// Institution that was chosen.
    pub institution: Option<InstitutionCode>,
    /// Consent at the bank, once there is one.
    pub consent: Option<ConsentId>,
    /// Link: the result.
    pub link: Option<LinkId>,
    /// The application's own id for the user.
    pub external_id: Option<String>,
    /// Last error that the user met.
    pub last_error: Option<ErrorCode>,
    /// What only the widget needs to know; sealed.
    pub state: SessionState,
    /// Counts the changes; [`Tx::update_session`] refuses to write over a newer one.
    pub version: i64,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Until when it lives.
    pub expires_at: Timestamp,
}

/// Something that happened in a session, as the application may read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionEvent {
    /// Id (UUID version 7).
    pub id: uuid::Uuid,
    /// Session.
    pub session: SessionId,
    /// When.
    pub at: Timestamp,
    /// `SUCCESS`, `EXIT`, `ERROR`, `WARNING`, `PAGE_LOAD`…
    pub kind: String,
    /// Details as a JSON object, nothing personal.
    pub body: String,
}

/// Filters of the list of sessions.
#[derive(Debug, Clone, Default)]
pub struct SessionFilter {
    /// Status.
    pub status: OneOf<SessionStatus>,
    /// The application's own id.
    pub external_id: OneOf<String>,
    /// Link that came of it.
    pub link: OneOf<LinkId>,
    /// When it was opened.
    pub created_at: Compare<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Text<SessionId>,
    application_id: Text<ApplicationId>,
    token_jti: String,
    status: Text<SessionStatus>,
    step: Text<Step>,
    locale: Text<Locale>,
    institution: Option<Text<InstitutionCode>>,
    consent_id: Option<Text<ConsentId>>,
    link_id: Option<Text<LinkId>>,
    external_id: Option<String>,
    last_error: Option<Text<ErrorCode>>,
    state: Option<Vec<u8>>,
    version: i64,
    created_at: At,
    updated_at: At,
    expires_at: At,
}

#[derive(sqlx::FromRow)]
struct EventRow {
    id: Text<uuid::Uuid>,
    session_id: Text<SessionId>,
    at: At,
    kind: String,
    body: String,
}

pub(crate) fn state_of(id: &SessionId) -> Place<'_> {
    Place::new("widget_sessions", "state", id.as_str())
}

fn seal_state(on: &On<'_>, session: &WidgetSession) -> Result<Vec<u8>> {
    let text = serde_json::to_string(&session.state).map_err(|_| StoreError::Corrupt("widget_sessions"))?;
    on.shared.master.seal_text(&on.shared.env, state_of(&session.id), &text)
}

fn open(on: &On<'_>, row: Row) -> Result<WidgetSession> {
    let id = row.id.0;
    let state = match row.state {
        Some(sealed) => {
            let text = on.shared.master.open_text(state_of(&id), &sealed)?;
            serde_json::from_str(&text).map_err(|_| StoreError::Corrupt("widget_sessions"))?
        }
        None => SessionState::default(),
    };
    Ok(WidgetSession {
        id,
        application: row.application_id.0,
        token: row.token_jti,
        status: row.status.0,
        step: row.step.0,
        locale: row.locale.0,
        institution: row.institution.map(|v| v.0),
        consent: row.consent_id.map(|v| v.0),
        link: row.link_id.map(|v| v.0),
        external_id: row.external_id,
        last_error: row.last_error.map(|v| v.0),
        state,
        version: row.version,
        created_at: row.created_at.0,
        updated_at: row.updated_at.0,
        expires_at: row.expires_at.0,
    })
}

impl Tx {
    /// Opens a session.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the token already has an unfinished session: resume that one.
    pub async fn insert_session(&mut self, session: &WidgetSession) -> Result<()> {
        let on = &mut self.on();
        let state = seal_state(on, session)?;
        exec!(
            on,
            "INSERT INTO widget_sessions (id, application_id, token_jti, status, step, locale, institution, consent_id,
                link_id, external_id, last_error, state, version, created_at, updated_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
            session.id.as_str(),
            session.application.to_string(),
            &session.token,
            session.status.as_str(),
            session.step.as_str(),
            session.locale.as_str(),
            session.institution.as_ref().map(|code| code.as_str()),
            session.consent.map(|id| id.to_string()),
            session.link.map(|id| id.to_string()),
            session.external_id.as_deref(),
            session.last_error.map(|code| code.as_str()),
            state,
            session.version,
            us(session.created_at),
            us(session.updated_at),
            us(session.expires_at),
        )?;
        Ok(())
    }

    /// Writes everything that may change in a session (`token`, `application` and `created_at` do not), and counts its
    /// version and `updated_at` up.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when someone else changed it since it was read: read it again.
    pub async fn update_session(&mut self, session: &mut WidgetSession) -> Result<()> {
        let on = &mut self.on();
        let now = on.shared.env.now();
        let state = seal_state(on, session)?;
        let touched = exec!(
            on,
            "UPDATE widget_sessions SET status = $3, step = $4, locale = $5, institution = $6, consent_id = $7,
                link_id = $8, external_id = $9, last_error = $10, state = $11, updated_at = $12, expires_at = $13,
                version = version + 1
             WHERE id = $1 AND version = $2",
            session.id.as_str(),
            session.version,
            session.status.as_str(),
            session.step.as_str(),
            session.locale.as_str(),
            session.institution.as_ref().map(|code| code.as_str()),
            session.consent.map(|id| id.to_string()),
            session.link.map(|id| id.to_string()),
            session.external_id.as_deref(),
            session.last_error.map(|code| code.as_str()),
            state,
            us(now),
            us(session.expires_at),
        )?;
        if touched == 0 {
            return Err(StoreError::Conflict);
        }
        session.version += 1;
        session.updated_at = now;
        Ok(())
    }

    /// Forgets what tokens and sessions that were over before `before` knew of the user, so that nothing personal stays of
    /// those who never connected. Returns how many sessions and tokens.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn forget_finished(&mut self, before: Timestamp) -> Result<u64> {
        let on = &mut self.on();
        let sql = "UPDATE widget_sessions SET state = NULL
             WHERE expires_at < $1 AND status <> 'open' AND state IS NOT NULL";
        let sessions = exec!(on, sql, us(before))?;
        exec!(on, "DELETE FROM portal_visits WHERE expires_at < $1", us(before))?;
        let sql = "UPDATE tokens SET config = NULL WHERE expires_at < $1 AND config IS NOT NULL AND NOT EXISTS
             (SELECT 1 FROM widget_sessions s WHERE s.token_jti = tokens.jti AND s.status = 'open')";
        Ok(sessions + exec!(on, sql, us(before))?)
    }

    /// Erases the consents of sign-ins to the portal that were over before `before`, at most `limit`: what stays says that there
    /// was one, and not who. Returns how many.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn forget_sign_ins(&mut self, before: Timestamp, limit: u32) -> Result<usize> {
        let sql = "SELECT link_id FROM consents WHERE application_id = $1 AND record IS NOT NULL AND updated_at < $2
             AND status IN ('REJECTED', 'EXPIRED') ORDER BY created_at LIMIT $3";
        let portal = ApplicationId::PORTAL.to_string();
        let found = all!(self.on(), (Text<LinkId>,), sql, portal, us(before), i64::from(limit))?;
        for (link,) in &found {
            self.erase_link(link.0).await?;
        }
        Ok(found.len())
    }

    /// Adds to a session's record of events.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such session.
    pub async fn insert_session_event(&mut self, event: &SessionEvent) -> Result<()> {
        exec!(
            self.on(),
            "INSERT INTO session_events (id, session_id, at, kind, body) VALUES ($1, $2, $3, $4, $5)",
            event.id.to_string(),
            event.session.as_str(),
            us(event.at),
            &event.kind,
            &event.body,
        )?;
        Ok(())
    }
}

reads! {
    /// Returns a session by its id alone: for the widget, where the id is the proof.
    fn session(id: &SessionId) -> Option<WidgetSession> = by_id;
    /// Returns a session of an application: for the API.
    fn session_of(application: ApplicationId, id: &SessionId) -> Option<WidgetSession> = of_application;
    /// Returns the unfinished session of a token.
    fn open_session_of_token(jti: &str) -> Option<WidgetSession> = open_of_token;
    /// Returns the newest session of a token, finished or not.
    fn last_session_of_token(jti: &str) -> Option<WidgetSession> = last_of_token;
    /// Returns an application's sessions, newest first.
    fn sessions(application: ApplicationId, filter: &SessionFilter, paging: Paging) -> Page<WidgetSession> = list;
    /// Counts an application's unfinished sessions whose time is not over at `now`.
    fn count_open_sessions(application: ApplicationId, now: Timestamp) -> i64 = count_open;
    /// Returns unfinished sessions whose time was over at `now`, at most `limit`.
    fn overdue_sessions(now: Timestamp, limit: u32) -> Vec<WidgetSession> = overdue;
    /// Returns a session's events, oldest first, at most 1000.
    fn session_events(session: &SessionId) -> Vec<SessionEvent> = events;
}

async fn by_id(on: &mut On<'_>, id: &SessionId) -> Result<Option<WidgetSession>> {
    let row = one!(on, Row, "SELECT * FROM widget_sessions WHERE id = $1", id.as_str())?;
    row.map(|row| open(on, row)).transpose()
}

async fn of_application(on: &mut On<'_>, application: ApplicationId, id: &SessionId) -> Result<Option<WidgetSession>> {
    Ok(by_id(on, id).await?.filter(|session| session.application == application))
}

async fn open_of_token(on: &mut On<'_>, jti: &str) -> Result<Option<WidgetSession>> {
    let row = one!(on, Row, "SELECT * FROM widget_sessions WHERE token_jti = $1 AND status = 'open'", jti)?;
    row.map(|row| open(on, row)).transpose()
}

async fn last_of_token(on: &mut On<'_>, jti: &str) -> Result<Option<WidgetSession>> {
    let sql = "SELECT * FROM widget_sessions WHERE token_jti = $1 ORDER BY created_at DESC, id LIMIT 1";
    let row = one!(on, Row, sql, jti)?;
    row.map(|row| open(on, row)).transpose()
}

async fn list(
    on: &mut On<'_>,
    application: ApplicationId,
    filter: &SessionFilter,
    paging: Paging,
) -> Result<Page<WidgetSession>> {
    let mut select = Select::from("widget_sessions");
    select.eq("application_id", &application);
    select.one_of("status", &filter.status);
    select.one_of("external_id", &filter.external_id);
    select.one_of("link_id", &filter.link);
    select.compare("created_at", &filter.created_at);
    let count = select.count(on).await?;
    let rows = rows!(on, Row, "SELECT * FROM ", select.page(" ORDER BY created_at DESC, id", paging))?;
    let items = rows.into_iter().map(|row| open(on, row)).collect::<Result<_>>()?;
    Ok(Page { count, items })
}

async fn count_open(on: &mut On<'_>, application: ApplicationId, now: Timestamp) -> Result<i64> {
    let sql = "SELECT count(*) FROM widget_sessions WHERE application_id = $1 AND status = 'open' AND expires_at > $2";
    Ok(one!(on, (i64,), sql, application.to_string(), us(now))?.map_or(0, |(count,)| count))
}

async fn overdue(on: &mut On<'_>, now: Timestamp, limit: u32) -> Result<Vec<WidgetSession>> {
    let sql = "SELECT * FROM widget_sessions WHERE status = 'open' AND expires_at <= $1 ORDER BY expires_at LIMIT $2";
    let rows = all!(on, Row, sql, us(now), i64::from(limit))?;
    rows.into_iter().map(|row| open(on, row)).collect()
}

async fn events(on: &mut On<'_>, session: &SessionId) -> Result<Vec<SessionEvent>> {
    let sql = "SELECT * FROM session_events WHERE session_id = $1 ORDER BY at, id LIMIT 1000";
    let rows = all!(on, EventRow, sql, session.as_str())?;
    let open = |row: EventRow| SessionEvent {
        id: row.id.0,
        session: row.session_id.0,
        at: row.at.0,
        kind: row.kind,
        body: row.body,
    };
    Ok(rows.into_iter().map(open).collect())
}
