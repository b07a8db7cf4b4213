//! The bank's own clock.

use std::sync::Arc;

use jiff::Timestamp;

/// Tells the bank the time; the process decides what it is.
pub trait Clock: Send + Sync + 'static {
    /// Returns the current instant.
    fn now(&self) -> Timestamp;
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> Timestamp {
        (**self).now()
    }
}
