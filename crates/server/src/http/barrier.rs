//! No request takes for ever, and no bug takes the process down.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;

use crate::api::error::{ApiError, Code};

/// Answers 408 after the time limit and 500 after a panic.
pub(crate) async fn layer(State(limit): State<Duration>, request: Request, next: Next) -> Response {
    let work = AssertUnwindSafe(next.run(request)).catch_unwind();
    match tokio::time::timeout(limit, work).await {
        Ok(Ok(response)) => response,
        Ok(Err(panic)) => ApiError::internal(format!("panic: {}", reason(panic.as_ref()))).into_response(),
        Err(_) => ApiError::from(Code::RequestTimeout).into_response(),
    }
}

fn reason(panic: &(dyn std::any::Any + Send)) -> &str {
    panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("?")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::envelope;
    use axum::body::{Body, to_bytes};
    use axum::routing::get;
    use axum::{Router, middleware};
    use http::StatusCode;
    use tower::ServiceExt as _;

    async fn answer(path: &str) -> (StatusCode, String) {
        let router = Router::new()
            .route("/fine", get(async || "fine"))
            .route("/breaks", get(async || -> &'static str { panic!("a secret") }))
            .route("/hangs", get(async || std::future::pending::<&'static str>().await))
            .layer(middleware::from_fn_with_state(Duration::ZERO, layer))
            .layer(middleware::from_fn(envelope::layer));
        let request = http::Request::get(path).body(Body::empty()).unwrap();
        let response = router.oneshot(request).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), 10_000).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_bug_is_a_500_in_the_envelope_and_tells_nothing() {
        let (status, body) = answer("/breaks").await;
        assert_eq!(status, 500);
        assert!(body.contains("\"code\":\"unexpected_error\"") && !body.contains("secret"), "{body}");
    }

    #[tokio::test]
    async fn what_takes_too_long_is_a_408_in_the_envelope() {
        assert_eq!(answer("/fine").await, (StatusCode::OK, "fine".to_owned()));
        let (status, body) = answer("/hangs").await;
        assert_eq!(status, 408);
        assert!(body.contains("\"code\":\"request_timeout\""), "{body}");
    }
}
