use axum::extract::State;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret as _;
use serde_json::Value;
use vinculo_domain::EndpointId;
use vinculo_store::{Endpoint, SigningSecrets};

use super::{fields, view};
use crate::api::answer;
use crate::api::auth::Caller;
use crate::api::body::{Body, Form, Problems};
use crate::api::error::{ApiResult, Code, Problem};
use crate::api::id::Id;
use crate::api::query::Query;
use crate::state::AppState;

/// How long a replaced secret signs beside the new one, in hours, unless the caller says otherwise.
const OVERLAP_HOURS: u64 = 24;
/// How long at most.
const MOST_HOURS: u64 = 168;

/// `POST /api/webhooks/{id}/secret/`: makes a new signing secret and shows it, once. For `overlap_hours` (24; 0 to 168)
/// events are signed with both.
pub(super) async fn endpoint(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<EndpointId>,
    query: Query,
    Body(body): Body,
) -> ApiResult {
    let mut endpoint = fields::find(&state, &caller, id).await?;
    let mut problems = Problems::default();
    let hours = hours(&Form::new(&body), &mut problems);
    problems.finish()?;
    let span = SignedDuration::from_hours(i64::try_from(hours).unwrap_or_default());
    let until = state.env().now().checked_add(span).unwrap_or(Timestamp::MAX);
    endpoint.signing = Some(rotated(&state, &endpoint, until));
    let mut tx = state.store().begin().await?;
    if !tx.update_endpoint(&endpoint).await? {
        return Err(Code::NotFound.into());
    }
    tx.commit().await?;
    let secret = endpoint.signing.as_ref().map(|secrets| secrets.current.expose_secret());
    answer::object(StatusCode::OK, view::body(&endpoint, secret)?, &query)
}

fn hours(form: &Form<'_>, problems: &mut Problems) -> u64 {
    match form.get("overlap_hours").map(Value::as_u64) {
        None => OVERLAP_HOURS,
        Some(Some(hours)) if hours <= MOST_HOURS => hours,
        Some(_) => {
            let message = format!("Enter a whole number from 0 to {MOST_HOURS}.");
            problems.add(Problem::field_with(Code::Invalid, "overlap_hours", message));
            0
        }
    }
}

fn rotated(state: &AppState, endpoint: &Endpoint, until: Timestamp) -> SigningSecrets {
    match &endpoint.signing {
        Some(secrets) => secrets.rotated(state.env(), until),
        None => SigningSecrets::new(state.env()),
    }
}
