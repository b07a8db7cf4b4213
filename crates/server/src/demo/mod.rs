//! Placeholder: becomes the demo.

use axum::Router;

use crate::state::AppState;

/// Routes of the demo.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
}
