//! `PATCH /api/<resource>/`: resuming a session that waits for a one-time password. Clients offer it; open finance has
//! no such sessions, so none is ever there to be resumed (reference, belvo-api 5).

use axum::extract::State;
use vinculo_domain::LinkId;

use super::auth::Caller;
use super::body::{Body, Form, Problems};
use super::error::{ApiError, ApiResult, Code, Problem};
use crate::state::AppState;

/// Checks the body as any call, then says that the session is over.
pub(super) async fn session(State(state): State<AppState>, caller: Caller, Body(body): Body) -> ApiResult {
    let (form, mut problems) = (Form::new(&body), Problems::default());
    if form.require(&mut problems, "session").is_some() {
        form.parsed(&mut problems, "session", session_id);
    }
    let link =
        form.require(&mut problems, "link").and_then(|_| form.parsed(&mut problems, "link", str::parse::<LinkId>));
    form.text(&mut problems, "token", 200);
    form.truth(&mut problems, "save_data");
    problems.finish()?;
    if let Some(link) = link
        && state.store().link(caller.application(), link).await?.is_none()
    {
        return Err(no_link(link));
    }
    Err(Code::SessionExpired.into())
}

fn session_id(text: &str) -> Result<(), vinculo_domain::Invalid> {
    let bare = text.replace('-', "");
    let good = bare.len() == 32 && bare.bytes().all(|b| b.is_ascii_hexdigit());
    if good { Ok(()) } else { Err(vinculo_domain::Invalid::new("Enter a valid session.")) }
}

/// The error of a body that names a link which is not there, or is another application's.
pub(super) fn no_link(link: LinkId) -> ApiError {
    let message = format!("Object with id={link} does not exist.");
    ApiError::problems(vec![Problem::field_with(Code::DoesNotExist, "link", message)])
}
