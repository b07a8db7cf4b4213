//! `failed`: what happened, why, and what to do.

use askama::Template;
use axum::extract::{Form, State};
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use vinculo_domain::{ErrorCode, ErrorDetail, SessionError, Step};

use super::institution_code;
use crate::state::AppState;
use crate::widget::browser::Key;
use crate::widget::directory::{offered, only};
use crate::widget::events;
use crate::widget::phrases::FailedWords;
use crate::widget::shell::{Shell, page};
use crate::widget::stop::Flow;
use crate::widget::visit::{Change, Visit, change};

/// The page.
#[derive(Debug, Template)]
#[template(path = "widget/failed.html")]
pub(in crate::widget) struct FailedPage {
    shell: Shell,
    t: &'static FailedWords,
    code: &'static str,
    text: String,
    comfort: Option<&'static str>,
    /// There are other institutions to choose from.
    other: bool,
    /// Trying again may help.
    retry: bool,
}

impl FailedPage {
    pub(in crate::widget) fn new(visit: &Visit, error: &SessionError, other: bool) -> Self {
        let shell = visit.shell(Step::Failed);
        let t = &shell.words.failed;
        let p = &shell.words.portal;
        let nothing = Some(t.nothing_shared.as_str());
        let (title, text, comfort) = match error.detail {
            ErrorDetail::Denied if visit.is_sign_in() => (&p.denied_title, &p.denied, None),
            ErrorDetail::Owner if visit.is_sign_in() => (&p.not_you_title, &p.not_you, None),
            ErrorDetail::Elsewhere => (&p.elsewhere_title, &p.elsewhere, None),
            ErrorDetail::TooOften => (&p.too_often_title, &p.too_often, None),
            ErrorDetail::Denied => (&t.denied_title, &t.denied, None),
            ErrorDetail::Risk => (&t.risk_title, &t.risk, None),
            ErrorDetail::Locked => (&t.locked_title, &t.locked, nothing),
            ErrorDetail::Credentials => (&t.credentials_title, &t.credentials, nothing),
            ErrorDetail::Owner => (&t.owner_title, &t.owner, nothing),
            ErrorDetail::Plain | ErrorDetail::Unknown => {
                let words = shell.words.errors.of(error.code);
                (&words.title, &words.text, nothing)
            }
        };
        let text = shell.say(text);
        let shell =
            shell.titled(title).scripted(visit.script(Step::Failed).with("events", json!([event(visit, error)])));
        let hopeless = matches!(error.code, ErrorCode::UnsupportedOperation | ErrorCode::InstitutionInactive);
        Self { t, code: error.code.as_str(), text, comfort, other, retry: !(hopeless && other), shell }
    }
}

/// What the host is told, once: the error does not end the flow, so the page stays.
fn event(visit: &Visit, error: &SessionError) -> serde_json::Value {
    let id = format!("{}.{}", visit.session.id.as_str().get(..8).unwrap_or_default(), error.at.as_microsecond());
    let institution = institution_code(&visit.session.state).map_or("", |code| code.as_str());
    events::error_notice(&visit.config.callbacks, error, &id, institution)
}

/// Shows the page.
pub(in crate::widget) async fn show(State(state): State<AppState>, key: Key) -> Flow {
    let visit = Visit::at(&state, &key, Step::Failed).await?;
    let all = state.store().all_institutions().await?;
    let params = &visit.session.state.params;
    let offered = offered(all, params, visit.is_business());
    let other = only(&offered, params).is_none() && !offered.is_empty();
    let code = visit.session.last_error.unwrap_or(ErrorCode::UnexpectedError);
    let unknown = SessionError { code, detail: ErrorDetail::Plain, at: visit.now };
    let error = visit.session.state.last_error.clone().unwrap_or(unknown);
    Ok(page(StatusCode::OK, &visit.policy, &FailedPage::new(&visit, &error, other)))
}

/// What was tapped.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::widget) struct Tapped {
    action: String,
}

/// Goes on: to the consent for another try, or to the list for another institution.
pub(in crate::widget) async fn go_on(State(state): State<AppState>, key: Key, Form(tapped): Form<Tapped>) -> Flow {
    let visit = Visit::at(&state, &key, Step::Failed).await?;
    let other = tapped.action == "other" || visit.session.state.institution.is_none();
    let step = if other { Step::Institutions } else { Step::Consent };
    change(&state, &visit.session.id, |session| {
        if session.step != Step::Failed {
            return Change::none();
        }
        session.step = step;
        session.state.handover = None;
        session.state.beginning_at = None;
        Change::write()
    })
    .await?;
    Ok(visit.see(step))
}
