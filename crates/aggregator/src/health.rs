//! How institutions are doing, as our own calls see it, beside what the directory says.
//!
//! A bank that fails now and then is marked as unstable and stays choosable: we never close a bank by our own
//! statistics. A bank that says that it is closed (503 with a `Retry-After` of a minute or more) is taken at its word.

use jiff::{SignedDuration, Timestamp};
use vinculo_connector::ConnectorError;
use vinculo_domain::{InstitutionCode, InstitutionStatus};
use vinculo_store::InstitutionHealth;

use crate::{Aggregator, Error};

/// Calls that are looked at.
const WINDOW: SignedDuration = SignedDuration::from_mins(30);

/// Most calls that are remembered.
const MOST: usize = 20;

/// For how long an unstable bank is marked after its last failure.
const MARKED_FOR: SignedDuration = SignedDuration::from_mins(15);

/// A shorter wait is a hiccup, not a closing.
const CLOSED_FROM: SignedDuration = SignedDuration::from_mins(1);

/// The longest that a bank is believed to be closed.
const CLOSED_FOR: SignedDuration = SignedDuration::from_hours(1);

/// Remembers how a call went that a person waited for. What the bank refuses in good order is no failure of the bank.
/// Never fails: whoever waits is not helped by it.
pub(crate) async fn note(aggregator: &Aggregator, code: &InstitutionCode, error: Option<&ConnectorError>) {
    if let Err(error) = write(aggregator, code, error).await {
        tracing::warn!(institution.code = %code, %error, "an institution's health could not be kept");
    }
}

async fn write(aggregator: &Aggregator, code: &InstitutionCode, error: Option<&ConnectorError>) -> Result<(), Error> {
    let failed = error.is_some_and(ails);
    let before = aggregator.store().institution_health(code).await?;
    if !failed && before.recent.is_none() {
        // The usual case: all is well, and nothing is written.
        return Ok(());
    }
    let now = aggregator.env().now();
    let mut calls = read(before.recent.as_deref());
    calls.push((now.as_second(), !failed));
    let health = judge(calls, error, now);
    let mut tx = aggregator.store().begin().await?;
    tx.set_institution_health(code, &health).await?;
    Ok(tx.commit().await?)
}

fn ails(error: &ConnectorError) -> bool {
    matches!(
        error,
        ConnectorError::Unreachable(_)
            | ConnectorError::Broken(_)
            | ConnectorError::Timeout
            | ConnectorError::Unavailable { .. }
    )
}

fn read(recent: Option<&str>) -> Vec<(i64, bool)> {
    recent.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

/// Says how a bank looks after these calls, oldest first, the last of which ended with `error`.
fn judge(mut calls: Vec<(i64, bool)>, error: Option<&ConnectorError>, now: Timestamp) -> InstitutionHealth {
    let oldest = now.as_second() - WINDOW.as_secs();
    calls.retain(|(at, _)| *at >= oldest);
    calls.drain(..calls.len().saturating_sub(MOST));
    let failures = calls.iter().filter(|(_, well)| !well).count();
    let recent = (failures > 0).then(|| serde_json::to_string(&calls).unwrap_or_default());
    if let Some(closed) = error.and_then(closed) {
        return InstitutionHealth { recent, observed: Some((InstitutionStatus::Down, later(now, closed))) };
    }
    let last = calls.iter().rev().find(|(_, well)| !well).and_then(|(at, _)| Timestamp::from_second(*at).ok());
    let unstable = failures >= 2 && failures * 4 >= calls.len();
    let observed = last.filter(|_| unstable).map(|last| (InstitutionStatus::Degraded, later(last, MARKED_FOR)));
    InstitutionHealth { recent, observed }
}

/// How long a bank says that it is closed.
fn closed(error: &ConnectorError) -> Option<SignedDuration> {
    let ConnectorError::Unavailable { status: 503, retry_after: Some(wait) } = error else { return None };
    let wait = SignedDuration::try_from(*wait).unwrap_or(CLOSED_FOR);
    (wait >= CLOSED_FROM).then(|| wait.min(CLOSED_FOR))
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn now() -> Timestamp {
        Timestamp::from_second(NOW).unwrap()
    }

    fn calls(text: &str) -> Vec<(i64, bool)> {
        let start = NOW - 60 * (text.len() as i64 - 1);
        text.chars().enumerate().map(|(at, c)| (start + 60 * at as i64, c == '+')).collect()
    }

    fn status(text: &str) -> Option<InstitutionStatus> {
        judge(calls(text), None, now()).observed.map(|(status, _)| status)
    }

    #[test]
    fn one_failure_says_nothing_and_several_say_unstable_but_never_down() {
        for text in ["-", "++++-", "+", "-+++++-+++++", ""] {
            assert_eq!(status(text), None, "{text}");
        }
        for text in ["--", "-+-", "++--", "------", "--------------------"] {
            assert_eq!(status(text), Some(InstitutionStatus::Degraded), "{text}");
        }
    }

    #[test]
    fn what_is_long_ago_is_forgotten() {
        let old = vec![(NOW - 3_600, false), (NOW - 3_500, false), (NOW, true)];
        assert_eq!(judge(old, None, now()), InstitutionHealth::default());
        let many = judge(calls(&"-".repeat(100)), None, now());
        assert_eq!(read(many.recent.as_deref()).len(), MOST);
    }

    #[test]
    fn a_bank_that_says_that_it_is_closed_is_closed_for_so_long() {
        let unavailable = |status, seconds: Option<u64>| ConnectorError::Unavailable {
            status,
            retry_after: seconds.map(Duration::from_secs),
        };
        let until = |error: &ConnectorError| {
            let seen = judge(calls("-"), Some(error), now()).observed?;
            Some((seen.0, seen.1.as_second() - NOW))
        };
        assert_eq!(until(&unavailable(503, Some(900))), Some((InstitutionStatus::Down, 900)));
        assert_eq!(until(&unavailable(503, Some(86_400))), Some((InstitutionStatus::Down, 3_600)));
        for error in
            [unavailable(503, Some(1)), unavailable(503, None), unavailable(529, Some(900)), ConnectorError::Timeout]
        {
            assert_eq!(until(&error), None, "{error}");
        }
    }

    #[test]
    fn refusals_are_no_failures_of_the_bank() {
        assert!(ails(&ConnectorError::Timeout) && ails(&ConnectorError::Unreachable("tls".into())));
        for error in [ConnectorError::NotFound, ConnectorError::ConsentRejected(None), ConnectorError::InvalidGrant] {
            assert!(!ails(&error), "{error}");
        }
    }

    #[test]
    fn what_was_kept_in_other_words_is_forgotten() {
        for text in [None, Some(""), Some("{}"), Some("[[1]]")] {
            assert!(read(text).is_empty());
        }
    }
}
