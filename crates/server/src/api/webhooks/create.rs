use axum::extract::State;
use http::StatusCode;
use secrecy::ExposeSecret as _;
use vinculo_store::Endpoint;

use super::{fields, view};
use crate::api::answer;
use crate::api::auth::Caller;
use crate::api::body::{Body, Form, Problems};
use crate::api::error::{ApiError, ApiResult, Code};
use crate::api::query::Query;
use crate::state::AppState;

/// Most endpoints of one application.
const MOST: usize = 50;

/// `POST /api/webhooks/`: adds an endpoint. The answer shows its signing secret, once.
pub(super) async fn endpoint(
    State(state): State<AppState>,
    caller: Caller,
    query: Query,
    Body(body): Body,
) -> ApiResult {
    let (form, mut problems) = (Form::new(&body), Problems::default());
    let mut endpoint = Endpoint::new(state.env(), caller.application(), "");
    if form.require(&mut problems, "url").is_some()
        && let Some(url) = form.parsed(&mut problems, "url", |text| fields::url(state.settings(), text))
    {
        endpoint.url = url;
    }
    fields::take(&form, &mut problems, &mut endpoint);
    problems.finish()?;
    let mut tx = state.store().begin().await?;
    if tx.endpoints(caller.application()).await?.len() >= MOST {
        return Err(ApiError::with(Code::ValidationError, format!("No more than {MOST} endpoints are possible.")));
    }
    tx.insert_endpoint(&endpoint).await?;
    tx.commit().await?;
    let secret = endpoint.signing.as_ref().map(|secrets| secrets.current.expose_secret());
    answer::object(StatusCode::CREATED, view::body(&endpoint, secret)?, &query)
}
