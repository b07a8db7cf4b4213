//! `done`: connected. The app is told on the tap of the button, and by itself after a few seconds.

use askama::Template;
use axum::extract::{Path, State};
use http::StatusCode;
use vinculo_domain::{Category, LinkId, Step};

use super::consent::{name, until};
use super::institution_code;
use crate::state::AppState;
use crate::widget::events;
use crate::widget::phrases::DoneWords;
use crate::widget::shell::{Shell, page};
use crate::widget::stop::{Flow, trouble};
use crate::widget::visit::Visit;

/// After so many milliseconds the app is told.
const FINISH_AFTER_MS: u32 = 8_000;

/// The page.
#[derive(Debug, Template)]
#[template(path = "widget/done.html")]
pub(in crate::widget) struct DonePage {
    shell: Shell,
    t: &'static DoneWords,
    lede: String,
    duration: String,
    until: Option<String>,
    purpose: String,
    data: String,
    manage_bank: String,
    finish: String,
}

impl DonePage {
    pub(in crate::widget) fn new(visit: &Visit, link: LinkId) -> Self {
        let session = &visit.session;
        let institution = institution_code(&session.state).map_or("", |code| code.as_str());
        let finish = events::success_url(&visit.config.callbacks, link, institution);
        let message = events::success_message(link, institution);
        let script = visit.script(Step::Done).ending(&finish, FINISH_AFTER_MS, message);
        let shell = visit.shell(Step::Done).progress(6).open_end().scripted(script);
        let (t, words) = (&shell.words.done, &shell.words.consent);
        let names: Vec<&str> = visit.config.categories.iter().copied().map(Category::official_name).collect();
        let end = session.state.result.as_ref().and_then(|result| result.consent_expires_at);
        Self {
            t,
            lede: shell.say(&t.lede),
            duration: name(words, session.state.duration),
            until: end.map(|end| until(words, end, session.locale)),
            purpose: visit.config.purpose.clone(),
            data: names.join(", "),
            manage_bank: shell.say(&t.manage_bank),
            finish,
            shell: shell.titled(&t.title),
        }
    }
}

/// Shows the page, as often as it is asked for.
pub(in crate::widget) async fn show(State(state): State<AppState>, Path(id): Path<String>) -> Flow {
    let visit = Visit::at(&state, &id, Step::Done).await?;
    let result = visit.session.state.result.as_ref().map(|result| result.link);
    match visit.session.link.or(result) {
        Some(link) => Ok(page(StatusCode::OK, &visit.policy, &DonePage::new(&visit, link))),
        None => Err(trouble().into()),
    }
}
