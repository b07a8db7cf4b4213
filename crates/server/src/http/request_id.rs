//! One id for each request: in the answer's header, inside errors, on every log line.

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue};
use tracing::Instrument as _;

use crate::state::AppState;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// 32 lower-case hex characters; taken from the caller's `X-Request-Id` when it already has that shape.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// Gives the request its id, logs its end, and tells the caller the id.
pub(crate) async fn layer(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let id = given(&request).unwrap_or_else(|| state.env().hex32());
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    // Never the path itself: it can hold the id of a widget session, and the query can hold a token.
    let route = request.extensions().get::<MatchedPath>().map_or("(none)", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("request", "request.id" = %id, %method, route);
    let started = state.env().now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let took_ms = state.env().now().duration_since(started).as_millis();
    let status = response.status().as_u16();
    span.in_scope(|| match (status, route.as_str()) {
        (500.., _) => tracing::warn!(status, took_ms, "answered"),
        (_, route) if route.starts_with("/health") => tracing::debug!(status, took_ms, "answered"),
        _ => tracing::info!(status, took_ms, "answered"),
    });
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

fn given(request: &Request) -> Option<String> {
    let text = request.headers().get(HEADER)?.to_str().ok()?;
    let good = text.len() == 32 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    good.then(|| text.to_owned())
}
