//! `/api/webhooks/`: where an application's events go (ours; the reference has a dashboard for it).

mod create;
mod delete;
mod deliveries;
mod detail;
mod fields;
mod list;
mod patch;
mod replay;
mod secret;
mod view;

use axum::Router;
use axum::routing::{get, post};

use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/api/webhooks", get(list::endpoints).post(create::endpoint))
        .route("/api/webhooks/{id}", get(detail::endpoint).patch(patch::endpoint).delete(delete::endpoint))
        .route("/api/webhooks/{id}/secret", post(secret::endpoint))
        .route("/api/webhooks/{id}/deliveries", get(deliveries::endpoint))
        .route("/api/webhooks/{id}/replay", post(replay::endpoint))
}
