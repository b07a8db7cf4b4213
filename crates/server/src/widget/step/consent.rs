//! `consent`: what is shared, with whom, why and for how long.

use std::time::Duration;

use askama::Template;
use axum::extract::{Form, State};
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use vinculo_aggregator::connect;
use vinculo_domain::{
    Category, ConsentDuration, Grouping, Identification, InstitutionStatus, Locale, SessionId, Step, Warning,
    mask_document,
};
use vinculo_store::WidgetSession;

use crate::state::AppState;
use crate::widget::browser::Key;
use crate::widget::dates;
use crate::widget::directory::{offered, only};
use crate::widget::events;
use crate::widget::flow::is_beginning;
use crate::widget::phrases::{ConsentWords, fill};
use crate::widget::shell::{Shell, page};
use crate::widget::stop::{Flow, failed, see, trouble};
use crate::widget::tile::Tile;
use crate::widget::visit::{Change, Visit, change, standing};

/// One duration of the list.
#[derive(Debug)]
pub(crate) struct DurationChoice {
    pub(crate) value: String,
    pub(crate) text: String,
    pub(crate) selected: bool,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "widget/consent.html")]
pub(in crate::widget) struct ConsentPage {
    shell: Shell,
    t: &'static ConsentWords,
    tile: Tile,
    lede: String,
    who: String,
    document: String,
    /// The person who logs in, when a company shares: name and masked CPF.
    person: Option<(String, String)>,
    purpose: String,
    durations: Vec<DurationChoice>,
    /// The only one, where there is no choice.
    fixed: Option<String>,
    data: Vec<(&'static str, &'static [Grouping])>,
    /// What else must be known of the data.
    note: String,
    next_steps: [String; 3],
    cancel: String,
    terms: Option<String>,
    /// The institution is unstable at the moment.
    unstable: Option<String>,
}

impl ConsentPage {
    /// Makes the page; `None` when it is not known who shares, or with which institution.
    pub(in crate::widget) fn new(visit: &Visit, back: Step) -> Option<Self> {
        let session = &visit.session;
        let chosen = session.state.institution.as_ref()?;
        let identification = session.state.identification.as_ref()?;
        let shell = visit.shell(Step::Consent).progress(4).back_to(back);
        let t = &shell.words.consent;
        let person = identification
            .is_business()
            .then(|| (identification.name.clone(), mask_document(identification.cpf.as_str())));
        let note = format!("{} {} {}", shell.say(&t.required), t.history, t.new_operations);
        let page = Self {
            t,
            tile: Tile::of(chosen),
            lede: shell.say(&t.lede),
            who: identification.display_name().to_owned(),
            document: format!("{} {}", identification.document().kind(), identification.document().masked()),
            person,
            purpose: visit.config.purpose.clone(),
            durations: durations(t, session.state.duration, visit.now, session.locale),
            fixed: None,
            data: data(&visit.config.categories, identification.is_business()),
            note,
            next_steps: [&t.next_one, &t.next_two, &t.next_three].map(|phrase| shell.say(phrase)),
            cancel: shell.say(&t.cancel_any_time),
            terms: visit.config.terms_and_conditions_url.as_ref().map(|url| url.as_str().to_owned()),
            unstable: None,
            shell: shell.titled(&t.title),
        };
        Some(if visit.is_sign_in() { page.sign_in(visit, identification) } else { page })
    }

    /// What a person agrees to who signs in to the portal: one day, and who they are.
    fn sign_in(mut self, visit: &Visit, identification: &Identification) -> Self {
        let p = &self.shell.words.portal;
        let end = ConsentDuration::Day.end(visit.now).map(|end| until(self.t, end, visit.session.locale));
        self.fixed = Some([Some(p.one_day.clone()), end].into_iter().flatten().collect::<Vec<_>>().join(", "));
        // Only what says who somebody is, of what the category has.
        self.data.iter_mut().for_each(|(_, groupings)| *groupings = groupings.get(..1).unwrap_or_default());
        self.who = std::mem::take(&mut self.document);
        self.person = identification.is_business().then(|| {
            let cpf = mask_document(identification.cpf.as_str());
            (format!("{} {cpf}", self.shell.words.identify.cpf), String::new())
        });
        self.lede = self.shell.say(&p.check_lede);
        self.note.clone_from(&p.check_required);
        self.next_steps[2].clone_from(&p.check_next);
        self.cancel = self.shell.say(&p.check_end);
        self.shell = self.shell.titled(&p.check_title);
        self
    }

