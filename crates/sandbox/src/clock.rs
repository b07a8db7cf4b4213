//! The bank's own clock.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

/// Tells the bank the time; the process decides what it is.
pub trait Clock: Send + Sync + 'static {
    /// Returns the current instant.
    fn now(&self) -> Timestamp;

    /// Moves the time forward for everybody. Returns false when the process does not allow it.
    fn advance(&self, _by: SignedDuration) -> bool {
        false
    }
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> Timestamp {
        (**self).now()
    }

    fn advance(&self, by: SignedDuration) -> bool {
        (**self).advance(by)
    }
}
