//! Small memories with an end: discovery documents and tokens.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// How many entries are kept; the directory has about a tenth of that.
const MOST: usize = 8192;

/// Values by name, each good until its time.
pub(super) struct Memory<T>(Mutex<HashMap<String, (Timestamp, T)>>);

impl<T: Clone> Memory<T> {
    pub(super) fn new() -> Self {
        Self(Mutex::new(HashMap::new()))
    }

    /// Returns the value if it is still good.
    pub(super) fn get(&self, name: &str, now: Timestamp) -> Option<T> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.get(name).filter(|(until, _)| *until > now).map(|(_, value)| value.clone())
    }

    /// Returns the value even if it is no longer good.
    pub(super) fn last(&self, name: &str) -> Option<T> {
        self.get(name, Timestamp::MIN)
    }

    /// Keeps a value.
    pub(super) fn put(&self, name: &str, until: Timestamp, value: T) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= MOST {
            entries.clear();
        }
        entries.insert(name.to_owned(), (until, value));
    }

    /// Forgets a value.
    pub(super) fn forget(&self, name: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end_and_can_be_forgotten() {
        let memory = Memory::new();
        let at = |second| Timestamp::from_second(second).unwrap();
        memory.put("a", at(10), 1);
        assert_eq!(memory.get("a", at(9)), Some(1));
        assert_eq!(memory.get("a", at(10)), None);
        assert_eq!((memory.last("a"), memory.last("b")), (Some(1), None));
        memory.put("a", at(20), 2);
        memory.forget("a");
        assert_eq!(memory.get("a", at(11)), None);
    }
}
