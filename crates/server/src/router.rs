//! All addresses of the process.

use axum::extract::DefaultBodyLimit;
use axum::{Router, middleware};
use tower::util::MapRequestLayer;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use vinculo_fapi::unread;

use crate::Environment;
use crate::http::{barrier, envelope, headers, health, not_found, paths, request_id};
use crate::state::AppState;

/// Puts API, widget, demo and health together.
///
/// Below `/api` a slash at the end is taken off before routing, so routes are declared without it and answer both
/// spellings on every verb without a redirect. Elsewhere addresses are taken as they come.
pub fn router(state: AppState) -> Router {
    let demo = match state.settings().environment {
        Environment::Sandbox => crate::demo::router(),
        Environment::Production => Router::new(),
    };
    let inner = Router::new()
        .merge(crate::api::router())
        .merge(crate::openapi::router())
        .merge(crate::widget::router())
        .merge(crate::portal::router())
        .merge(demo)
        .merge(health::router())
        .fallback(not_found::path)
        .method_not_allowed_fallback(not_found::method);
    let inner = layers(inner, &state).with_state(state);
    // Routing happens before a router's own layers: what changes the address must stand around it.
    Router::new().fallback_service(inner).layer(MapRequestLayer::new(paths::normalise))
}

/// The last one added sees a request first.
fn layers(router: Router<AppState>, state: &AppState) -> Router<AppState> {
    router
        .layer(DefaultBodyLimit::max(state.settings().body_limit))
        .layer(middleware::from_fn_with_state(state.settings().request_timeout, barrier::layer))
        .layer(middleware::from_fn(envelope::layer))
        .layer(middleware::from_fn_with_state(state.clone(), headers::layer))
        .layer(middleware::from_fn(unread::layer))
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(middleware::from_fn_with_state(state.clone(), request_id::layer))
}
