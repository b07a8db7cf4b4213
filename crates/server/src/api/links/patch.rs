use axum::extract::State;
use http::StatusCode;
use vinculo_aggregator::refresh;
use vinculo_domain::{AccessMode, FetchResources, LinkId, StaleIn};
use vinculo_store::LinkPatch;

use super::view;
use crate::api::answer;
use crate::api::auth::Caller;
use crate::api::body::{Body, Form, Problems};
use crate::api::error::{ApiResult, Code};
use crate::api::id::Id;
use crate::api::query::Query;
use crate::state::AppState;

/// `PATCH /api/links/{id}/`: any of `access_mode`, `stale_in`, `fetch_resources`.
pub(super) async fn link(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<LinkId>,
    query: Query,
    Body(body): Body,
) -> ApiResult {
    let (form, mut problems) = (Form::new(&body), Problems::default());
    let patch = LinkPatch {
        access_mode: form.parsed(&mut problems, "access_mode", str::parse::<AccessMode>),
        stale_in: form.parsed(&mut problems, "stale_in", str::parse::<StaleIn>),
        fetch_resources: form.words(&mut problems, "fetch_resources", 100).map(FetchResources::from_names),
    };
    problems.finish()?;
    let mut tx = state.store().begin().await?;
    let before = tx.link(caller.application(), id).await?.ok_or(Code::NotFound)?.access_mode;
    let link = tx.patch_link(caller.application(), id, &patch).await?.ok_or(Code::NotFound)?;
    refresh::follow_mode(state.env(), &mut tx, before, &link).await?;
    tx.commit().await?;
    answer::object(StatusCode::OK, view::body(&link)?, &query)
}
