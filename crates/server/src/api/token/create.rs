//! `POST /api/token/`, and `POST /api/links/{id}/token/` as older clients spell a token for an existing link.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use vinculo_domain::LinkId;

use super::{issue, read};
use crate::api::answer;
use crate::api::auth::{Caller, Credentials};
use crate::api::body::{Body, Form, Problems};
use crate::api::error::{ApiError, ApiResult, Code};
use crate::api::id::Id;
use crate::state::AppState;

/// Makes a token.
pub(super) async fn token(State(state): State<AppState>, headers: HeaderMap, Body(body): Body) -> ApiResult<Response> {
    let mut problems = Problems::default();
    let caller = match credentials(&headers, Form::new(&body), &mut problems)? {
        Some(credentials) => Some(credentials.check(&state).await?),
        None => None,
    };
    let config = read::config(&body, state.callback_policy(), &mut problems);
    problems.finish()?;
    let caller = caller.ok_or(Code::AuthenticationFailed)?;
    let tokens = issue::issue(&state, &caller, config).await?;
    answer::value(StatusCode::OK, &tokens)
}

/// Makes a token for a link.
pub(super) async fn link_token(
    State(state): State<AppState>,
    caller: Caller,
    Id(link): Id<LinkId>,
    Body(mut body): Body,
) -> ApiResult<Response> {
    body.insert("link_id".to_owned(), link.to_string().into());
    let mut problems = Problems::default();
    let config = read::config(&body, state.callback_policy(), &mut problems);
    problems.finish()?;
    let tokens = issue::issue(&state, &caller, config).await?;
    answer::value(StatusCode::OK, &tokens)
}

/// Credentials come in the body, by Basic, or both; both must then be the same.
fn credentials(headers: &HeaderMap, form: Form<'_>, problems: &mut Problems) -> Result<Option<Credentials>, ApiError> {
    let basic = Credentials::basic(headers);
    if headers.contains_key(http::header::AUTHORIZATION) && basic.is_none() {
        return Err(Code::AuthenticationFailed.into());
    }
    if basic.is_some() && form.get("id").is_none() && form.get("password").is_none() {
        return Ok(basic);
    }
    let mut text = |name| form.require(problems, name).and_then(|_| form.text(problems, name, 200)).map(str::to_owned);
    let (id, password) = (text("id"), text("password"));
    let body = id.zip(password).map(|(id, password)| Credentials { id, password });
    match (&body, &basic) {
        (Some(body), Some(basic)) if body != basic => Err(Code::AuthenticationFailed.into()),
        _ => Ok(body),
    }
}
