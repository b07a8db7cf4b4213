use axum::extract::State;
use http::StatusCode;
use vinculo_aggregator::webhooks;
use vinculo_domain::EndpointId;

use super::{fields, view};
use crate::api::answer;
use crate::api::auth::Caller;
use crate::api::body::{Body, Form, Problems};
use crate::api::error::{ApiResult, Code};
use crate::api::id::Id;
use crate::api::query::Query;
use crate::state::AppState;

/// `PATCH /api/webhooks/{id}/`: any of `url`, `authorization`, `types`, `legacy_codes`, and `active`: `false` holds its
/// events, `true` lets them go.
pub(super) async fn endpoint(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<EndpointId>,
    query: Query,
    Body(body): Body,
) -> ApiResult {
    let mut endpoint = fields::find(&state, &caller, id).await?;
    let (form, mut problems) = (Form::new(&body), Problems::default());
    if let Some(url) = form.parsed(&mut problems, "url", |text| fields::url(state.settings(), text)) {
        endpoint.url = url;
    }
    fields::take(&form, &mut problems, &mut endpoint);
    let active = form.truth(&mut problems, "active");
    problems.finish()?;
    let mut tx = state.store().begin().await?;
    if !tx.update_endpoint(&endpoint).await? {
        return Err(Code::NotFound.into());
    }
    match active {
        Some(true) => webhooks::resume(&mut tx, state.env(), caller.application(), id).await?,
        Some(false) => webhooks::pause(&mut tx, caller.application(), id).await?,
        None => {}
    }
    let endpoint = tx.endpoint(id).await?.ok_or(Code::NotFound)?;
    tx.commit().await?;
    answer::object(StatusCode::OK, view::body(&endpoint, None)?, &query)
}
