//! All addresses of the process.

use axum::Router;

use crate::state::AppState;

/// Puts API, widget, demo and health together.
///
/// Below `/api` a slash at the end is taken off before routing, so routes are declared without it and answer both
/// spellings on every verb without a redirect. Elsewhere addresses are taken as they come.
pub fn router(state: AppState) -> Router {
    Router::new().merge(crate::widget::router()).merge(crate::demo::router()).with_state(state)
}
