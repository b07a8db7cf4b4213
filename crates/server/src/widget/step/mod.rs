//! The steps, one file each: what a page shows, and what its form does.
//!
//! Every form post changes the session in one transaction and answers 303, so that reloading and going back never
//! send a form again.

pub(super) mod app;
pub(super) mod connecting;
pub(crate) mod consent;
pub(super) mod done;
pub(super) mod exit;
pub(super) mod failed;
pub(super) mod handover;
pub(crate) mod identify;
pub(super) mod institutions;
pub(super) mod start;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use serde_json::json;
use vinculo_domain::{ChosenInstitution, Institution, InstitutionCode, Step};
use vinculo_store::WidgetSession;

use super::directory::chosen;
use super::flow::rank;
use super::security::private;
use super::stop::Flow;
use super::visit::Visit;
use crate::state::AppState;
use crate::widget::browser::Key;

/// `GET /widget/s/<session>`: leads to where the session stands.
pub(super) async fn here(State(state): State<AppState>, key: Key) -> Flow {
    let visit = Visit::load(&state, &key).await?;
    Ok(visit.see(visit.standing().stands()))
}

/// `GET /widget/s/<session>/status`: where the session stands, for the script of a page that waits.
pub(super) async fn status(State(state): State<AppState>, key: Key) -> Flow {
    let visit = Visit::load(&state, &key).await?;
    let step = visit.standing().stands();
    let way = visit.session.state.handover.as_ref().filter(|_| step == Step::Handover);
    let sent = way.is_some_and(|way| way.sent_at.is_some());
    let body = json!({"step": step.as_str(), "ready": way.is_some(), "sent": sent});
    let mut response: Response = Json(body).into_response();
    private(response.headers_mut());
    Ok(response)
}

/// Moves a session forward to a step; one that is further stays where it is.
fn reach(session: &mut WidgetSession, step: Step) -> bool {
    let ahead = rank(step) > rank(session.step);
    if ahead {
        session.step = step;
    }
    ahead
}

/// Puts the chosen institution into a session. Another one than before starts over from the consent; the same one
/// changes nothing, so that a second tap does not lose the way to the bank. Returns whether anything changed.
fn choose(session: &mut WidgetSession, institution: &Institution) -> bool {
    if session.state.institution.as_ref().is_some_and(|known| known.code == institution.code) {
        return reach(session, Step::Consent);
    }
    session.institution = Some(institution.code.clone());
    session.state.institution = Some(chosen(institution));
    session.state.handover = None;
    session.state.beginning_at = None;
    session.step = Step::Consent;
    true
}

/// Forgets the institution and what came of it.
fn unchoose(session: &mut WidgetSession) {
    session.institution = None;
    session.state.institution = None;
    session.state.handover = None;
    session.state.beginning_at = None;
}

fn institution_code(state: &vinculo_domain::SessionState) -> Option<&InstitutionCode> {
    state.institution.as_ref().map(|chosen: &ChosenInstitution| &chosen.code)
}

#[cfg(test)]
mod tests {
    use super::super::directory::tests::banks;
    use super::super::pages::tests::session;
    use super::*;

    #[test]
    fn the_same_institution_again_keeps_the_way_to_the_bank() {
        let banks = banks();
        let mut session = session();
        assert!(choose(&mut session, &banks[0]));
        session.step = Step::Handover;
        assert!(!choose(&mut session, &banks[0]));
        assert_eq!(session.step, Step::Handover);
        assert!(choose(&mut session, &banks[2]));
        assert_eq!((session.step, session.state.handover.is_none()), (Step::Consent, true));
    }

    #[test]
    fn nobody_is_moved_back_by_an_old_page() {
        let mut session = session();
        session.step = Step::Handover;
        assert!(!reach(&mut session, Step::Institutions));
        assert_eq!(session.step, Step::Handover);
    }
}
