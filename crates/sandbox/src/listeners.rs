//! What each listener serves.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn;
use tower_http::catch_panic::CatchPanicLayer;
use vinculo_fapi::unread;

use crate::brand::BRANDS;
use crate::network::{Bank, Network};
use crate::{api, auth, control, directory, pages, register};

/// The people-facing listener: pages, open documents, sandbox control.
pub(crate) fn people(net: &Arc<Network>) -> Router {
    let mut router = Router::new()
        .merge(pages::router(net.clone()))
        .merge(control::router(net.clone()))
        .merge(directory::open_router(net.clone()));
    for brand in &BRANDS {
        let bank = Bank { net: net.clone(), brand };
        router = router.nest(&format!("/auth/{}", brand.slug), auth::open_router(bank));
    }
    router.layer(CatchPanicLayer::new()).layer(from_fn(unread::layer))
}

/// The machine-facing listener, behind mTLS: authorization servers, registration, directory, APIs.
pub(crate) fn machines(net: &Arc<Network>) -> Router {
    let mut router = Router::new().merge(directory::machine_router(net.clone()));
    for brand in &BRANDS {
        let bank = Bank { net: net.clone(), brand };
        let auth = auth::machine_router(bank.clone()).merge(register::router(bank.clone()));
        router = router
            .nest(&format!("/auth/{}", brand.slug), auth)
            .nest(&format!("/{}/open-banking", brand.slug), api::router(&bank));
    }
    router.layer(CatchPanicLayer::new()).layer(from_fn(unread::layer))
}
