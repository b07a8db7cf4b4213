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
/// restart time goes on where it was, or what has been stored would lie in the future. Other processes with the same data
/// folder read it there, too, and move along.
struct MovableClock {
    ahead_seconds: AtomicI64,
    file: PathBuf,
    /// When the file was read last, in milliseconds of the machine's clock.
    read_at: AtomicI64,
}

/// The file is read again after so many milliseconds: so long a process may stay behind another that was told to move.
const READ_EVERY: i64 = 100;

impl MovableClock {
    fn at(file: PathBuf) -> Self {
        let ahead = read(&file).unwrap_or(0);
        Self { ahead_seconds: AtomicI64::new(ahead), file, read_at: AtomicI64::new(SystemClock.now().as_millisecond()) }
    }

    /// Moves along with another process. Time never goes back.
    fn follow(&self, now: Timestamp) {
        let (now, last) = (now.as_millisecond(), self.read_at.load(Ordering::Relaxed));
        let due = now.saturating_sub(last) >= READ_EVERY;
        if due && self.read_at.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            let ahead = read(&self.file).unwrap_or(0);
            self.ahead_seconds.fetch_max(ahead, Ordering::SeqCst);
        }
    }
}

fn read(file: &Path) -> Option<i64> {
    std::fs::read_to_string(file).ok()?.trim().parse().ok()
}

impl Clock for MovableClock {
    fn now(&self) -> Timestamp {
        let now = SystemClock.now();
        self.follow(now);
        let ahead = SignedDuration::from_secs(self.ahead_seconds.load(Ordering::SeqCst));
        let latest = Timestamp::from_second(LATEST).unwrap_or(Timestamp::MAX);
        now.checked_add(ahead).unwrap_or(latest).min(latest)
    }

    fn shift(&self, by: SignedDuration) -> bool {
        let most = LATEST - SystemClock.now().as_second();
        self.ahead_seconds.fetch_max(read(&self.file).unwrap_or(0), Ordering::SeqCst);
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
    Env::new(Arc::new(MovableClock::at(data_dir.join("sandbox-clock"))), Arc::new(SystemEntropy))
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
    fn another_process_moves_along() {
        let folder = tempfile::tempdir().unwrap();
        let (mover, other) = (movable(folder.path()), movable(folder.path()));
        let day = SignedDuration::from_hours(24);
        let before = other.now();
        assert!(mover.shift(day));
        while other.now() < before + day {
            std::thread::yield_now();
        }
        assert!(other.shift(day), "from where the other has left it");
        while mover.now() < before + day + day {
            std::thread::yield_now();
        }
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
