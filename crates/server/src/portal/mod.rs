//! The portal: what a person shares with an application, to see, to end and to renew (open-finance-brasil 12.4).
//!
//! A token with the feature `consent_management` opens it: the application vouches for who is in front of the page, as it does
//! for the widget. Like there, the token leaves the address for good, and nobody but the address's holder has it.

mod again;
mod detail;
mod enter;
mod list;
mod renew;
mod revoke;
mod status;
mod visit;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;

use crate::state::AppState;

/// Largest form of a page.
const MAX_FORM: usize = 4 * 1024;

/// Routes of the portal.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/portal", get(enter::enter))
        .route("/portal/", get(enter::enter))
        .route("/portal/s/{visit}", get(list::show))
        .route("/portal/s/{visit}/{consent}", get(detail::show))
        .route("/portal/s/{visit}/{consent}/revoke", get(revoke::show).post(revoke::revoke))
        .route("/portal/s/{visit}/{consent}/renew", get(renew::show).post(renew::renew))
        .layer(DefaultBodyLimit::max(MAX_FORM))
}
