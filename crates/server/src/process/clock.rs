//! The clock of the sandbox environment: the machine's, moved forward on command, so that a year can be lived in a test.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use vinculo_domain::{Clock, Env, SystemClock, SystemEntropy};

use crate::settings::{Environment, Settings};

/// The machine's clock, ahead by what `POST /sandbox/clock` asked for. How far ahead is kept in the data folder: after a
/// restart time goes on where it was, or what has been stored would lie in the future.
struct MovableClock {
    ahead_seconds: AtomicI64,
    file: PathBuf,
}

impl Clock for MovableClock {
    fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_secs(self.ahead_seconds.load(Ordering::SeqCst));
        SystemClock.now().checked_add(ahead).unwrap_or(Timestamp::MAX)
    }

    fn shift(&self, by: SignedDuration) -> bool {
        let ahead = self.ahead_seconds.fetch_add(by.as_secs(), Ordering::SeqCst).saturating_add(by.as_secs());
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
    fn the_machines_own_clock_cannot_be_moved() {
        assert!(!Env::system().shift(SignedDuration::from_secs(1)));
    }
}
