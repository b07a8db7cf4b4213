//! `app`: the way from the bank back into the application's own app (App2App).
//!
//! The answer to the callback's form is a redirect to the application's link: a redirect keeps the gesture with which a
//! phone opens an app. Whoever sees the callback page a second time has no app that took the link, or has come back from
//! it: this page offers the link as a button, and to go on where the user is.

use askama::Template;
use axum::extract::State;
use http::StatusCode;
use vinculo_domain::{CallbackUrl, HttpUrl, SessionId, Step, WidgetConfig};
use vinculo_store::WidgetSession;

use crate::state::AppState;
use crate::widget::browser::{Browser, Key};
use crate::widget::phrases::AppWords;
use crate::widget::shell::{Shell, page, session_address};
use crate::widget::stop::Flow;
use crate::widget::visit::{Change, Visit, change};

/// The page.
#[derive(Debug, Template)]
#[template(path = "widget/app.html")]
pub(in crate::widget) struct AppPage {
    shell: Shell,
    t: &'static AppWords,
    lede: String,
    open: String,
    link: String,
    here: String,
}

impl AppPage {
    pub(in crate::widget) fn new(visit: &Visit, link: String) -> Self {
        let session = &visit.session;
        let mut shell = Shell::bare(session.locale, "app", &visit.policy).dressed(&visit.config);
        shell.base = session_address(&session.id);
        let t = &shell.words.app;
        let here = visit.address(Step::Connecting);
        Self { t, lede: shell.say(&t.lede), open: shell.say(&t.open), link, here, shell: shell.titled(&t.title) }
    }
}

/// The application's link with the session, so that the app can open the widget where it goes on; `None` where the
/// token named no link.
fn link(state: &AppState, config: &WidgetConfig, session: &SessionId) -> Option<String> {
    let link: &HttpUrl = config.application_link.as_ref()?;
    let resume = format!("{}{}/{}", state.settings().public_url, session_address(session), Step::Connecting.as_str());
    let link = CallbackUrl::parse(link.as_str(), state.callback_policy()).ok()?;
    Some(link.with(&[("session", session.as_str()), ("resume_url", &resume)]))
}

/// Where a browser goes that has brought the bank's answer: once to the application's link, then to the page that
/// offers it, and to the widget where there is none.
pub(in crate::widget) async fn after_the_bank(
    state: &AppState,
    session: &WidgetSession,
    browser: Browser,
) -> Flow<String> {
    let key = Key { id: session.id.as_str().to_owned(), browser };
    let visit = Visit::load(state, &key).await?;
    let Some(link) = link(state, &visit.config, &session.id) else { return Ok(visit.address(Step::Connecting)) };
    let mut first = false;
    change(state, &session.id, |session| {
        first = session.state.sent_to_app_at.is_none();
        if !first {
            return Change::none();
        }
        session.state.sent_to_app_at = Some(visit.now);
        Change::write()
    })
    .await?;
    Ok(if first { link } else { format!("{}/app", session_address(&session.id)) })
}

/// Shows the page.
pub(in crate::widget) async fn show(State(state): State<AppState>, key: Key) -> Flow {
    let visit = Visit::load(&state, &key).await?;
    match link(&state, &visit.config, &visit.session.id) {
        Some(link) => Ok(page(StatusCode::OK, &visit.policy, &AppPage::new(&visit, link))),
        None => Ok(visit.see(visit.standing().stands())),
    }
}
