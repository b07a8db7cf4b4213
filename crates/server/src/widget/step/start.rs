//! `start`: what will happen, and that it is free and safe.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use vinculo_domain::{Identification, Stage, Step};

use super::{choose, reach};
use crate::state::AppState;
use crate::widget::browser::Key;
use crate::widget::directory::{offered, only};
use crate::widget::phrases::StartWords;
use crate::widget::shell::{Shell, page};
use crate::widget::stop::Flow;
use crate::widget::visit::{Change, Visit, change};

/// The page.
#[derive(Debug, Template)]
#[template(path = "widget/start.html")]
pub(in crate::widget) struct StartPage {
    shell: Shell,
    t: &'static StartWords,
    lede: String,
    terms: Option<String>,
}

impl StartPage {
    pub(in crate::widget) fn new(visit: &Visit) -> Self {
        let shell = visit.shell(Step::Start).progress(1);
        let t = &shell.words.start;
        let lede = shell.say(if shell.named { &t.lede } else { &t.lede_unnamed });
        let branding = &visit.config.branding;
        let terms = branding.company_terms_url.as_ref().map(|url| url.as_str().to_owned());
        Self { t, lede, terms, shell: shell.titled(&t.title) }
    }
}

/// Shows the page.
pub(in crate::widget) async fn show(State(state): State<AppState>, key: Key) -> Flow {
    let visit = Visit::at(&state, &key, Step::Start).await?;
    if visit.is_sign_in() {
        return Ok(visit.see(Step::Identify));
    }
    Ok(page(StatusCode::OK, &visit.policy, &StartPage::new(&visit)))
}

/// Goes on: to the document when nobody was named, to the consent when one institution is left, to the list otherwise.
pub(in crate::widget) async fn go_on(State(state): State<AppState>, key: Key) -> Flow {
    let visit = Visit::at(&state, &key, Step::Start).await?;
    after_identification(&state, &visit, None).await
}

/// Goes on from where it is known who shares, or to where it is asked.
pub(in crate::widget) async fn after_identification(
    state: &AppState,
    visit: &Visit,
    typed: Option<Identification>,
) -> Flow<Response> {
    let known = typed.clone().or_else(|| visit.session.state.identification.clone());
    let Some(known) = known else {
        change(
            state,
            &visit.session.id,
            |session| {
                if reach(session, Step::Identify) { Change::write() } else { Change::none() }
            },
        )
        .await?;
        return Ok(visit.see(Step::Identify));
    };
    let all = state.store().all_institutions().await?;
    let offered = offered(all, &visit.session.state.params, known.is_business());
    let only = only(&offered, &visit.session.state.params);
    change(state, &visit.session.id, |session| {
        let mut changed = false;
        if let Some(typed) = typed.as_ref().filter(|typed| session.state.identification.as_ref() != Some(typed)) {
            super::unchoose(session);
            session.state.identification = Some(typed.clone());
            session.step = Step::Identify;
            changed = true;
        }
        let chosen = only.is_some_and(|one| choose(session, one));
        changed |= chosen || (only.is_none() && reach(session, Step::Institutions));
        match (changed, chosen) {
            (_, true) => Change::write().stage(Stage::Chose),
            (true, false) => Change::write(),
            (false, false) => Change::none(),
        }
    })
    .await?;
    Ok(visit.see(if only.is_some() { Step::Consent } else { Step::Institutions }))
}