    /// Says that the institution is unstable, to the user and, as a warning, to the application.
    pub(in crate::widget) fn unstable(mut self, visit: &Visit) -> Self {
        let session = &visit.session;
        let code = super::institution_code(&session.state).map_or("", |code| code.as_str());
        let id = format!("{}.{code}", session.id.as_str().get(..8).unwrap_or_default());
        let notice =
            events::warning_notice(&visit.config.callbacks, Warning::InstitutionDegraded, &id, code, visit.now);
        self.unstable = Some(self.shell.say(&self.t.unstable));
        self.shell = self.shell.scripted(visit.script(Step::Consent).with("events", json!([notice])));
        self
    }
}

/// The categories with their groupings, by their official names.
fn data(categories: &[Category], business: bool) -> Vec<(&'static str, &'static [Grouping])> {
    categories.iter().map(|category| (category.official_name(), category.groupings(business))).collect()
}

/// Returns the choices, each with its end.
pub(crate) fn durations(
    t: &ConsentWords,
    selected: ConsentDuration,
    now: Timestamp,
    locale: Locale,
) -> Vec<DurationChoice> {
    let choice = |duration: ConsentDuration| DurationChoice {
        value: duration.form_value(),
        text: match duration.end(now) {
            Some(end) => format!("{}, {}", name(t, duration), until(t, end, locale)),
            None => name(t, duration),
        },
        selected: duration == selected,
    };
    ConsentDuration::ALL.into_iter().map(choice).collect()
}

/// Returns the name of a duration: `Indeterminado`, `12 meses`.
pub(crate) fn name(t: &ConsentWords, duration: ConsentDuration) -> String {
    match duration.months() {
        Some(months) => fill(&t.months, &[("months", &months.to_string())]),
        None => t.undefined.clone(),
    }
}

/// Returns the end of a duration: `até 22/11/2027`.
pub(crate) fn until(t: &ConsentWords, end: Timestamp, locale: Locale) -> String {
    fill(&t.until, &[("date", &dates::written(end, locale))])
}

/// Shows the page.
pub(in crate::widget) async fn show(State(state): State<AppState>, key: Key) -> Flow {
    let visit = Visit::at(&state, &key, Step::Consent).await?;
    let all = state.store().all_institutions().await?;
    let params = &visit.session.state.params;
    let skipped = only(&offered(all.clone(), params, visit.is_business()), params).is_some();
    let back = match (skipped, visit.config.identification.is_some()) {
        (false, _) => Step::Institutions,
        (true, true) => Step::Start,
        (true, false) => Step::Identify,
    };
    let code = super::institution_code(&visit.session.state);
    let unstable = all.iter().any(|bank| Some(&bank.code) == code && bank.status == InstitutionStatus::Degraded);
    match ConsentPage::new(&visit, back) {
        Some(shown) if unstable => Ok(page(StatusCode::OK, &visit.policy, &shown.unstable(&visit))),
        Some(shown) => Ok(page(StatusCode::OK, &visit.policy, &shown)),
        None => Ok(visit.see(Step::Start)),
    }
}

/// What was accepted.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::widget) struct Accepted {
    duration: String,
    patience: String,
}

/// How long a form waits for the bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::widget) enum Patience {
    /// Until it has answered.
    All,
    /// For a moment; then the next page waits, and says what for.
    Short,
}

/// A moment.
const SHORT: Duration = Duration::from_millis(1_500);

/// Takes the acceptance: asks the bank for a consent, once, and leads to the hand-over.
pub(in crate::widget) async fn accept(State(state): State<AppState>, key: Key, Form(accepted): Form<Accepted>) -> Flow {
    let visit = Visit::at(&state, &key, Step::Consent).await?;
    // A value that no page of ours offers stands for what the page had selected.
    let duration = ConsentDuration::from_form(&accepted.duration).unwrap_or(visit.session.state.duration);
    let duration = visit.config.feature.term(duration);
    let now = visit.now;
    let mut ours = false;
    let session = change(&state, &visit.session.id, |session| {
        ours = may_begin(session, duration, now);
        if !ours {
            return Change::none();
        }
        session.state.duration = duration;
        session.state.handover = None;
        session.state.beginning_at = Some(now);
        session.step = Step::Handover;
        Change::write()
    })
    .await?;
    if !ours {
        return Ok(see(&visit.address(standing(&session, &visit.config).stands())));
    }
    // Only a script follows when a page that waits is over; the form of a page without one waits by itself.
    let patience = if accepted.patience == "short" { Patience::Short } else { Patience::All };
    begin(&state, &visit, &session.id, duration, patience).await
}

