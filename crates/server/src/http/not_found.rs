//! Addresses and verbs that do not exist.

use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use http::{Method, StatusCode};

use crate::api::error::{ApiError, Code};

/// 404: in the envelope for the API, as a small page elsewhere.
pub(crate) async fn path(request: Request) -> Response {
    if is_api(request.uri().path()) {
        ApiError::from(Code::NotFound).into_response()
    } else {
        crate::widget::not_found()
    }
}

/// 405, except for OPTIONS, which is answered by the `Allow` header that the router adds.
pub(crate) async fn method(request: Request) -> Response {
    match request.method() {
        &Method::OPTIONS => StatusCode::NO_CONTENT.into_response(),
        method if is_api(request.uri().path()) => {
            ApiError::with(Code::MethodNotAllowed, format!("Method \"{method}\" not allowed.")).into_response()
        }
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

fn is_api(path: &str) -> bool {
    ["/api", "/investments"]
        .iter()
        .any(|root| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}
