//! The portal: what a person shares, to see, to end and to renew (open-finance-brasil 12.4).
//!
//! There are two ways in. A token with the feature `consent_management`: the application vouches for who is in front of the page,
//! as it does for the widget, and the person sees what they share with it. Without a token the person says who they are, and proves
//! it at a bank ([`sign_in`], by the widget's steps and a consent of one day): then they see what they share with every application
//! here. Such a visit belongs to the browser that signed in, beside its address.

mod again;
mod detail;
mod enter;
mod list;
mod open;
mod pages;
mod renew;
mod revoke;
mod sign_in;
mod status;
mod visit;

pub(crate) use open::{open, proven};
pub(crate) use pages::{closed, elsewhere};
pub(crate) use sign_in::entrance;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::state::AppState;

/// Largest form of a page.
const MAX_FORM: usize = 4 * 1024;

/// Routes of the portal.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/portal", get(enter::enter).post(sign_in::take))
        .route("/portal/", get(enter::enter).post(sign_in::take))
        .route("/portal/left", get(pages::left))
        .route("/portal/s/{visit}", get(list::show))
        .route("/portal/s/{visit}/exit", post(open::leave))
        .route("/portal/s/{visit}/{consent}", get(detail::show))
        .route("/portal/s/{visit}/{consent}/revoke", get(revoke::show).post(revoke::revoke))
        .route("/portal/s/{visit}/{consent}/renew", get(renew::show).post(renew::renew))
        .layer(DefaultBodyLimit::max(MAX_FORM))
}
