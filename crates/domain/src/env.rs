//! Time and chance as parameters.
//!
//! Everything that needs "now" or a fresh id takes an [`Env`]. Production passes [`Env::system`]; tests pass a
//! [`ManualClock`] and a [`SeededEntropy`], and get the same result every time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// Returns the current instant.
    fn now(&self) -> Timestamp;

    /// Moves the clock forward. Returns false when this clock cannot be moved, as no real one can.
    fn shift(&self, _by: SignedDuration) -> bool {
        false
    }
}

/// Draws random bytes fit for secrets.
pub trait Entropy: Send + Sync + 'static {
    /// Fills `bytes` with random data.
    fn fill(&self, bytes: &mut [u8]);
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The operating system's random source.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        // A machine without a random source cannot keep a secret: stop rather than go on with weak ids.
        if aws_lc_rs::rand::fill(bytes).is_err() {
            std::process::abort();
        }
    }
}

/// A clock that stands until it is moved.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// Makes a clock that shows `start`.
    pub fn new(start: Timestamp) -> Self {
        Self(AtomicI64::new(start.as_microsecond()))
    }

    /// Moves the clock forward, or back with a negative span.
    pub fn advance(&self, by: SignedDuration) {
        let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        self.0.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).unwrap_or(Timestamp::MAX)
    }
}

/// Predictable bytes for tests (SplitMix64). Never for secrets.
#[derive(Debug)]
pub struct SeededEntropy(AtomicU64);

impl SeededEntropy {
    /// Makes a source whose output depends only on `seed`.
    pub fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let mut z = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::SeqCst).wrapping_add(0x9E37_79B9_7F4A_7C15);
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            let word = (z ^ (z >> 31)).to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
    }
}

/// A clock and a random source, cheap to clone.
#[derive(Clone)]
pub struct Env {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl std::fmt::Debug for Env {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Env")
    }
}

impl Env {
    /// The machine's clock and random source.
    pub fn system() -> Self {
        Self::new(Arc::new(SystemClock), Arc::new(SystemEntropy))
    }

    /// Puts a clock and a random source together.
    pub fn new(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { clock, entropy }
    }

    /// Returns the current instant, cut to whole microseconds: what is stored is what was computed with.
    pub fn now(&self) -> Timestamp {
        let now = self.clock.now();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }

    /// Moves the clock forward. Returns false when it cannot be moved, as no real one can.
    pub fn shift(&self, by: SignedDuration) -> bool {
        self.clock.shift(by)
    }

    /// Fills `bytes` with random data.
    pub fn fill(&self, bytes: &mut [u8]) {
        self.entropy.fill(bytes);
    }

    /// Returns `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes);
        bytes
    }

    /// Returns a fresh time-ordered id (UUID version 7, RFC 9562).
    pub fn uuid(&self) -> Uuid {
        let millis = u64::try_from(self.now().as_millisecond()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.bytes::<10>()).into_uuid()
    }

    /// Returns 32 lower-case hex characters: the shape of `request_id`, `session` and `jti` on the wire.
    pub fn hex32(&self) -> String {
        hex(&self.bytes::<16>())
    }

    /// Returns 256 random bits as 64 lower-case hex characters, for machine secrets.
    pub fn secret(&self) -> String {
        hex(&self.bytes::<32>())
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed() -> Env {
        let clock = ManualClock::new("2026-03-01T12:00:00.123456789Z".parse().unwrap());
        Env::new(Arc::new(clock), Arc::new(SeededEntropy::new(7)))
    }

    #[test]
    fn the_same_seed_and_clock_give_the_same_ids() {
        assert_eq!(fixed().uuid(), fixed().uuid());
        assert_eq!(fixed().hex32(), fixed().hex32());
    }

    #[test]
    fn ids_of_one_environment_differ_and_are_version_7() {
        let env = fixed();
        let (a, b) = (env.uuid(), env.uuid());
        assert_ne!(a, b);
        assert_eq!(a.get_version_num(), 7);
    }

    #[test]
    fn now_has_whole_microseconds() {
        assert_eq!(fixed().now().to_string(), "2026-03-01T12:00:00.123456Z");
    }
}
