//! A request for a page of a session: the session, its token's configuration, and the rules of both.

use axum::response::Response;
use jiff::Timestamp;
use vinculo_aggregator::connect;
use vinculo_aggregator::events::session_finished;
use vinculo_domain::{
    ApplicationId, Feature, InstitutionCode, SessionId, SessionStatus, Stage, Step, Warning, WidgetConfig,
};
use vinculo_store::{SessionEvent, StoreError, Token, WidgetSession};

use super::browser::Key;
use super::flow::Standing;
use super::security::Policy;
use super::shell::{Script, Shell, policy, session_address};
use super::stop::{Flow, missing, see};
use crate::portal::elsewhere;
use crate::state::AppState;

/// How often a change is tried again when someone else was faster.
const ATTEMPTS: u8 = 6;

/// A session, loaded.
#[derive(Debug)]
pub(crate) struct Visit {
    /// The session, already marked as expired when its time is over.
    pub(crate) session: WidgetSession,
    /// What its token decided.
    pub(crate) config: WidgetConfig,
    /// Policy of the page that will be shown.
    pub(crate) policy: Policy,
    /// Now.
    pub(crate) now: Timestamp,
}

impl Visit {
    /// Loads a session, whatever became of it.
    pub(crate) async fn load(state: &AppState, key: &Key) -> Flow<Self> {
        let Ok(id) = key.id.parse::<SessionId>() else { return Err(missing().into()) };
        let Some(mut session) = state.store().session(&id).await? else { return Err(missing().into()) };
        if !key.browser.may_go_on_with(&session) {
            return Err(elsewhere(state, session.locale).into());
        }
        let config = config(state.store().token(&session.token).await?.as_ref());
        let policy = policy(state).event(config.callbacks.event.as_ref());
        let now = state.env().now();
        expire(&mut session, now);
        Ok(Self { session, config, policy, now })
    }

    /// Loads a session for one of its pages; leads to where the session stands when that page is not to be seen.
    pub(crate) async fn at(state: &AppState, key: &Key, step: Step) -> Flow<Self> {
        let visit = Self::load(state, key).await?;
        visit.standing().admit(step).map_err(|there| visit.see(there))?;
        Ok(visit)
    }

    /// Says where the session stands.
    pub(crate) fn standing(&self) -> Standing<'_> {
        standing(&self.session, &self.config)
    }

    /// Leads to a step.
    pub(crate) fn see(&self, step: Step) -> Response {
        see(&self.address(step))
    }

    /// Returns the address of a step.
    pub(crate) fn address(&self, step: Step) -> String {
        format!("{}/{}", session_address(&self.session.id), step.as_str())
    }

    /// Makes the surroundings of a page.
    pub(crate) fn shell(&self, step: Step) -> Shell {
        let session = &self.session;
        Shell::of(session.locale, &session.id, &session.state, &self.config, step, &self.policy)
            .scripted(self.script(step))
    }

    /// Starts what the script needs.
    pub(crate) fn script(&self, step: Step) -> Script {
        Script::of(step, &self.session.state, &self.config)
    }

    /// Tells whether somebody is signing in to the portal.
    pub(crate) fn is_sign_in(&self) -> bool {
        self.session.application == ApplicationId::PORTAL
    }

    /// Tells whether a company's data is shared.
    pub(crate) fn is_business(&self) -> bool {
        self.session.state.identification.as_ref().is_some_and(vinculo_domain::Identification::is_business)
    }
}

/// Says where a session stands.
pub(crate) fn standing<'a>(session: &'a WidgetSession, config: &WidgetConfig) -> Standing<'a> {
    Standing {
        status: session.status,
        step: session.step,
        state: &session.state,
        identified_by_token: config.identification.is_some(),
    }
}

/// A session whose time is over has ended, whether or not that has been written down yet. One whose bank has
/// answered goes on: its result is on the way.
pub(crate) fn expire(session: &mut WidgetSession, now: Timestamp) {
    if session.status == SessionStatus::Open && session.step != Step::Connecting && now >= session.expires_at {
        session.status = SessionStatus::Expired;
    }
}

