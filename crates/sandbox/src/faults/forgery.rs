//! id_tokens that must be refused: what is wrong with those that are made while a fault strikes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Claim;

tokio::task_local! {
    static FORGERY: Forgery;
}

#[derive(Clone)]
struct Forgery {
    claim: Claim,
    done: Arc<AtomicBool>,
}

/// What has to be wrong with an id_token that is made now.
pub(crate) fn current() -> Option<Claim> {
    let forgery = FORGERY.try_with(Clone::clone).ok()?;
    forgery.done.store(true, Ordering::SeqCst);
    Some(forgery.claim)
}

/// Runs `work`, in which id_tokens are forged; says whether one was made.
pub(super) async fn within<T>(claim: Claim, work: impl Future<Output = T>) -> (T, bool) {
    let done = Arc::new(AtomicBool::new(false));
    let result = FORGERY.scope(Forgery { claim, done: done.clone() }, work).await;
    (result, done.load(Ordering::SeqCst))
}
