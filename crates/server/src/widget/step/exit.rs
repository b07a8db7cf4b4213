//! `exit`: leaving early. A question first and a survey after it, unless the opening address switched them off.

use askama::Template;
use axum::extract::{Form, Query, State};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use vinculo_domain::{ErrorCode, SessionStatus, Step};
use vinculo_store::WidgetSession;

use crate::state::AppState;
use crate::widget::browser::Key;
use crate::widget::events::{self, Exit, Told};
use crate::widget::over::OverPage;
use crate::widget::phrases::ExitWords;
use crate::widget::shell::{Shell, page};
use crate::widget::stop::{Flow, see};
use crate::widget::visit::{Change, Visit, change, standing};

/// After so many milliseconds the app is told that the user has left.
const LEAVE_AFTER_MS: u32 = 700;

/// The same where the user did not ask for it and has something to read.
const TELL_AFTER_MS: u32 = 4_000;

/// Reasons of the survey, as they are kept.
const REASONS: [&str; 6] = ["bank_missing", "trust", "later", "problem", "unclear", "other"];

/// The question, or the survey.
#[derive(Debug, Template)]
#[template(path = "widget/exit.html")]
pub(in crate::widget) struct ExitPage {
    shell: Shell,
    t: &'static ExitWords,
    survey: bool,
    reasons: Vec<(&'static str, &'static str)>,
    stay: String,
}

impl ExitPage {
    pub(in crate::widget) fn new(visit: &Visit, survey: bool) -> Self {
        let from = came_from(visit);
        let shell = visit.shell(Step::Exit).open_end().back_to(from);
        let t = &shell.words.exit;
        let texts = [
            &t.reason_bank_missing,
            &t.reason_trust,
            &t.reason_later,
            &t.reason_problem,
            &t.reason_unclear,
            &t.reason_other,
        ];
        let reasons = REASONS.into_iter().zip(texts.map(String::as_str)).collect();
        let title = if survey { &t.survey_title } else { &t.title };
        Self { t, survey, reasons, stay: visit.address(from), shell: shell.titled(title) }
    }
}

/// The page that the user came from, if it may still be seen.
fn came_from(visit: &Visit) -> Step {
    let standing = visit.standing();
    let from = visit.session.state.left_from.filter(|from| *from != Step::Exit);
    from.filter(|from| standing.admit(*from).is_ok()).unwrap_or_else(|| standing.stands())
}

/// What the application is told about a user who leaves.
pub(in crate::widget) fn exit_of(session: &WidgetSession) -> Exit {
    let chosen = session.state.institution.as_ref().map(|chosen| chosen.code.clone());
    Exit {
        error: session.last_error.map(|code| told(session, code)),
        institution: chosen.or_else(|| session.institution.clone()),
        at_start: session.state.left_from.unwrap_or(session.step) == Step::Start,
    }
}

/// The last error as the application hears of it.
fn told(session: &WidgetSession, code: ErrorCode) -> Told {
    let known = session.state.last_error.as_ref().filter(|error| error.code == code);
    known.map_or_else(|| code.into(), Told::from)
}

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::widget) struct Asked {
    survey: Option<String>,
}

/// Shows the question, the survey, or that it is over.
pub(in crate::widget) async fn show(State(state): State<AppState>, key: Key, Query(asked): Query<Asked>) -> Flow {
    let visit = Visit::at(&state, &key, Step::Exit).await?;
    match visit.session.status {
        SessionStatus::Exited if visit.is_sign_in() => Ok(see(&crate::portal::entrance(visit.session.locale))),
        SessionStatus::Expired if visit.is_sign_in() => Ok(crate::portal::closed(&state, visit.session.locale)),
        SessionStatus::Exited => Ok(left(&visit)),
        SessionStatus::Expired => Ok(expired(&state, &visit)),
        SessionStatus::Open | SessionStatus::Success => {
            let params = &visit.session.state.params;
            let survey = params.show_abandon_survey && (asked.survey.is_some() || !params.show_close_dialog);
            Ok(page(StatusCode::OK, &visit.policy, &ExitPage::new(&visit, survey)))
        }
    }
}

/// The last page of a user who left: it says so and goes back to the app.
pub(in crate::widget) fn left(visit: &Visit) -> Response {
    let exit = exit_of(&visit.session);
    let url = events::exit_url(&visit.config.callbacks, &exit);
    let script = visit.script(Step::Exit).ending(&url, LEAVE_AFTER_MS, exit.message());
    let shell = visit.shell(Step::Exit).open_end().scripted(script);
    let t = &shell.words.exit;
    let over = OverPage::saying(shell.titled(&t.left_title), &t.left).calm().leading_to(url);
    page(StatusCode::OK, &visit.policy, &over)
}

/// The page of a session whose time was over: the error goes to the application, the button leads there.
fn expired(state: &AppState, visit: &Visit) -> Response {
    let code = ErrorCode::SessionExpiredOb;
    let url = events::error_url(&visit.config.callbacks, code);
    let message = events::error_message(&state.env().uuid().to_string(), code, "", visit.now);
    let script = visit.script(Step::Exit).ending(&url, TELL_AFTER_MS, message);
    let shell = visit.shell(Step::Exit).open_end().scripted(script);
    let text = shell.words.errors.of(code);
    let over = OverPage::saying(shell.titled(&text.title), &text.text).leading_to(url);
    page(StatusCode::OK, &visit.policy, &over)
}

