//! The hosted widget: pages rendered here, a session that is kept here, and a script that only makes them nicer.
//!
//! * [`opening`] turns a token into a session, [`step`] holds the pages, [`callback`] takes the bank's answer.
//! * [`flow`] says which page a session may show; [`visit`] loads and changes sessions by those rules.
//! * [`events`] writes the addresses and messages that applications understand; nothing else may name an address.
//! * [`browser`] is what holds a sign-in to the portal, beside its address.
//! * [`shell`], [`theme`], [`tile`], [`assets`], [`security`] are the look and its headers; [`phrases`] the words.
//!
//! Forms post to us and answer 303; what leads away is a link, or the script's own navigation at the very end: hosts
//! that watch navigations depend on it (field notes, 5), and a content security policy would hold the redirects behind
//! a form post against itself.

pub(crate) mod assets;
pub(crate) mod browser;
mod callback;
mod color;
pub(crate) mod dates;
pub(crate) mod directory;
mod events;
mod flow;
#[cfg(test)]
mod guides;
pub(crate) mod opening;
pub(crate) mod over;
#[cfg(test)]
mod pages;
pub(crate) mod params;
pub(crate) mod phrases;
mod qr;
mod search;
pub(crate) mod security;
pub(crate) mod shell;
pub(crate) mod step;
pub(crate) mod stop;
mod theme;
pub(crate) mod tile;
pub(crate) mod visit;

pub(crate) use stop::{missing as not_found, see};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::get;

use crate::state::AppState;

/// Largest form of a page.
const MAX_FORM: usize = 16 * 1024;

/// Routes of the widget and of the bank's callback.
pub(crate) fn router() -> Router<AppState> {
    use step::{app, connecting, consent, done, exit, failed, handover, here, identify, institutions, start, status};

    let session = Router::new()
        .route("/", get(here))
        .route("/status", get(status))
        .route("/start", get(start::show).post(start::go_on))
        .route("/identify", get(identify::show).post(identify::take))
        .route("/institutions", get(institutions::show).post(institutions::take))
        .route("/consent", get(consent::show).post(consent::accept))
        .route("/app", get(app::show))
        .route("/handover", get(handover::show).post(handover::restart))
        .route("/handover/go", get(handover::go))
        .route("/connecting", get(connecting::show))
        .route("/done", get(done::show).post(crate::portal::open))
        .route("/failed", get(failed::show).post(failed::go_on))
        .route("/exit", get(exit::show).post(exit::take));
    Router::new()
        .route("/", get(opening::open))
        .route("/widget", get(opening::open))
        .route("/widget/", get(opening::open))
        .route("/favicon.ico", get(assets::icon))
        .route("/widget/assets/{hash}/{name}", get(assets::serve))
        .nest("/widget/s/{session}", session)
        .route("/widget/s/{session}/", get(here))
        .layer(DefaultBodyLimit::max(MAX_FORM))
        .route("/api/consents/callback", callback::route())
}
