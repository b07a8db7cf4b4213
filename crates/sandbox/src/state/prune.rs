//! Forgetting what has run out.

use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;

use super::{
    AccessToken, CODES, Code, Db, INTERACTIONS, Interaction, PUSHED, Pushed, SEEN, Seen, StateError, TOKENS, Table, Tx,
};

/// A record that is of no use after some time.
trait Ends {
    /// When it may be forgotten.
    fn ends(&self) -> Timestamp;
}

/// How long used-up requests and pages are kept, so that a late visitor gets the right answer.
const KEEP: SignedDuration = SignedDuration::from_hours(24);

impl Ends for AccessToken {
    fn ends(&self) -> Timestamp {
        self.expires_at
    }
}

impl Ends for Seen {
    fn ends(&self) -> Timestamp {
        self.expires_at
    }
}

impl Ends for Pushed {
    fn ends(&self) -> Timestamp {
        self.expires_at + KEEP
    }
}

impl Ends for Interaction {
    fn ends(&self) -> Timestamp {
        self.expires_at + KEEP
    }
}

/// A used code is kept long enough to notice that it comes again.
impl Ends for Code {
    fn ends(&self) -> Timestamp {
        self.expires_at + KEEP
    }
}

impl Db {
    /// Removes everything that has run out by `now`.
    pub(crate) async fn prune(&self, now: Timestamp) -> Result<(), StateError> {
        self.write(move |tx| {
            prune(tx, &TOKENS, now)?;
            prune(tx, &SEEN, now)?;
            prune(tx, &PUSHED, now)?;
            prune(tx, &INTERACTIONS, now)?;
            prune(tx, &CODES, now)
        })
        .await
    }
}

fn prune<T: Ends + DeserializeOwned>(tx: &Tx, table: &Table<T>, now: Timestamp) -> Result<(), StateError> {
    for (key, record) in tx.all(table)? {
        if record.ends() <= now {
            tx.remove(table, &key)?;
        }
    }
    Ok(())
}