/// Tells whether an acceptance starts anything. A second one while the bank is being asked, or with the same duration
/// once it has answered, does not; nor does one after the bank's answer.
fn may_begin(session: &WidgetSession, duration: ConsentDuration, now: Timestamp) -> bool {
    let open = session.status == vinculo_domain::SessionStatus::Open && session.state.institution.is_some();
    open && match (session.step, &session.state.handover) {
        (Step::Consent | Step::Failed, _) => true,
        (Step::Handover, Some(way)) => way.duration != duration || way.expires_at <= now,
        (Step::Handover, None) => !is_beginning(&session.state, now),
        _ => false,
    }
}

/// Asks the bank and leads to where the session stands then.
pub(in crate::widget) async fn begin(
    state: &AppState,
    visit: &Visit,
    id: &SessionId,
    duration: ConsentDuration,
    patience: Patience,
) -> Flow<Response> {
    // On its own: a browser that goes away must not leave the bank with half of it.
    let asking = tokio::spawn(ask(state.clone(), id.clone(), duration));
    let asked = match patience {
        Patience::All => asking.await,
        Patience::Short => match tokio::time::timeout(SHORT, asking).await {
            Ok(asked) => asked,
            Err(_) => return Ok(visit.see(Step::Handover)),
        },
    };
    match asked {
        Ok(Ok(session)) => Ok(see(&visit.address(standing(&session, &visit.config).stands()))),
        Ok(Err(stop)) => Err(stop),
        Err(_) => Err(trouble().into()),
    }
}

async fn ask(state: AppState, id: SessionId, duration: ConsentDuration) -> Flow<WidgetSession> {
    match connect::begin(state.aggregator(), &id, duration).await {
        Ok(session) => Ok(session),
        Err(error) => {
            tracing::error!(session.id = ?id, %error, "the consent could not be begun");
            // The session must not be held up by an attempt that is over.
            change(&state, &id, |session| {
                if session.step != Step::Handover || session.state.handover.is_some() {
                    return Change::none();
                }
                session.step = Step::Consent;
                session.state.beginning_at = None;
                Change::write()
            })
            .await?;
            Err(failed(&error, Vec::new()).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use vinculo_domain::{Handover, SessionStatus};

    use super::*;
    use crate::widget::pages::tests::{NOW, chosen, session};

    fn now() -> Timestamp {
        NOW.parse().unwrap()
    }

    fn at(step: Step) -> WidgetSession {
        let mut session = session();
        session.step = step;
        session.state.institution = Some(chosen());
        session
    }

    fn later(seconds: i64) -> Timestamp {
        now().checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap()
    }

    #[test]
    fn accepting_once_is_enough() {
        let mut session = at(Step::Consent);
        assert!(may_begin(&session, ConsentDuration::Undefined, now()));
        session.step = Step::Handover;
        session.state.beginning_at = Some(now());
        assert!(!may_begin(&session, ConsentDuration::Undefined, later(1)));
        assert!(may_begin(&session, ConsentDuration::Undefined, later(60)), "an attempt that died is not waited for");
        session.state.handover = Some(Handover {
            authorization_url: "https://bank.example".into(),
            expires_at: later(60),
            duration: ConsentDuration::Undefined,
            sent_at: None,
        });
        assert!(!may_begin(&session, ConsentDuration::Undefined, later(1)));
        assert!(may_begin(&session, ConsentDuration::Months3, later(1)), "another duration needs another consent");
        assert!(may_begin(&session, ConsentDuration::Undefined, later(61)));
    }

    #[test]
    fn nothing_begins_where_it_is_too_late() {
        for step in [Step::Connecting, Step::Done, Step::Start] {
            assert!(!may_begin(&at(step), ConsentDuration::Undefined, now()), "{step:?}");
        }
        let ended = WidgetSession { status: SessionStatus::Expired, ..at(Step::Consent) };
        assert!(!may_begin(&ended, ConsentDuration::Undefined, now()));
    }

    #[test]
    fn durations_keep_their_order_and_say_when_they_end() {
        let t = &crate::widget::phrases::words(Locale::Pt).consent;
        let all = durations(t, ConsentDuration::Months6, now(), Locale::Pt);
        let texts: Vec<_> = all.iter().map(|choice| choice.text.as_str()).collect();
        assert_eq!(texts[0], "Indeterminado");
        assert_eq!(texts[1], "12 meses, até 22/11/2027");
        assert_eq!(all.iter().position(|choice| choice.selected), Some(3));
    }
}
