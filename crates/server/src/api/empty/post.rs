use axum::extract::State;

use super::table::{Post, Resource};
use crate::api::answer;
use crate::api::auth::Caller;
use crate::api::body::Body;
use crate::api::error::{ApiResult, Code};
use crate::api::query::Query;
use crate::api::retrieve::{Period, Request};
use crate::state::AppState;

/// `POST`: the body is checked, then the link has nothing of it.
pub(super) async fn retrieve(
    resource: &'static Resource,
    State(state): State<AppState>,
    caller: Caller,
    query: Query,
    Body(body): Body,
) -> ApiResult {
    if resource.post == Post::Unsupported {
        return Err(Code::UnsupportedOperation.into());
    }
    let request = Request::read(&state, &caller, &body, Period::None).await?;
    answer::bare(request.status(), &[], &query)
}
