//! How many deliveries are under way to each endpoint: a slow receiver holds up its own events and nobody else's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use vinculo_domain::EndpointId;

#[derive(Debug, Default, Clone, Copy)]
struct Load {
    running: usize,
    /// Deliveries that were sent away since the endpoint was last idle.
    turned_away: u32,
    /// The last attempt failed: one at a time until it works again.
    failing: bool,
}

/// The endpoints that something is on its way to, within this process.
#[derive(Debug, Clone)]
pub(crate) struct Endpoints {
    limit: usize,
    loads: Arc<Mutex<HashMap<EndpointId, Load>>>,
}

/// The right to deliver to an endpoint; given back when dropped.
#[derive(Debug)]
pub(crate) struct Slot {
    endpoint: EndpointId,
    loads: Arc<Mutex<HashMap<EndpointId, Load>>>,
}

impl Endpoints {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit: limit.max(1), loads: Arc::default() }
    }

    /// Takes a slot, or says how many deliveries have been sent away before this one.
    pub(crate) fn enter(&self, endpoint: EndpointId) -> Result<Slot, u32> {
        let mut loads = self.loads.lock().unwrap_or_else(PoisonError::into_inner);
        let load = loads.entry(endpoint).or_default();
        let limit = if load.failing { 1 } else { self.limit };
        if load.running >= limit {
            load.turned_away = load.turned_away.saturating_add(1);
            return Err(load.turned_away);
        }
        load.running += 1;
        Ok(Slot { endpoint, loads: Arc::clone(&self.loads) })
    }
}

impl Slot {
    /// Notes how the attempt went.
    pub(crate) fn went(&self, well: bool) {
        let mut loads = self.loads.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(load) = loads.get_mut(&self.endpoint) {
            load.failing = !well;
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut loads = self.loads.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(load) = loads.get_mut(&self.endpoint) {
            load.running = load.running.saturating_sub(1);
            load.turned_away = load.turned_away.saturating_sub(1);
            if load.running == 0 && !load.failing {
                loads.remove(&self.endpoint);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use vinculo_domain::Env;

    use super::*;

    #[test]
    fn a_full_endpoint_turns_away_and_leaves_others_alone() {
        let env = Env::system();
        let (slow, other) = (EndpointId::new(&env), EndpointId::new(&env));
        let endpoints = Endpoints::new(2);
        let held: Vec<_> = (0..2).map(|_| endpoints.enter(slow).unwrap()).collect();
        assert_eq!(endpoints.enter(slow).unwrap_err(), 1);
        assert_eq!(endpoints.enter(slow).unwrap_err(), 2);
        assert!(endpoints.enter(other).is_ok());
        drop(held);
        assert!(endpoints.enter(slow).is_ok());
        assert!(endpoints.loads.lock().unwrap().is_empty());
    }

    #[test]
    fn an_endpoint_that_fails_is_tried_one_at_a_time_until_it_works() {
        let endpoint = EndpointId::new(&Env::system());
        let endpoints = Endpoints::new(4);
        endpoints.enter(endpoint).unwrap().went(false);
        let one = endpoints.enter(endpoint).unwrap();
        assert!(endpoints.enter(endpoint).is_err());
        one.went(true);
        assert!(endpoints.enter(endpoint).is_ok());
        drop(one);
        assert!(endpoints.loads.lock().unwrap().is_empty());
    }
}