/// Reads what a token decided. Once its link has been erased nothing of it is left, and the widget has no company.
pub(crate) fn config(token: Option<&Token>) -> WidgetConfig {
    let sealed = token.and_then(|token| token.config.as_deref());
    sealed
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_else(|| WidgetConfig::new(Feature::ConsentLinkCreation))
}

/// What a change of a session does besides.
#[derive(Debug, Default)]
pub(crate) struct Change {
    /// The session was changed and must be written.
    pub(crate) write: bool,
    /// The session has ended with it: its `session_finished` event goes out in the same transaction.
    pub(crate) finished: bool,
    /// Entries of the session's record: kind and body.
    pub(crate) events: Vec<(&'static str, serde_json::Value)>,
    /// The stage that the session has reached with it.
    pub(crate) stage: Option<Stage>,
    /// A warning that was given, and about which institution.
    pub(crate) warning: Option<(Warning, InstitutionCode)>,
}

impl Change {
    /// Nothing is to be written.
    pub(crate) fn none() -> Self {
        Self::default()
    }

    /// The session is to be written.
    pub(crate) fn write() -> Self {
        Self { write: true, ..Self::default() }
    }

    /// Tells that the session has ended.
    pub(crate) fn finished(mut self) -> Self {
        self.finished = true;
        self
    }

    /// Notes the stage that the session has reached.
    pub(crate) fn stage(mut self, stage: Stage) -> Self {
        self.stage = Some(stage);
        self
    }

    /// Notes a warning.
    pub(crate) fn warning(mut self, warning: Warning, institution: &InstitutionCode) -> Self {
        self.warning = Some((warning, institution.clone()));
        self
    }

    /// Adds an entry to the session's record.
    pub(crate) fn event(mut self, kind: &'static str, body: serde_json::Value) -> Self {
        self.events.push((kind, body));
        self
    }
}

/// Changes a session in one transaction and returns it as it is afterwards. `decide` sees the session as it is at that
/// moment and may be asked again when someone else changed it meanwhile.
pub(crate) async fn change(
    state: &AppState,
    id: &SessionId,
    mut decide: impl FnMut(&mut WidgetSession) -> Change,
) -> Flow<WidgetSession> {
    for _ in 0..ATTEMPTS {
        match try_change(state, id, &mut decide).await {
            Err(StoreError::Conflict) => {}
            Err(error) => return Err(error.into()),
            Ok(None) => return Err(missing().into()),
            Ok(Some(session)) => return Ok(session),
        }
    }
    Err(StoreError::Conflict.into())
}

async fn try_change(
    state: &AppState,
    id: &SessionId,
    decide: &mut impl FnMut(&mut WidgetSession) -> Change,
) -> Result<Option<WidgetSession>, StoreError> {
    let mut tx = state.store().begin().await?;
    let Some(mut session) = tx.session(id).await? else { return Ok(None) };
    let now = state.env().now();
    expire(&mut session, now);
    let change = decide(&mut session);
    if !change.write {
        return Ok(Some(session));
    }
    tx.update_session(&mut session).await?;
    for (kind, body) in change.events {
        let event = SessionEvent {
            id: state.env().uuid(),
            session: id.clone(),
            at: now,
            kind: kind.to_owned(),
            body: body.to_string(),
        };
        tx.insert_session_event(&event).await?;
    }
    if let Some(stage) = change.stage {
        let consent = session.consent.filter(|_| stage >= Stage::Consented);
        connect::stage(state.aggregator(), &mut tx, &session, stage, consent).await?;
    }
    if let Some((warning, institution)) = change.warning {
        connect::warning(state.aggregator(), &mut tx, &session, warning, institution.as_str()).await?;
    }
    if change.finished {
        session_finished(state.aggregator(), &mut tx, &session).await.map_err(of_store)?;
    }
    tx.commit().await?;
    Ok(Some(session))
}

fn of_store(error: vinculo_aggregator::Error) -> StoreError {
    match error {
        vinculo_aggregator::Error::Store(error) => error,
        other => {
            tracing::error!(error = %other, "a session's end could not be told");
            StoreError::Corrupt("events")
        }
    }
}
