//! The clock of the sandbox environment: the machine's, moved forward on command, so that a year can be lived in a test.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use vinculo_domain::{Clock, Env, SystemClock, SystemEntropy};

use crate::settings::{Environment, Settings};

/// The latest second that the clock can be moved to, 9000-01-01: spans added to the time must not run past the end of
/// the calendar.
const LATEST: i64 = 221_845_392_000;

/// The machine's clock, ahead by what `POST /sandbox/clock` asked for. How far ahead is kept in the data folder: after a
/// restart time goes on where it was, or what has been stored would lie in the future.
struct MovableClock {
    ahead_seconds: AtomicI64,
    file: PathBuf,
}

impl Clock for MovableClock {
    fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_secs(self.ahead_seconds.load(Ordering::SeqCst));
        let latest = Timestamp::from_second(LATEST).unwrap_or(Timestamp::MAX);
        SystemClock.now().checked_add(ahead).unwrap_or(latest).min(latest)
    }

    fn shift(&self, by: SignedDuration) -> bool {
        let most = LATEST - SystemClock.now().as_second();
        let moved = |ahead: i64| ahead.checked_add(by.as_secs()).filter(|ahead| *ahead <= most);
        let Ok(before) = self.ahead_seconds.fetch_update(Ordering::SeqCst, Ordering::SeqCst, moved) else {
            return false;
        };
        let ahead = before.saturating_add(by.as_secs());
        if let Err(error) = std::fs::write(&self.file, ahead.to_string()) {
            tracing::warn!(%error, "the clock's advance is lost at the next start");
        }
        true
    }
}

/// Time and chance of this process: the machine's in production, movable in the sandbox environment.
pub(crate) fn environment(settings: &Settings) -> Env {
    match settings.environment {
        Environment::Production => Env::system(),
        Environment::Sandbox => movable(&settings.data_dir),
    }
}

fn movable(data_dir: &Path) -> Env {
    let file = data_dir.join("sandbox-clock");
    let ahead = std::fs::read_to_string(&file).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    Env::new(Arc::new(MovableClock { ahead_seconds: AtomicI64::new(ahead), file }), Arc::new(SystemEntropy))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_moves_on_command_and_stays_moved_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let env = movable(folder.path());
        let before = env.now();
        assert!(env.shift(SignedDuration::from_hours(24)));
        assert!(env.now() >= before + SignedDuration::from_hours(24));
        assert!(movable(folder.path()).now() >= before + SignedDuration::from_hours(24));
    }

    #[test]
    fn time_stops_well_before_the_end_of_the_calendar() {
        let folder = tempfile::tempdir().unwrap();
        let env = movable(folder.path());
        while env.shift(SignedDuration::from_hours(24 * 3_660)) {}
        assert!(!env.shift(SignedDuration::from_secs(i64::MAX)));
        assert!(env.now().checked_add(SignedDuration::from_hours(24 * 7_300)).is_ok());
        std::fs::write(folder.path().join("sandbox-clock"), i64::MAX.to_string()).unwrap();
        let env = movable(folder.path());
        assert!(env.now().checked_add(SignedDuration::from_hours(24 * 7_300)).is_ok());
    }

    #[test]
    fn the_machines_own_clock_cannot_be_moved() {
        assert!(!Env::system().shift(SignedDuration::from_secs(1)));
    }
}
