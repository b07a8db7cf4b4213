//! Key sets by address, kept for a while.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::JwkSet;
use crate::http::{MAX_PROTOCOL_BODY, read_body};

/// Why a key set could not be fetched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the key set could not be fetched: {0}")]
pub struct FetchError(pub String);

/// There is no key set to work with: it could not be fetched now, and no earlier copy is left.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no key set: {0}")]
pub struct JwksUnavailable(pub String);

/// The future of a fetch.
pub type Fetching<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, FetchError>> + Send + 'a>>;

/// Fetches the bytes of a key set. `reqwest::Client` does, bounded.
pub trait JwksFetch: Send + Sync + 'static {
    /// Fetches the key set at `url`.
    fn fetch<'a>(&'a self, url: &'a str) -> Fetching<'a>;
}

impl JwksFetch for reqwest::Client {
    fn fetch<'a>(&'a self, url: &'a str) -> Fetching<'a> {
        Box::pin(async move {
            let answer = self.get(url).send().await.map_err(|error| FetchError(error.without_url().to_string()))?;
            if answer.status() != reqwest::StatusCode::OK {
                return Err(FetchError(format!("status {}", answer.status().as_u16())));
            }
            read_body(answer, MAX_PROTOCOL_BODY).await.map_err(|error| FetchError(error.to_string()))
        })
    }
}

/// How long key sets are kept, and how often an unknown key may force a look.
#[derive(Debug, Clone, Copy)]
pub struct CacheSettings {
    /// How long a copy is used without asking again.
    pub ttl: SignedDuration,
    /// The least time between two fetches that an unknown key id provokes, and between two attempts to renew a copy
    /// while the server does not answer.
    pub min_refresh: SignedDuration,
    /// How many addresses are kept; the one used longest ago makes room.
    pub capacity: usize,
}

impl Default for CacheSettings {
    fn default() -> Self {
        Self { ttl: SignedDuration::from_mins(15), min_refresh: SignedDuration::from_secs(60), capacity: 512 }
    }
}

/// What is known of one address. Its lock is held while fetching, so that many callers cause one call.
#[derive(Default)]
struct Entry {
    set: Option<Arc<JwkSet>>,
    fetched_at: Option<Timestamp>,
    failed_at: Option<Timestamp>,
    forced_at: Option<Timestamp>,
}

/// An entry, and when it was last used.
type Slot = (Arc<tokio::sync::Mutex<Entry>>, u64);

/// Key sets by address. Cheap to share behind an `Arc`.
pub struct JwksCache {
    fetch: Arc<dyn JwksFetch>,
    settings: CacheSettings,
    slots: Mutex<(HashMap<String, Slot>, u64)>,
}

impl JwksCache {
    /// Makes an empty cache.
    pub fn new(fetch: Arc<dyn JwksFetch>, settings: CacheSettings) -> Self {
        Self { fetch, settings, slots: Mutex::default() }
    }

    /// Returns the key set at `url`: the copy while it is fresh, else a new one, else the last good one.
    pub async fn get(&self, url: &str, now: Timestamp) -> Result<Arc<JwkSet>, JwksUnavailable> {
        let entry = self.entry(url);
        let mut entry = entry.lock().await;
        self.current(&mut entry, url, now).await
    }

    /// Like [`get`](Self::get), but where the set has no signing key `kid`, it is fetched anew, at most once per
    /// [`CacheSettings::min_refresh`].
    pub async fn get_for(&self, url: &str, kid: Option<&str>, now: Timestamp) -> Result<Arc<JwkSet>, JwksUnavailable> {
        let entry = self.entry(url);
        let mut entry = entry.lock().await;
        let before = entry.fetched_at;
        let set = self.current(&mut entry, url, now).await?;
        let just_fetched = entry.fetched_at != before;
        let forced_lately = entry.forced_at.is_some_and(|at| apart(at, now) < self.settings.min_refresh);
        if set.signing_key(kid).is_some() || just_fetched || forced_lately {
            return Ok(set);
        }
        entry.forced_at = Some(now);
        Ok(self.renew(&mut entry, url, now).await.unwrap_or(set))
    }

    /// Returns the copy while fresh, and renews it where it is not.
    async fn current(&self, entry: &mut Entry, url: &str, now: Timestamp) -> Result<Arc<JwkSet>, JwksUnavailable> {
        let Some(set) = entry.set.clone() else { return self.renew(entry, url, now).await };
        let fresh = entry.fetched_at.is_some_and(|at| apart(at, now) < self.settings.ttl);
        let failed_lately = entry.failed_at.is_some_and(|at| apart(at, now) < self.settings.min_refresh);
        if fresh || failed_lately {
            return Ok(set);
        }
        Ok(self.renew(entry, url, now).await.unwrap_or(set))
    }

    /// Fetches the set; an answer that is not a usable set counts as a failure.
    async fn renew(&self, entry: &mut Entry, url: &str, now: Timestamp) -> Result<Arc<JwkSet>, JwksUnavailable> {
        let fetched = self.fetch.fetch(url).await.map_err(|error| error.0);
        let parsed = fetched.and_then(|body| JwkSet::parse(&body).map_err(|error| error.to_string()));
        match parsed.and_then(|set| if set.keys().is_empty() { Err("no usable key".to_owned()) } else { Ok(set) }) {
            Ok(set) => {
                let set = Arc::new(set);
                *entry = Entry { set: Some(set.clone()), fetched_at: Some(now), failed_at: None, ..*entry };
                Ok(set)
            }
            Err(reason) => {
                tracing::warn!(reason, "key set not renewed");
                entry.failed_at = Some(now);
                Err(JwksUnavailable(reason))
            }
        }
    }

    /// Finds or makes the entry of an address.
    fn entry(&self, url: &str) -> Arc<tokio::sync::Mutex<Entry>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        let (slots, uses) = &mut *slots;
        *uses += 1;
        if !slots.contains_key(url) && slots.len() >= self.settings.capacity.max(1) {
            let oldest = slots.iter().min_by_key(|(_, slot)| slot.1).map(|(url, _)| url.clone());
            oldest.map(|url| slots.remove(&url));
        }
        let slot = slots.entry(url.to_owned()).or_default();
        slot.1 = *uses;
        slot.0.clone()
    }
}

/// How far two instants are apart, whichever comes first: a clock may be set back.
fn apart(one: Timestamp, other: Timestamp) -> SignedDuration {
    one.duration_since(other).abs()
}
