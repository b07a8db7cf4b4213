//! How many deliveries are under way to each endpoint: a slow receiver holds up its own events and nobody else's, and one
//! that is down is asked now and then instead of once per event that waits for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use vinculo_domain::EndpointId;

/// An endpoint that took longer for its last answer gets one event at a time.
const SLOW: SignedDuration = SignedDuration::from_secs(1);
/// After so many failures in a row an endpoint is left alone for a while.
const FAILURES: u32 = 10;
/// How long at first, doubling with every further failure.
const FIRST_REST: SignedDuration = SignedDuration::from_secs(10);
/// How long at most.
const LONGEST_REST: SignedDuration = SignedDuration::from_mins(5);

#[derive(Debug, Default, Clone, Copy)]
struct Load {
    running: usize,
    /// Deliveries that were sent away since the endpoint was last idle.
    turned_away: u32,
    /// Failures since the last success: one at a time until it works again.
    failures: u32,
    /// The last answer took long.
    slow: bool,
    /// Until then it is left alone.
    rests_until: Option<Timestamp>,
}

/// Why a delivery has to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    /// So many were sent away before.
    Behind(u32),
    /// The endpoint is left alone until then.
    Until(Timestamp),
}

/// The endpoints that something is on its way to, within this process.
#[derive(Debug, Clone)]
pub(crate) struct Endpoints {
    limit: usize,
    loads: Loads,
}

type Loads = Arc<Mutex<HashMap<EndpointId, Load>>>;

/// The right to deliver to an endpoint; given back when dropped.
#[derive(Debug)]
pub(crate) struct Slot {
    endpoint: EndpointId,
    loads: Loads,
}

impl Endpoints {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit: limit.max(1), loads: Arc::default() }
    }

    /// Takes a slot, or says how long to wait. What is `urgent` goes to an endpoint that is left alone, too.
    pub(crate) fn enter(&self, endpoint: EndpointId, now: Timestamp, urgent: bool) -> Result<Slot, Wait> {
        let mut loads = lock(&self.loads);
        let load = loads.entry(endpoint).or_default();
        if let Some(until) = load.rests_until.filter(|until| now < *until && !urgent) {
            return Err(Wait::Until(until));
        }
        let limit = if load.failures > 0 || load.slow { 1 } else { self.limit };
        if load.running >= limit {
            load.turned_away = load.turned_away.saturating_add(1);
            return Err(Wait::Behind(load.turned_away));
        }
        load.running += 1;
        Ok(Slot { endpoint, loads: Arc::clone(&self.loads) })
    }
}

impl Slot {
    /// Notes how an attempt went that ended at `now`.
    pub(crate) fn went(&self, well: bool, took: SignedDuration, now: Timestamp) {
        if let Some(load) = lock(&self.loads).get_mut(&self.endpoint) {
            load.slow = took > SLOW;
            load.failures = if well { 0 } else { load.failures.saturating_add(1) };
            load.rests_until = rest(load.failures).and_then(|rest| now.checked_add(rest).ok());
        }
    }
}

fn rest(failures: u32) -> Option<SignedDuration> {
    let beyond = failures.checked_sub(FAILURES)?;
    Some(FIRST_REST.saturating_mul(1 << beyond.min(10)).min(LONGEST_REST))
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut loads = lock(&self.loads);
        if let Some(load) = loads.get_mut(&self.endpoint) {
            load.running = load.running.saturating_sub(1);
            load.turned_away = load.turned_away.saturating_sub(1);
            if load.running == 0 && load.failures == 0 && !load.slow {
                loads.remove(&self.endpoint);
            }
        }
    }
}

fn lock(loads: &Loads) -> MutexGuard<'_, HashMap<EndpointId, Load>> {
    loads.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use vinculo_domain::Env;

    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;
    const QUICK: SignedDuration = SignedDuration::ZERO;

    fn enter(endpoints: &Endpoints, endpoint: EndpointId) -> Result<Slot, Wait> {
        endpoints.enter(endpoint, NOW, false)
    }

    #[test]
    fn a_full_endpoint_turns_away_and_leaves_others_alone() {
        let env = Env::system();
        let (slow, other) = (EndpointId::new(&env), EndpointId::new(&env));
        let endpoints = Endpoints::new(2);
        let held: Vec<_> = (0..2).map(|_| enter(&endpoints, slow).unwrap()).collect();
        assert_eq!(enter(&endpoints, slow).unwrap_err(), Wait::Behind(1));
        assert_eq!(enter(&endpoints, slow).unwrap_err(), Wait::Behind(2));
        assert!(enter(&endpoints, other).is_ok());
        drop(held);
        assert!(enter(&endpoints, slow).is_ok());
        assert!(endpoints.loads.lock().unwrap().is_empty());
    }

    #[test]
    fn an_endpoint_that_fails_or_is_slow_is_tried_one_at_a_time_until_it_works() {
        for (well, took) in [(false, QUICK), (true, SLOW * 2)] {
            let endpoint = EndpointId::new(&Env::system());
            let endpoints = Endpoints::new(4);
            enter(&endpoints, endpoint).unwrap().went(well, took, NOW);
            let one = enter(&endpoints, endpoint).unwrap();
            assert!(enter(&endpoints, endpoint).is_err());
            one.went(true, QUICK, NOW);
            assert!(enter(&endpoints, endpoint).is_ok());
            drop(one);
            assert!(endpoints.loads.lock().unwrap().is_empty());
        }
    }

    #[test]
    fn an_endpoint_that_is_down_is_left_alone_but_for_what_is_urgent() {
        let endpoint = EndpointId::new(&Env::system());
        let endpoints = Endpoints::new(4);
        for _ in 0..FAILURES {
            enter(&endpoints, endpoint).unwrap().went(false, QUICK, NOW);
        }
        let until = NOW + FIRST_REST;
        assert_eq!(enter(&endpoints, endpoint).unwrap_err(), Wait::Until(until));
        endpoints.enter(endpoint, NOW, true).unwrap().went(false, QUICK, NOW);
        assert_eq!(enter(&endpoints, endpoint).unwrap_err(), Wait::Until(NOW + FIRST_REST * 2));
        let later = NOW + LONGEST_REST;
        endpoints.enter(endpoint, later, false).unwrap().went(true, QUICK, later);
        assert!(enter(&endpoints, endpoint).is_ok());
        assert_eq!(rest(u32::MAX), Some(LONGEST_REST));
    }
}
