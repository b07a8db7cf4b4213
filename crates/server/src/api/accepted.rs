use axum::response::Response;
use http::StatusCode;
use serde_json::json;
use uuid::Uuid;

use super::answer;
use super::error::ApiResult;

/// 202: the work goes on in the background, and the webhooks that follow carry the same id (with dashes).
pub(super) fn accepted(request: Uuid) -> ApiResult<Response> {
    answer::value(StatusCode::ACCEPTED, &json!({"request_id": request.simple().to_string()}))
}
