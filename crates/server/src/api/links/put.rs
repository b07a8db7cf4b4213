use axum::extract::State;
use http::StatusCode;
use vinculo_domain::LinkId;

use super::view;
use crate::api::answer;
use crate::api::auth::Caller;
use crate::api::body::{Body, Form, Problems};
use crate::api::error::{ApiResult, Code};
use crate::api::id::Id;
use crate::api::query::Query;
use crate::state::AppState;

/// `PUT /api/links/{id}/`: new credentials. Open finance has none, so nothing changes and nothing of them is kept.
pub(super) async fn link(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<LinkId>,
    query: Query,
    Body(body): Body,
) -> ApiResult {
    let (form, mut problems) = (Form::new(&body), Problems::default());
    for field in ["password", "password2", "token", "username_type"] {
        form.text(&mut problems, field, 2_000);
    }
    form.truth(&mut problems, "save_data");
    problems.finish()?;
    let link = state.store().link(caller.application(), id).await?.ok_or(Code::NotFound)?;
    answer::object(StatusCode::OK, view::body(&link)?, &query)
}
