//! Another term: without a visit to the bank where it allows that.

use askama::Template;
use axum::extract::{Form, Path, State};
use serde::Deserialize;
use vinculo_aggregator::manage::{self, Presence, RenewError};
use vinculo_domain::ConsentDuration;
use vinculo_store::Consent;

use super::again;
use super::status::Standing;
use super::visit::{Visit, address};
use crate::http::visitor::Visitor;
use crate::state::AppState;
use crate::widget::browser::Browser;
use crate::widget::phrases::{ConsentWords, PortalWords};
use crate::widget::shell::Shell;
use crate::widget::step::consent::{DurationChoice, durations};
use crate::widget::stop::{Flow, see};

#[derive(Template)]
#[template(path = "portal/renew.html")]
struct RenewPage {
    shell: Shell,
    t: &'static PortalWords,
    c: &'static ConsentWords,
    lede: String,
    at_institution: String,
    problem: Option<String>,
    /// The institution wants a new consent: the way there is offered.
    again: bool,
    durations: Vec<DurationChoice>,
    address: String,
}

/// What was chosen.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Chosen {
    duration: String,
    /// `institution`: by a new consent.
    way: String,
}

/// Asks for the term.
pub(super) async fn show(State(state): State<AppState>, Path(ids): Path<(String, String)>, browser: Browser) -> Flow {
    let (visit, consent) = Visit::about_one(&state, &ids, &browser).await?;
    ask(&state, &visit, &consent, None, false).await
}

/// Renews, or says why not.
pub(super) async fn renew(
    State(state): State<AppState>,
    Path(ids): Path<(String, String)>,
    visitor: Visitor,
    browser: Browser,
    Form(chosen): Form<Chosen>,
) -> Flow {
    let (visit, consent) = Visit::about_one(&state, &ids, &browser).await?;
    let t = &visit.words().portal;
    let Ok(duration) = ConsentDuration::from_form(&chosen.duration) else {
        return ask(&state, &visit, &consent, Some(&t.not_longer), false).await;
    };
    if chosen.way == "institution" {
        return again::begin(&state, &visit, &consent, duration).await;
    }
    let presence = Presence { ip: visitor.ip, user_agent: visitor.user_agent };
    let (problem, again) =
        match manage::renew(state.aggregator(), consent.application, consent.id, duration, &presence).await {
            Ok(()) => return Ok(see(&format!("{}/{}?done=renewed", address(&visit.id), consent.id))),
            Err(RenewError::NotLonger) => (&t.not_longer, false),
            Err(RenewError::SeveralApprovers) => (&t.several_approvers, true),
            Err(RenewError::Refused) => (&t.refused, true),
            Err(RenewError::Over) => (&t.over, false),
            Err(RenewError::Other(error)) => {
                tracing::warn!(institution.code = %consent.institution, %error, "a consent could not be renewed");
                (&t.no_answer, false)
            }
        };
    ask(&state, &visit, &consent, Some(problem), again).await
}

/// Only what is active and ends some day can be given another end.
async fn ask(state: &AppState, visit: &Visit, consent: &Consent, problem: Option<&str>, again: bool) -> Flow {
    let detail = format!("{}/{}", address(&visit.id), consent.id);
    let renewable = Standing::of(consent) == Some(Standing::Active) && consent.expires_at.is_some();
    if !renewable {
        return Ok(see(&detail));
    }
    let (t, c) = (&visit.words().portal, &visit.words().consent);
    let (shell, _) = visit.about(state, consent, "portal-renew", &format!("/{}", consent.id)).await?;
    let shell = shell.titled(&t.renew_title);
    let longer =
        |choice: &ConsentDuration| choice.end(visit.now) > consent.expires_at || choice.end(visit.now).is_none();
    let offered = durations(c, visit.config.default_duration, visit.now, visit.locale)
        .into_iter()
        .filter(|choice| ConsentDuration::from_form(&choice.value).is_ok_and(|duration| longer(&duration)))
        .collect();
    Ok(visit.page(&RenewPage {
        lede: shell.say(&t.renew_lede),
        at_institution: shell.say(&t.renew_at_institution),
        problem: problem.map(|text| shell.say(text)),
        again,
        durations: offered,
        address: detail,
        t,
        c,
        shell,
    }))
}
