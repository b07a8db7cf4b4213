//! No request takes for ever, and no bug takes the process down.

use std::panic::AssertUnwindSafe;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;

use crate::api::error::{ApiError, Code};
use crate::state::AppState;

/// Answers 408 after the time limit and 500 after a panic.
pub(crate) async fn layer(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let work = AssertUnwindSafe(next.run(request)).catch_unwind();
    match tokio::time::timeout(state.settings().request_timeout, work).await {
        Ok(Ok(response)) => response,
        Ok(Err(panic)) => ApiError::internal(format!("panic: {}", reason(panic.as_ref()))).into_response(),
        Err(_) => ApiError::from(Code::RequestTimeout).into_response(),
    }
}

fn reason(panic: &(dyn std::any::Any + Send)) -> &str {
    panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("?")
}
