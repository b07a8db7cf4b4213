//! The regulated APIs of a brand, behind mTLS: consents and resources here, customers and accounts in [`crate::data`].

mod bearer;
mod consents;
mod envelope;
mod error;
mod groups;
mod guard;
mod resources;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};

use crate::data;
use crate::faults::{self, Place};
use crate::network::Bank;

pub(crate) use bearer::{Held, peer_thumbprint};
pub(crate) use error::ApiError;
pub(crate) use guard::endless;

/// The most that a request to an API may weigh, in bytes.
const MAX_BODY: usize = 64 * 1024;

/// Everything below `/{brand}/open-banking`.
pub(crate) fn router(bank: &Bank) -> Router {
    let guarded = data::router(bank.net.people.clone()).layer(from_fn_with_state(bank.clone(), guard::guard));
    Router::new()
        .nest("/consents/v3", consents::router(bank.clone()))
        .nest("/resources/v3", resources::router(bank.clone()))
        .merge(guarded)
        .fallback(|| async { ApiError::not_found() })
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(from_fn(guard::negotiate))
        .layer(from_fn_with_state(Place::Api(bank.clone()), faults::layer))
        .layer(from_fn_with_state(bank.clone(), envelope::envelope))
}
