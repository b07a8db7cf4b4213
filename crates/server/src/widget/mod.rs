//! Placeholder: becomes the widget.

use axum::Router;

use crate::state::AppState;

/// Routes of the widget.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
}
