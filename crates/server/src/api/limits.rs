//! How often an application may do something. Counted in this process: the limit keeps scripts from emptying an
//! installation by accident, it is no security rule.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use vinculo_domain::ApplicationId;

use super::error::{ApiError, Code};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// The moments of each application's last synchronous link deletions.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    deletions: Mutex<HashMap<ApplicationId, VecDeque<Timestamp>>>,
}

impl Limits {
    /// Counts one deletion.
    ///
    /// # Errors
    /// [`Code::TooManyRequests`] when there were `most` within the last minute; 0 is no limit.
    pub(crate) fn delete_link(&self, application: ApplicationId, now: Timestamp, most: u32) -> Result<(), ApiError> {
        if most == 0 {
            return Ok(());
        }
        let mut all = self.deletions.lock().unwrap_or_else(PoisonError::into_inner);
        let moments = all.entry(application).or_default();
        moments.retain(|at| now.duration_since(*at) < MINUTE);
        if moments.len() >= most as usize {
            return Err(Code::TooManyRequests.into());
        }
        moments.push_back(now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_a_minute_per_application() {
        let limits = Limits::default();
        let (one, other): (ApplicationId, ApplicationId) =
            (uuid::Uuid::from_u128(1).into(), uuid::Uuid::from_u128(2).into());
        let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        for _ in 0..5 {
            limits.delete_link(one, start, 5).unwrap();
        }
        assert!(limits.delete_link(one, start + SignedDuration::from_secs(59), 5).is_err());
        assert!(limits.delete_link(other, start, 5).is_ok());
        assert!(limits.delete_link(one, start + SignedDuration::from_secs(60), 5).is_ok());
        assert!((0..100).all(|_| limits.delete_link(other, start, 0).is_ok()));
    }
}
