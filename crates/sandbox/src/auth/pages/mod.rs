//! The pages that people see: login, confirmation, and the way back.
//!
//! They need neither script nor cookie: the login form carries the pushed request, and from the login on the page's
//! address holds a random id. Stable names for automation: `login-document`, `login-password`, `login-submit`, `approve`,
//! `deny`, `return`, checkboxes `name="resource"`, and `<main data-bank-step="login|confirm|done|refused|error">`.

mod authorize;
mod back;
mod categories;
mod confirm;
mod decide;
mod login;
mod pending;
mod view;

use axum::Router;
use axum::routing::{get, post};

use crate::network::Bank;
pub(crate) use view::out_of_order;

/// Below `/auth/{brand}` on the people-facing listener.
pub(super) fn router(bank: Bank) -> Router {
    Router::new()
        .route("/authorize", get(authorize::authorize))
        .route("/login", post(login::login))
        .route("/cancel", post(login::cancel))
        .route("/s/{id}", get(confirm::show).post(confirm::answer))
        .with_state(bank)
}
