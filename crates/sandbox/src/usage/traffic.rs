//! Calls in the current minute.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

const MINUTE: i64 = 60;
/// Receivers whose minutes are kept; when there are more, old minutes are forgotten.
const RECEIVERS: usize = 1_024;

/// Calls by receiver in the clock minute of the last one.
#[derive(Debug, Default)]
pub(super) struct Traffic(Mutex<HashMap<String, (i64, u32)>>);

impl Traffic {
    /// Takes a call; returns the seconds until the next minute where the receiver has had its share of this one.
    pub(super) fn take(&self, receiver: String, now: Timestamp, allowed: u32) -> Option<i64> {
        let minute = now.as_second().div_euclid(MINUTE);
        let mut minutes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if minutes.len() >= RECEIVERS {
            minutes.retain(|_, (of, _)| *of == minute);
        }
        let (of, calls) = minutes.entry(receiver).or_insert((minute, 0));
        if *of != minute {
            (*of, *calls) = (minute, 0);
        }
        *calls = calls.saturating_add(1);
        (*calls > allowed).then(|| MINUTE - now.as_second().rem_euclid(MINUTE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_minute_holds_so_many_calls_and_the_next_as_many_again() {
        let traffic = Traffic::default();
        let take = |receiver: &str, now: &str| traffic.take(receiver.to_owned(), at(now), 2);
        assert_eq!(take("a", "2026-11-22T12:00:05Z"), None);
        assert_eq!(take("a", "2026-11-22T12:00:20Z"), None);
        assert_eq!(take("a", "2026-11-22T12:00:50Z"), Some(10));
        assert_eq!(take("b", "2026-11-22T12:00:50Z"), None);
        assert_eq!(take("a", "2026-11-22T12:00:59Z"), Some(1));
        assert_eq!(take("a", "2026-11-22T12:01:00Z"), None);
    }
}
