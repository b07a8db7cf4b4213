use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use serde_json::json;
use vinculo_aggregator::webhooks::{self, Range};
use vinculo_domain::{EndpointId, EventId};

use crate::api::answer;
use crate::api::auth::Caller;
use crate::api::body::{Body, Form, Problems};
use crate::api::error::{ApiError, ApiResult, Code};
use crate::api::id::Id;
use crate::api::query::instant;
use crate::state::AppState;

/// `POST /api/webhooks/{id}/replay/`: sends events again: one (`webhook_id`), those of a time (`from`, and `to`, now
/// when absent), or everything since one (`since`, a `webhook_id`).
pub(super) async fn endpoint(
    State(state): State<AppState>,
    caller: Caller,
    Id(id): Id<EndpointId>,
    Body(body): Body,
) -> ApiResult<Response> {
    let range = range(&Form::new(&body), state.env().now())?;
    let actor = format!("api:{}", caller.0.key);
    let (request, events) =
        webhooks::replay(state.store(), state.env(), caller.application(), id, range, &actor).await?;
    let answer = json!({"request_id": request.simple().to_string(), "events": events});
    answer::value(StatusCode::ACCEPTED, &answer)
}

fn range(form: &Form<'_>, now: Timestamp) -> ApiResult<Range> {
    let mut problems = Problems::default();
    let one = form.parsed(&mut problems, "webhook_id", str::parse::<EventId>);
    let since = form.parsed(&mut problems, "since", str::parse::<EventId>);
    let from = form.parsed(&mut problems, "from", instant);
    let to = form.parsed(&mut problems, "to", instant);
    problems.finish()?;
    match (one, since, from, to) {
        (Some(one), None, None, None) => Ok(Range::One(one)),
        (None, Some(since), None, None) => Ok(Range::Since(since)),
        (None, None, Some(from), to) => {
            let to = to.unwrap_or(now);
            if from >= to {
                return Err(ApiError::field_with(Code::Invalid, "to", "It must be later than `from`."));
            }
            Ok(Range::Between(from, to))
        }
        _ => {
            let message = "Give one of `webhook_id`, `since`, or `from` with an optional `to`.";
            Err(ApiError::with(Code::ValidationError, message))
        }
    }
}
