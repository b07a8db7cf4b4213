//! Key sets, kept.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use jiff::SignedDuration;
use vinculo_fapi::jwks::{CacheSettings, FetchError, Fetching, JwkSet, JwksCache, JwksFetch};

use crate::common::{BANK, STRANGER, keys_of, later, now};

const URL: &str = "https://bank.example/jwks";

/// A server of key sets that counts, and that can fail.
struct Server {
    calls: AtomicUsize,
    down: AtomicBool,
    body: Mutex<String>,
}

impl Server {
    fn serving(set: &JwkSet) -> Arc<Self> {
        Arc::new(Self { calls: AtomicUsize::new(0), down: AtomicBool::new(false), body: Mutex::new(set.to_json()) })
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

impl JwksFetch for Server {
    fn fetch<'a>(&'a self, _: &'a str) -> Fetching<'a> {
        Box::pin(async move {
            self.calls.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            if self.down.load(Ordering::SeqCst) {
                return Err(FetchError("down".to_owned()));
            }
            Ok(self.body.lock().unwrap().clone().into_bytes())
        })
    }
}

fn cache(server: &Arc<Server>, capacity: usize) -> JwksCache {
    let (ttl, min_refresh) = (SignedDuration::from_secs(900), SignedDuration::from_secs(60));
    JwksCache::new(server.clone(), CacheSettings { ttl, min_refresh, capacity })
}

#[tokio::test]
async fn a_copy_is_used_while_fresh() {
    let server = Server::serving(&keys_of(&BANK));
    let cache = cache(&server, 8);
    for seconds in [0, 1, 899] {
        assert_eq!(*cache.get(URL, later(seconds)).await.unwrap(), keys_of(&BANK));
    }
    assert_eq!(server.calls(), 1);
    cache.get(URL, later(900)).await.unwrap();
    assert_eq!(server.calls(), 2);
}

#[tokio::test]
async fn many_callers_cause_one_call() {
    let server = Server::serving(&keys_of(&BANK));
    let cache = cache(&server, 8);
    let (one, two, three) =
        tokio::join!(cache.get(URL, now()), cache.get(URL, now()), cache.get_for(URL, Some(BANK.kid()), now()));
    assert!(one.is_ok() && two.is_ok() && three.is_ok());
    assert_eq!(server.calls(), 1);
}

#[tokio::test]
async fn an_unknown_key_forces_one_look_a_minute() {
    let server = Server::serving(&keys_of(&BANK));
    let cache = cache(&server, 8);
    cache.get(URL, now()).await.unwrap();
    *server.body.lock().unwrap() = keys_of(&STRANGER).to_json();
    let kid = Some(STRANGER.kid());
    assert!(cache.get_for(URL, kid, later(1)).await.unwrap().signing_key(kid).is_some());
    assert_eq!(server.calls(), 2);
    for seconds in [2, 30, 60] {
        assert!(
            cache.get_for(URL, Some("nobody"), later(seconds)).await.unwrap().signing_key(Some("nobody")).is_none()
        );
    }
    assert_eq!(server.calls(), 2, "rate-limited");
    cache.get_for(URL, Some("nobody"), later(61)).await.unwrap();
    assert_eq!(server.calls(), 3);
}

#[tokio::test]
async fn a_fetch_of_this_moment_is_not_repeated() {
    let server = Server::serving(&keys_of(&BANK));
    let cache = cache(&server, 8);
    cache.get_for(URL, Some("nobody"), now()).await.unwrap();
    assert_eq!(server.calls(), 1);
}

#[tokio::test]
async fn the_last_good_copy_survives_an_outage() {
    let server = Server::serving(&keys_of(&BANK));
    let cache = cache(&server, 8);
    cache.get(URL, now()).await.unwrap();
    server.down.store(true, Ordering::SeqCst);
    for seconds in [900, 910, 959] {
        assert_eq!(*cache.get(URL, later(seconds)).await.unwrap(), keys_of(&BANK));
    }
    assert_eq!(server.calls(), 2, "a server that is down is not asked every time");
    cache.get(URL, later(961)).await.unwrap();
    assert_eq!(server.calls(), 3);
    server.down.store(false, Ordering::SeqCst);
    cache.get(URL, later(1100)).await.unwrap();
    cache.get(URL, later(1200)).await.unwrap();
    assert_eq!(server.calls(), 4);
}

#[tokio::test]
async fn garbage_and_empty_sets_do_not_replace_a_good_copy() {
    let server = Server::serving(&keys_of(&BANK));
    let cache = cache(&server, 8);
    cache.get(URL, now()).await.unwrap();
    for (seconds, body) in [(1000, "<html>"), (2000, r#"{"keys":[]}"#)] {
        *server.body.lock().unwrap() = body.to_owned();
        assert_eq!(*cache.get(URL, later(seconds)).await.unwrap(), keys_of(&BANK));
    }
}

#[tokio::test]
async fn without_a_copy_an_outage_is_an_error_and_asked_again() {
    let server = Server::serving(&keys_of(&BANK));
    server.down.store(true, Ordering::SeqCst);
    let cache = cache(&server, 8);
    assert!(cache.get(URL, now()).await.is_err());
    server.down.store(false, Ordering::SeqCst);
    assert!(cache.get(URL, later(1)).await.is_ok());
}

#[tokio::test]
async fn the_address_used_longest_ago_makes_room() {
    let server = Server::serving(&keys_of(&BANK));
    let cache = cache(&server, 2);
    for url in ["a", "b", "a", "c", "a"] {
        cache.get(url, now()).await.unwrap();
    }
    assert_eq!(server.calls(), 3);
    cache.get("b", now()).await.unwrap();
    assert_eq!(server.calls(), 4);
}