/// What was tapped.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::widget) struct Tapped {
    action: String,
    from: String,
    reason: String,
}

/// What a tap leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Question,
    Survey,
    Leave,
}

impl Tapped {
    fn next(&self, question: bool, survey: bool) -> Next {
        match self.action.as_str() {
            "ask" if question => Next::Question,
            "ask" | "confirm" if survey => Next::Survey,
            "ask" | "confirm" | "send" | "skip" | "leave" => Next::Leave,
            _ => Next::Question,
        }
    }
}

/// Takes a tap: on the way out, on an answer, on the last button.
pub(in crate::widget) async fn take(State(state): State<AppState>, key: Key, Form(tapped): Form<Tapped>) -> Flow {
    let visit = Visit::at(&state, &key, Step::Exit).await?;
    let params = &visit.session.state.params;
    let next = tapped.next(params.show_close_dialog, params.show_abandon_survey);
    let session = change(&state, &visit.session.id, |session| apply(session, &tapped, next)).await?;
    let there = standing(&session, &visit.config);
    Ok(match (there.admit(Step::Exit), next) {
        (Err(step), _) => visit.see(step),
        (Ok(()), Next::Survey) => see(&format!("{}?survey=1", visit.address(Step::Exit))),
        (Ok(()), _) => visit.see(Step::Exit),
    })
}

fn apply(session: &mut WidgetSession, tapped: &Tapped, next: Next) -> Change {
    if session.status != SessionStatus::Open || session.step == Step::Connecting {
        return Change::none();
    }
    let from = tapped.from.parse::<Step>().ok().filter(|from| *from != Step::Exit);
    let moved = from.is_some() && from != session.state.left_from;
    if moved {
        session.state.left_from = from;
    }
    if next != Next::Leave {
        return if moved { Change::write() } else { Change::none() };
    }
    session.state.survey_reason = REASONS.into_iter().find(|reason| *reason == tapped.reason).map(str::to_owned);
    session.state.left_from.get_or_insert(session.step);
    session.status = SessionStatus::Exited;
    session.step = Step::Exit;
    let exit = exit_of(session);
    let mut body = exit.record();
    body.insert("step".to_owned(), json!(session.state.left_from));
    body.insert("reason".to_owned(), json!(session.state.survey_reason));
    Change::write().finished().event("EXIT", body.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::widget::pages::tests::{chosen, session};

    fn tap(action: &str, from: &str) -> Tapped {
        Tapped { action: action.into(), from: from.into(), reason: String::new() }
    }

    #[test]
    fn question_and_survey_can_be_switched_off() {
        assert_eq!(tap("ask", "").next(true, true), Next::Question);
        assert_eq!(tap("ask", "").next(false, true), Next::Survey);
        assert_eq!(tap("ask", "").next(false, false), Next::Leave);
        assert_eq!(tap("confirm", "").next(true, true), Next::Survey);
        assert_eq!(tap("confirm", "").next(true, false), Next::Leave);
        assert_eq!(tap("skip", "").next(true, true), Next::Leave);
        assert_eq!(tap("nonsense", "").next(true, true), Next::Question);
    }

    #[test]
    fn leaving_says_where_from() {
        let mut first = session();
        assert!(apply(&mut first, &tap("ask", "start"), Next::Question).write);
        assert!(apply(&mut first, &tap("skip", ""), Next::Leave).write);
        assert_eq!(exit_of(&first), Exit { at_start: true, ..Exit::default() });

        let mut second = session();
        second.step = Step::Consent;
        second.state.institution = Some(chosen());
        apply(&mut second, &tap("leave", "consent"), Next::Leave);
        let exit = exit_of(&second);
        assert_eq!((exit.institution.is_some(), exit.at_start, exit.error), (true, false, None));
    }

    #[test]
    fn asking_changes_nothing_but_where_from_and_leaving_twice_nothing_at_all() {
        let mut session = session();
        apply(&mut session, &tap("ask", "start"), Next::Question);
        assert_eq!(session.status, SessionStatus::Open);
        assert!(!apply(&mut session, &tap("ask", "start"), Next::Question).write);
        apply(&mut session, &tap("leave", "start"), Next::Leave);
        assert!(!apply(&mut session, &tap("leave", "consent"), Next::Leave).write);
        assert_eq!(session.state.left_from, Some(Step::Start));
    }

    #[test]
    fn nobody_leaves_while_the_link_is_being_made_and_reasons_come_from_the_list() {
        let mut connecting = session();
        connecting.step = Step::Connecting;
        assert!(!apply(&mut connecting, &tap("leave", "start"), Next::Leave).write);
        let mut other = session();
        let tapped = Tapped { reason: "<script>".into(), ..tap("send", "") };
        apply(&mut other, &tapped, Next::Leave);
        assert_eq!(other.state.survey_reason, None);
    }
}
