use axum::extract::State;
use vinculo_domain::{AccessMode, InstitutionCode, StaleIn};

use crate::api::auth::Caller;
use crate::api::body::{Body, Form, Problems};
use crate::api::error::{ApiError, ApiResult, Code};
use crate::state::AppState;

/// `POST /api/links/`: links come from the widget only (reference, belvo-api 4.2). The body is checked, so that a caller
/// learns what is wrong with it before learning that credentials are not how open finance connects.
pub(super) async fn link(State(state): State<AppState>, _: Caller, Body(body): Body) -> ApiResult {
    let (form, mut problems) = (Form::new(&body), Problems::default());
    for field in ["institution", "username", "password"] {
        if form.require(&mut problems, field).is_some() {
            form.text(&mut problems, field, 2_000);
        }
    }
    form.text(&mut problems, "external_id", 256);
    form.parsed(&mut problems, "access_mode", str::parse::<AccessMode>);
    form.words(&mut problems, "fetch_resources", 100);
    form.parsed(&mut problems, "stale_in", str::parse::<StaleIn>);
    problems.finish()?;
    let name = form.get("institution").and_then(|value| value.as_str()).unwrap_or_default();
    let known = match name.parse::<InstitutionCode>() {
        Ok(code) => state.store().institution_by_code(&code).await?.is_some(),
        Err(_) => false,
    };
    if !known {
        let shown: String = name.chars().take(64).filter(|c| !c.is_control()).collect();
        let message = format!("Object with name={shown} does not exist.");
        return Err(ApiError::field_with(Code::DoesNotExist, "institution", message));
    }
    Err(Code::UnsupportedOperation.into())
}
