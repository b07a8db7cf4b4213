//! Faults: rules by which any endpoint or screen of the network misbehaves.
//!
//! `POST /sandbox/faults` on the people-facing listener takes one [`Fault`] as JSON and answers its id; `GET` lists the
//! rules in force with how often each has struck, `DELETE /sandbox/faults/{id}` and `DELETE /sandbox/faults` remove them.
//! A fault strikes where everything in `match` fits, `times` times or until it is removed; of several that fit, the oldest
//! strikes. One that cannot do its work (a record that is to vanish where there is no list) is not used up.
//!
//! Outcomes ([`crate::outcomes`]) name steps of the journey and happen inside the handlers; faults name addresses and
//! stand before them, so that they reach everything: APIs, authorization servers, the screens that people see, and the
//! directory.

pub(crate) mod control;
mod effect;
mod forgery;
mod layer;
mod pattern;
mod rewrite;
mod rule;
mod who;

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

pub use effect::{Claim, Effect};
pub(crate) use forgery::current as forged_claim;
pub(crate) use layer::{Place, Replaced, layer};
pub use rule::{Fault, Matching};
use who::Who;

use crate::state::{Db, FAULTS, StateError};

/// So many rules may be in force.
pub(crate) const MOST: usize = 500;

/// A rule in force.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// Its number; later ones are greater.
    pub(crate) id: u64,
    /// What it says; `times` is what is left of it.
    pub(crate) fault: Fault,
    /// How often it has struck.
    pub(crate) struck: u64,
}

/// The rules in force, in memory and on disk.
pub(crate) struct Faults {
    active: Mutex<Vec<Kept>>,
    db: Db,
}

impl Faults {
    /// Takes up what was in force.
    pub(crate) fn open(db: &Db) -> Result<Self, StateError> {
        let mut active: Vec<Kept> = db.all(&FAULTS)?.into_iter().map(|(_, kept)| kept).collect();
        active.sort_by_key(|kept| kept.id);
        Ok(Self { active: Mutex::new(active), db: db.clone() })
    }

    /// Lists them, oldest first.
    pub(crate) fn list(&self) -> Vec<Kept> {
        self.lock().clone()
    }

    /// Adds one and returns its id, in place of the oldest used-up one where there are too many; `None` when none is used up.
    pub(crate) async fn add(&self, fault: Fault) -> Result<Option<u64>, StateError> {
        let (kept, gone) = {
            let mut active = self.lock();
            let used_up = active.iter().position(|kept| kept.fault.times == Some(0));
            let full = active.len() >= MOST;
            if full && used_up.is_none() {
                return Ok(None);
            }
            let id = active.last().map_or(0, |last| last.id) + 1;
            let kept = Kept { id, fault, struck: 0 };
            active.push(kept.clone());
            (kept, used_up.filter(|_| full).map(|at| active.remove(at).id))
        };
        let id = kept.id;
        let written = self.db.write(move |tx| {
            gone.map_or(Ok(()), |gone| tx.remove(&FAULTS, &key(gone)))?;
            tx.put(&FAULTS, &key(id), &kept)
        });
        written.await.map(|()| Some(id))
    }

    /// Removes the one with this id, or all; says whether there was any.
    pub(crate) async fn remove(&self, id: Option<u64>) -> Result<bool, StateError> {
        let gone: Vec<u64> = {
            let mut active = self.lock();
            let gone = active.iter().map(|kept| kept.id).filter(|kept| id.is_none_or(|id| id == *kept)).collect();
            active.retain(|kept| id.is_some_and(|id| id != kept.id));
            gone
        };
        let any = !gone.is_empty();
        self.db.write(move |tx| gone.iter().try_for_each(|id| tx.remove(&FAULTS, &key(*id)))).await?;
        Ok(any)
    }

    /// Says whether any rule fits by address and method alone.
    fn reaches(&self, place: &Place, method: &http::Method, path: &str) -> bool {
        self.lock().iter().any(|kept| kept.fault.matching.reaches(place.brand(), method, path))
    }

    /// Takes the oldest rule that fits, using up one of its times.
    async fn take(&self, place: &Place, method: &http::Method, path: &str, who: &Who) -> Option<(u64, Effect)> {
        let picked = {
            let mut active = self.lock();
            let kept = active.iter_mut().find(|kept| {
                let fault = &kept.fault;
                fault.times != Some(0)
                    && fault.matching.reaches(place.brand(), method, path)
                    && fault.matching.concerns(who)
            })?;
            kept.struck = kept.struck.saturating_add(1);
            kept.fault.times = kept.fault.times.map(|times| times.saturating_sub(1));
            kept.clone()
        };
        let (id, effect) = (picked.id, picked.fault.effect.clone());
        self.keep(picked).await;
        Some((id, effect))
    }

    /// Takes a strike back that could not do its work.
    async fn give_back(&self, id: u64) {
        let kept = {
            let mut active = self.lock();
            let Some(kept) = active.iter_mut().find(|kept| kept.id == id) else { return };
            kept.struck = kept.struck.saturating_sub(1);
            kept.fault.times = kept.fault.times.map(|times| times.saturating_add(1));
            kept.clone()
        };
        self.keep(kept).await;
    }

    async fn keep(&self, kept: Kept) {
        if let Err(error) = self.db.write(move |tx| tx.put(&FAULTS, &key(kept.id), &kept)).await {
            tracing::error!(%error, "a fault could not be counted");
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(id: u64) -> String {
    format!("{id:020}")
}
