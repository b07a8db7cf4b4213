//! Waiting times between attempts: exponential, with jitter, bounded.

use jiff::SignedDuration;
use vinculo_domain::Env;

/// A schedule of growing waits.
#[derive(Debug, Clone, Copy)]
pub struct Backoff {
    /// The wait after the first failure.
    pub first: SignedDuration,
    /// The longest wait.
    pub longest: SignedDuration,
}

impl Backoff {
    /// For jobs: five seconds, doubling, at most an hour.
    pub const JOBS: Self = Self { first: SignedDuration::from_secs(5), longest: SignedDuration::from_hours(1) };
    /// For what never ends and has failed for long: six hours at most.
    pub const STUBBORN: Self = Self { first: SignedDuration::from_secs(5), longest: SignedDuration::from_hours(6) };
    /// For webhooks: ten seconds, doubling, at most six hours.
    pub const WEBHOOKS: Self = Self { first: SignedDuration::from_secs(10), longest: SignedDuration::from_hours(6) };
    /// While a person looks at a waiting page: one second, doubling, at most eight.
    pub const WATCHED: Self = Self { first: SignedDuration::from_secs(1), longest: SignedDuration::from_secs(8) };

    /// Returns the wait after `attempts` failures: between half of the full wait and all of it, so that what failed
    /// together does not come back together.
    pub fn after(self, attempts: u32, env: &Env) -> SignedDuration {
        let doublings = attempts.saturating_sub(1).min(30);
        let first = self.first.as_millis().max(1);
        let full = (first << doublings).min(self.longest.as_millis());
        let draw = i128::from(u32::from_le_bytes(env.bytes::<4>()));
        let half = full / 2;
        let wait = half + (full - half) * draw / i128::from(u32::MAX);
        SignedDuration::from_millis(i64::try_from(wait).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_stay_in_their_band_and_end_at_the_longest() {
        let env = Env::system();
        for attempts in 1..100 {
            let wait = Backoff::WEBHOOKS.after(attempts, &env);
            let full =
                SignedDuration::from_secs(10 << attempts.saturating_sub(1).min(20)).min(Backoff::WEBHOOKS.longest);
            assert!(wait <= full && wait * 2 >= full - SignedDuration::from_millis(1), "{attempts}: {wait:?}");
        }
    }

    #[test]
    fn two_failures_at_once_come_back_apart() {
        let env = Env::system();
        let waits: std::collections::BTreeSet<_> = (0..20).map(|_| Backoff::JOBS.after(5, &env)).collect();
        assert!(waits.len() > 10);
    }
}
