//! A circuit breaker per institution: one that fails again and again is left alone, so that work which nobody waits for
//! neither burdens it nor holds up the others.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use vinculo_domain::InstitutionCode;

/// After so many failures in a row the institution is left alone.
const FAILURES: u32 = 5;
/// How long at first, doubling with every further failure.
const FIRST_REST: SignedDuration = SignedDuration::from_secs(30);
/// How long at most, unless the institution asks for more.
const LONGEST_REST: SignedDuration = SignedDuration::from_mins(30);
/// How long one visitor has to find out whether it works again.
const PROBE: SignedDuration = SignedDuration::from_mins(1);

#[derive(Debug, Clone, Copy, Default)]
struct State {
    failures: u32,
    until: Option<Timestamp>,
}

/// The institutions that fail, as this process sees them.
#[derive(Debug, Default)]
pub(crate) struct Breaker(Mutex<HashMap<InstitutionCode, State>>);

impl Breaker {
    /// Lets a visitor pass, or says until when the institution is left alone. When that time is over one visitor passes
    /// first, and the others wait for what it finds.
    pub(crate) fn pass(&self, institution: &InstitutionCode, now: Timestamp) -> Result<(), Timestamp> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(state) = all.get_mut(institution) else { return Ok(()) };
        match state.until {
            Some(until) if now < until => Err(until),
            Some(_) => {
                state.until = now.checked_add(PROBE).ok();
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Something worked.
    pub(crate) fn works(&self, institution: &InstitutionCode) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(institution);
    }

    /// Something failed that may work later; the institution may have said when.
    pub(crate) fn fails(&self, institution: &InstitutionCode, now: Timestamp, asked: SignedDuration) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let state = all.entry(institution.clone()).or_default();
        state.failures = state.failures.saturating_add(1);
        let rest = rest(state.failures).max(asked);
        state.until = (rest > SignedDuration::ZERO).then(|| now.checked_add(rest).ok()).flatten().max(state.until);
    }
}

fn rest(failures: u32) -> SignedDuration {
    match failures.checked_sub(FAILURES) {
        None => SignedDuration::ZERO,
        Some(beyond) => FIRST_REST.saturating_mul(1 << beyond.min(10)).min(LONGEST_REST),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;
    const NOTHING: SignedDuration = SignedDuration::ZERO;

    fn code(text: &str) -> InstitutionCode {
        text.parse().unwrap()
    }

    #[test]
    fn an_institution_that_keeps_failing_is_left_alone_and_others_are_not() {
        let (down, well) = (code("ofdown_br_retail"), code("ofwell_br_retail"));
        let breaker = Breaker::default();
        for _ in 1..FAILURES {
            breaker.fails(&down, NOW, NOTHING);
            assert_eq!(breaker.pass(&down, NOW), Ok(()));
        }
        breaker.fails(&down, NOW, NOTHING);
        assert_eq!(breaker.pass(&down, NOW), Err(NOW + FIRST_REST));
        assert_eq!(breaker.pass(&well, NOW), Ok(()));
    }

    #[test]
    fn one_visitor_finds_out_whether_it_works_again() {
        let down = code("ofdown_br_retail");
        let breaker = Breaker::default();
        (0..FAILURES).for_each(|_| breaker.fails(&down, NOW, NOTHING));
        let later = NOW + FIRST_REST;
        assert_eq!(breaker.pass(&down, later), Ok(()));
        assert_eq!(breaker.pass(&down, later), Err(later + PROBE));
        breaker.fails(&down, later, NOTHING);
        assert_eq!(breaker.pass(&down, later), Err(later + PROBE.max(FIRST_REST * 2)));
        breaker.works(&down);
        assert_eq!(breaker.pass(&down, later), Ok(()));
        assert!(breaker.0.lock().unwrap().is_empty());
    }

    #[test]
    fn what_the_institution_asks_for_counts_at_once() {
        let busy = code("ofbusy_br_retail");
        let breaker = Breaker::default();
        breaker.fails(&busy, NOW, SignedDuration::from_hours(2));
        assert_eq!(breaker.pass(&busy, NOW), Err(NOW + SignedDuration::from_hours(2)));
        assert_eq!(rest(u32::MAX), LONGEST_REST);
    }
}
