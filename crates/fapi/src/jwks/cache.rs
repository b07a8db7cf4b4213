//! Key sets by address, kept for a while.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::JwkSet;

/// Why a key set could not be fetched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the key set could not be fetched: {0}")]
pub struct FetchError(pub String);

/// There is no key set to work with: it could not be fetched now, and no earlier copy is left.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no key set: {0}")]
pub struct JwksUnavailable(pub String);

/// Fetches the bytes of a key set. `reqwest::Client` does, bounded.
pub trait JwksFetch: Send + Sync + 'static {
    /// Fetches the key set at `url`.
    fn fetch<'a>(&'a self, url: &'a str) -> Pin<Box<dyn Future<Output = Result<Vec<u8>, FetchError>> + Send + 'a>>;
}

impl JwksFetch for reqwest::Client {
    fn fetch<'a>(&'a self, url: &'a str) -> Pin<Box<dyn Future<Output = Result<Vec<u8>, FetchError>> + Send + 'a>> {
        let _ = url;
        todo!() // skeleton
    }
}

/// How long key sets are kept, and how often an unknown key may force a look.
#[derive(Debug, Clone, Copy)]
pub struct CacheSettings {
    /// How long a copy is used without asking again.
    pub ttl: SignedDuration,
    /// The least time between two fetches that an unknown key id, or an outage, provokes.
    pub min_refresh: SignedDuration,
    /// How many addresses are kept; the one used longest ago makes room.
    pub capacity: usize,
}

impl Default for CacheSettings {
    fn default() -> Self {
        Self { ttl: SignedDuration::from_mins(15), min_refresh: SignedDuration::from_secs(60), capacity: 512 }
    }
}

/// Key sets by address. Cheap to share behind an `Arc`.
pub struct JwksCache {} // skeleton

impl JwksCache {
    /// Makes an empty cache.
    pub fn new(fetch: Arc<dyn JwksFetch>, settings: CacheSettings) -> Self {
        let _ = (fetch, settings);
        Self {}
    }
    /// Returns the key set at `url`: the copy while it is fresh, else a new one, else the last good one.
    pub async fn get(&self, url: &str, now: Timestamp) -> Result<Arc<JwkSet>, JwksUnavailable> {
        let _ = (url, now);
        todo!()
    }
    /// Like [`get`](Self::get), but where the set has no signing key `kid`, it is fetched anew, at most once per
    /// [`CacheSettings::min_refresh`].
    pub async fn get_for(&self, url: &str, kid: Option<&str>, now: Timestamp) -> Result<Arc<JwkSet>, JwksUnavailable> {
        let _ = (url, kid, now);
        todo!()
    }
}
