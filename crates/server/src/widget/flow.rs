//! Which page a session may show. The session is the truth: an address that is ahead of it, or behind a point of no
//! return, leads to where it stands.

use jiff::{SignedDuration, Timestamp};
use vinculo_domain::{SessionState, SessionStatus, Step};

/// How long a session lives that was never sent to a bank.
pub(crate) const IDLE: SignedDuration = SignedDuration::from_mins(30);

/// How long a session lives once the user was sent to the bank: as long as the consent may be authorised.
pub(crate) const AT_THE_BANK: SignedDuration = SignedDuration::from_mins(60);

/// How long the bank is given to answer to a consent before a second attempt may start.
pub(crate) const BEGINNING: SignedDuration = SignedDuration::from_secs(45);

/// What decides where a session may go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing<'a> {
    /// How it ended, or that it has not.
    pub(crate) status: SessionStatus,
    /// Where it stands.
    pub(crate) step: Step,
    /// What it remembers.
    pub(crate) state: &'a SessionState,
    /// The token named who shares, so nobody is asked.
    pub(crate) identified_by_token: bool,
}

impl Standing<'_> {
    /// Says whether a step may be shown, or which one instead.
    pub(crate) fn admit(&self, asked: Step) -> Result<(), Step> {
        let stands = self.stands();
        let admitted = match self.status {
            SessionStatus::Success => asked == Step::Done,
            SessionStatus::Exited | SessionStatus::Expired => asked == Step::Exit,
            SessionStatus::Open if stands == Step::Connecting => asked == Step::Connecting,
            SessionStatus::Open => self.open(asked, stands),
        };
        if admitted { Ok(()) } else { Err(stands) }
    }

    fn open(&self, asked: Step, stands: Step) -> bool {
        let reached = rank(asked) <= rank(stands);
        match asked {
            Step::Start | Step::Exit => true,
            Step::Identify => reached && !self.identified_by_token,
            Step::Institutions => reached && self.state.identification.is_some(),
            Step::Consent => reached && self.state.institution.is_some(),
            Step::Handover | Step::Connecting | Step::Done | Step::Failed => asked == stands,
        }
    }

    /// Returns the step where the session stands, as a page that can be shown.
    pub(crate) fn stands(&self) -> Step {
        match (self.status, self.step) {
            (SessionStatus::Success, _) => Step::Done,
            (SessionStatus::Exited | SessionStatus::Expired, _) => Step::Exit,
            // Steps that need what is not there would lead in circles.
            (_, Step::Exit | Step::Done) => Step::Start,
            (_, Step::Consent | Step::Handover) if self.state.institution.is_none() => Step::Start,
            (_, Step::Institutions) if self.state.identification.is_none() => Step::Start,
            (_, Step::Identify) if self.identified_by_token => Step::Start,
            (_, step) => step,
        }
    }
}

/// Tells whether a consent is being asked for right now.
pub(crate) fn is_beginning(state: &SessionState, now: Timestamp) -> bool {
    state.beginning_at.is_some_and(|since| now.duration_since(since) < BEGINNING)
}

/// How far along a step is.
pub(crate) fn rank(step: Step) -> u8 {
    match step {
        Step::Start => 0,
        Step::Identify => 1,
        Step::Institutions => 2,
        Step::Consent => 3,
        Step::Handover | Step::Failed | Step::Exit => 4,
        Step::Connecting => 5,
        Step::Done => 6,
    }
}

#[cfg(test)]
mod tests {
    use vinculo_domain::{ChosenInstitution, Identification};

    use super::*;

    fn state() -> SessionState {
        SessionState {
            identification: Some(Identification {
                cpf: "76109277673".parse().unwrap(),
                name: "Ralph Bragg".into(),
                company: None,
            }),
            institution: Some(ChosenInstitution {
                code: "ofmockbank_br_retail".parse().unwrap(),
                display_name: "Mock Bank".into(),
                logo: None,
                primary_color: "#000000".into(),
            }),
            ..SessionState::default()
        }
    }

    fn admit(status: SessionStatus, step: Step, state: &SessionState, asked: Step) -> Result<(), Step> {
        Standing { status, step, state, identified_by_token: true }.admit(asked)
    }

    #[test]
    fn earlier_pages_may_be_seen_again_and_later_ones_not_yet() {
        let state = state();
        for (stands, asked, result) in [
            (Step::Start, Step::Start, Ok(())),
            (Step::Start, Step::Institutions, Err(Step::Start)),
            (Step::Start, Step::Consent, Err(Step::Start)),
            (Step::Consent, Step::Institutions, Ok(())),
            (Step::Consent, Step::Handover, Err(Step::Consent)),
            (Step::Handover, Step::Consent, Ok(())),
            (Step::Handover, Step::Done, Err(Step::Handover)),
            (Step::Failed, Step::Consent, Ok(())),
            (Step::Failed, Step::Handover, Err(Step::Failed)),
            (Step::Consent, Step::Exit, Ok(())),
        ] {
            assert_eq!(admit(SessionStatus::Open, stands, &state, asked), result, "{stands:?} {asked:?}");
        }
    }

    #[test]
    fn there_is_no_way_back_from_the_banks_answer() {
        for asked in Step::ALL.iter().filter(|step| **step != Step::Connecting) {
            assert_eq!(admit(SessionStatus::Open, Step::Connecting, &state(), *asked), Err(Step::Connecting));
            if *asked != Step::Done {
                assert_eq!(admit(SessionStatus::Success, Step::Done, &state(), *asked), Err(Step::Done));
            }
        }
    }

    #[test]
    fn an_ended_session_shows_its_end() {
        assert_eq!(admit(SessionStatus::Exited, Step::Consent, &state(), Step::Consent), Err(Step::Exit));
        assert_eq!(admit(SessionStatus::Expired, Step::Handover, &state(), Step::Exit), Ok(()));
    }

    #[test]
    fn nobody_who_was_named_by_the_token_is_asked() {
        assert_eq!(admit(SessionStatus::Open, Step::Consent, &state(), Step::Identify), Err(Step::Consent));
    }

    #[test]
    fn every_redirect_leads_to_a_page_that_is_shown() {
        let full = state();
        let empty = SessionState::default();
        for status in SessionStatus::ALL {
            for step in Step::ALL {
                for state in [&full, &empty] {
                    for named in [true, false] {
                        let standing = Standing { status: *status, step: *step, state, identified_by_token: named };
                        for asked in Step::ALL {
                            if let Err(there) = standing.admit(*asked) {
                                assert_eq!(standing.admit(there), Ok(()), "{status:?} {step:?} {asked:?} {named}");
                            }
                        }
                    }
                }
            }
        }
    }
}
