//! When and how long to wait before asking again.

use std::time::Duration;

use super::Retry;
use crate::ConnectorError;

/// The longest that a bank's `Retry-After` is believed.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

impl Retry {
    /// Returns the wait before the next call, or `None` when `error` should be handed to the caller.
    ///
    /// `attempt` counts from 1. `chance` spreads the wait over its upper half, so that many clients that failed
    /// together do not come back together. A bank's `Retry-After` is respected: never earlier, and not at all when it
    /// is longer than we would wait here. A time-out is not repeated, for it has cost the user enough.
    pub(super) fn wait(&self, attempt: u32, error: &ConnectorError, chance: u8) -> Option<Duration> {
        let again = matches!(
            error,
            ConnectorError::Unreachable(_)
                | ConnectorError::Broken(_)
                | ConnectorError::Unavailable { .. }
                | ConnectorError::RateLimited { .. }
        );
        if !again || attempt >= self.attempts {
            return None;
        }
        let doubled = self.first_wait.saturating_mul(2u32.saturating_pow(attempt.saturating_sub(1)));
        let base = doubled.min(self.longest_wait);
        let jittered = base / 2 + base.mul_f64(f64::from(chance) / 512.0);
        match error.retry_after() {
            Some(wanted) if wanted > self.longest_wait => None,
            Some(wanted) => Some(wanted.max(jittered)),
            None => Some(jittered),
        }
    }
}

/// Reads a `Retry-After` header: seconds, or a date (RFC 9110, 10.2.3).
pub(super) fn retry_after(value: &str, now: jiff::Timestamp) -> Option<Duration> {
    let value = value.trim();
    let wait = match value.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let date = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
            Duration::from_secs(u64::try_from(date.duration_since(now).as_secs()).unwrap_or(0))
        }
    };
    Some(wait.min(LONGEST_RETRY_AFTER))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retry() -> Retry {
        Retry { attempts: 4, first_wait: Duration::from_millis(100), longest_wait: Duration::from_secs(1) }
    }

    const DOWN: ConnectorError = ConnectorError::Unavailable { status: 503, retry_after: None };

    fn limited(seconds: u64) -> ConnectorError {
        ConnectorError::RateLimited { retry_after: Some(Duration::from_secs(seconds)) }
    }

    #[test]
    fn waits_double_up_to_the_longest_and_end() {
        let waits = |chance| (1..=4).map(|n| retry().wait(n, &DOWN, chance).map(|w| w.as_millis())).collect::<Vec<_>>();
        assert_eq!(waits(0), [Some(50), Some(100), Some(200), None]);
        assert!(waits(255)[0].is_some_and(|w| (99..=100).contains(&w)));
        let long = Retry { attempts: 100, ..retry() };
        assert_eq!(long.wait(60, &DOWN, 0), Some(Duration::from_millis(500)));
    }

    #[test]
    fn the_banks_wish_is_respected_or_handed_on() {
        assert_eq!(retry().wait(1, &limited(1), 0), Some(Duration::from_secs(1)));
        assert_eq!(retry().wait(1, &limited(0), 0), Some(Duration::from_millis(50)));
        assert_eq!(retry().wait(1, &limited(2), 0), None);
    }

    #[test]
    fn what_will_not_change_is_not_repeated() {
        let errors = [
            ConnectorError::Timeout,
            ConnectorError::Unauthorised,
            ConnectorError::LimitReached,
            ConnectorError::NotFound,
            ConnectorError::Forbidden { code: None },
            ConnectorError::InvalidGrant,
        ];
        for error in errors {
            assert_eq!(retry().wait(1, &error, 0), None, "{error}");
        }
    }

    #[test]
    fn seconds_and_dates_read() {
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        assert_eq!(retry_after("7", now), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("Sun, 22 Nov 2026 12:00:30 GMT", now), Some(Duration::from_secs(30)));
        assert_eq!(retry_after("Sun, 22 Nov 2026 11:00:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(retry_after("99999999999", now), Some(LONGEST_RETRY_AFTER));
        for wrong in ["", "soon", "-1", "1.5"] {
            assert_eq!(retry_after(wrong, now), None, "{wrong}");
        }
    }
}
