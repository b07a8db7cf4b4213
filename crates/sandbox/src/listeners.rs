//! What each listener serves.

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::catch_panic::CatchPanicLayer;
use vinculo_fapi::unread;

use crate::brand::BRANDS;
use crate::faults::{self, Place};
use crate::network::{Bank, Network};
use crate::{api, auth, control, directory, pages, register};

/// The people-facing listener: pages, open documents, sandbox control.
pub(crate) fn people(net: &Arc<Network>) -> Router {
    let mut router = Router::new()
        .merge(pages::router(net.clone()))
        .merge(control::router(net.clone()))
        .merge(struck(directory::open_router(net.clone()), Place::Directory(net.clone())));
    for brand in &BRANDS {
        let bank = Bank { net: net.clone(), brand };
        let auth = struck(auth::open_router(bank.clone()), Place::Auth(bank));
        router = router.nest(&format!("/auth/{}", brand.slug), auth);
    }
    router.layer(CatchPanicLayer::new()).layer(from_fn(unread::layer))
}

/// The machine-facing listener, behind mTLS: authorization servers, registration, directory, APIs.
pub(crate) fn machines(net: &Arc<Network>) -> Router {
    let mut router = struck(directory::machine_router(net.clone()), Place::Directory(net.clone()));
    for brand in &BRANDS {
        let bank = Bank { net: net.clone(), brand };
        let auth = auth::machine_router(bank.clone()).merge(register::router(bank.clone()));
        let auth = struck(auth, Place::Auth(bank.clone()));
        router = router
            .nest(&format!("/auth/{}", brand.slug), auth)
            .nest(&format!("/{}/open-banking", brand.slug), api::router(&bank));
    }
    router.layer(CatchPanicLayer::new()).layer(from_fn(unread::layer))
}

/// Puts a router where faults strike.
fn struck(router: Router, place: Place) -> Router {
    router.layer(from_fn_with_state(place, faults::layer))
}
