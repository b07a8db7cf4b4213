use axum::extract::State;
use axum::response::Response;
use jiff::SignedDuration;
use vinculo_aggregator::links;
use vinculo_domain::{LinkId, Resource};

use crate::api::accepted::accepted;
use crate::api::auth::Caller;
use crate::api::body::{Body, Form, Problems};
use crate::api::error::{ApiError, ApiResult, Code};
use crate::api::id::Id;
use crate::state::AppState;

/// A link may be refreshed once within this time.
const COOLDOWN: SignedDuration = SignedDuration::from_mins(10);

/// `POST /api/links/{id}/refresh/`: has the history fetched again; `historical_update` webhooks follow.
pub(super) async fn link(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<LinkId>,
    Body(body): Body,
) -> ApiResult<Response> {
    let (form, mut problems) = (Form::new(&body), Problems::default());
    let names = form.words(&mut problems, "fetch_resources", 100);
    problems.finish()?;
    // Unknown names are ignored, as in a token.
    let resources = names.map(|names| names.iter().filter_map(|name| name.parse::<Resource>().ok()).collect());
    state.store().link(caller.application(), id).await?.ok_or(Code::NotFound)?;
    cool_down(&state, id).await?;
    accepted(links::fetch_later(state.aggregator(), caller.application(), id, resources, None).await?)
}

/// Kept in the database, so that it holds for all processes.
async fn cool_down(state: &AppState, id: LinkId) -> ApiResult<()> {
    let now = state.env().now();
    let mut tx = state.store().begin().await?;
    if !tx.take_schedule(&format!("refresh:{id}"), now, now + COOLDOWN).await? {
        let message = "The link has already been refreshed. Please wait 10 minutes before trying again.";
        return Err(ApiError::with(Code::LinkRefreshed, message));
    }
    Ok(tx.commit().await?)
}
