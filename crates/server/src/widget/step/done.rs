//! `done`: connected. The app is told on the tap of the button, and by itself after a few seconds.

use askama::Template;
use axum::extract::State;
use http::StatusCode;
use serde_json::json;
use vinculo_domain::{Category, LinkId, Step, Warning};

use super::consent::{name, until};
use super::institution_code;
use crate::state::AppState;
use crate::widget::browser::Key;
use crate::widget::events;
use crate::widget::phrases::{DoneWords, fill};
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
    /// What the institution left out of what was asked for.
    missing: Option<String>,
    /// What else the user should know.
    notices: Vec<String>,
    manage: String,
    returning: String,
    finish: String,
}

impl DonePage {
    pub(in crate::widget) fn new(visit: &Visit, link: LinkId, granted: &[Category]) -> Self {
        let session = &visit.session;
        let institution = institution_code(&session.state).map_or("", |code| code.as_str());
        let finish = events::success_url(&visit.config.callbacks, link, institution);
        let message = events::success_message(link, institution);
        let warnings = session.state.result.as_ref().map(|result| result.warnings.as_slice()).unwrap_or_default();
        let told: Vec<_> = warnings.iter().map(|warning| notice(visit, *warning, link, institution)).collect();
        let script = visit.script(Step::Done).with("events", json!(told)).ending(&finish, FINISH_AFTER_MS, message);
        let shell = visit.shell(Step::Done).progress(6).open_end().scripted(script);
        let (t, words) = (&shell.words.done, &shell.words.consent);
        let (shared, missing): (Vec<_>, Vec<_>) =
            visit.config.categories.iter().copied().partition(|category| granted.contains(category));
        let end = session.state.result.as_ref().and_then(|result| result.consent_expires_at);
        Self {
            t,
            lede: shell.say(&t.lede),
            duration: name(words, session.state.duration),
            until: end.map(|end| until(words, end, session.locale)),
            purpose: visit.config.purpose.clone(),
            notices: warnings.iter().filter_map(|warning| said(t, *warning)).map(|text| shell.say(text)).collect(),
            data: names(&shared),
            missing: (!missing.is_empty())
                .then(|| fill(&t.missing, &[("bank", &shell.bank), ("data", &names(&missing))])),
            manage: shell.say(&t.manage_where),
            returning: shell.say(&shell.words.common.returning),
            finish,
            shell: shell.titled(&t.title),
        }
    }
}

/// A warning for the script: told once.
fn notice(visit: &Visit, warning: Warning, link: LinkId, institution: &str) -> serde_json::Value {
    let id = format!("{link}.{}", warning.as_str());
    events::warning_notice(&visit.config.callbacks, warning, &id, institution, visit.now)
}

/// What the user reads for a warning. What the institution does not offer at all stands with the data.
fn said(t: &DoneWords, warning: Warning) -> Option<&str> {
    match warning {
        Warning::PendingAuthorisation => Some(&t.pending),
        Warning::NoAccounts => Some(&t.no_accounts),
        Warning::PartialData => Some(&t.partial),
        Warning::InstitutionDisabled | Warning::InstitutionDegraded => None,
    }
}

fn names(categories: &[Category]) -> String {
    categories.iter().copied().map(Category::official_name).collect::<Vec<_>>().join(", ")
}

/// What the institution granted, which may be less than what was asked for.
async fn granted(state: &AppState, visit: &Visit) -> Flow<Vec<Category>> {
    let consent = match visit.session.consent {
        Some(id) => state.store().consent_by_id(id).await?,
        None => None,
    };
    Ok(consent.map_or_else(|| visit.config.categories.clone(), |consent| consent.permissions.categories()))
}

/// Shows the page, as often as it is asked for.
pub(in crate::widget) async fn show(State(state): State<AppState>, key: Key) -> Flow {
    let visit = Visit::at(&state, &key, Step::Done).await?;
    if visit.is_sign_in() {
        return crate::portal::proven(&state, &visit);
    }
    let result = visit.session.state.result.as_ref().map(|result| result.link);
    match visit.session.link.or(result) {
        Some(link) => {
            let shown = DonePage::new(&visit, link, &granted(&state, &visit).await?);
            Ok(page(StatusCode::OK, &visit.policy, &shown))
        }
        None => Err(trouble().into()),
    }
}
