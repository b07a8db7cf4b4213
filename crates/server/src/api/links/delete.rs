use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use vinculo_aggregator::links;
use vinculo_domain::LinkId;

use crate::api::accepted::accepted;
use crate::api::auth::Caller;
use crate::api::error::{ApiResult, Code};
use crate::api::id::Id;
use crate::api::mode::Asynchronous;
use crate::state::AppState;

/// `DELETE /api/links/{id}/`: erases the link and its data and ends the consent. With `X-Belvo-Request-Mode: async` it
/// is done in the background and told by a `link_deleted` webhook; without, five a minute.
pub(super) async fn link(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<LinkId>,
    mode: Asynchronous,
) -> ApiResult<Response> {
    let application = caller.application();
    state.store().link(application, id).await?.ok_or(Code::NotFound)?;
    if mode.0 {
        let request = links::delete_later(state.aggregator(), application, id).await?;
        return accepted(request);
    }
    let most = state.settings().link_deletions_per_minute;
    state.limits().delete_link(application, state.env().now(), most)?;
    let actor = format!("api:{}", caller.0.key);
    links::delete(state.aggregator(), application, id, &actor).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
