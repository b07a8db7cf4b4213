use jiff::Timestamp;
use serde::Serialize;
use vinculo_domain::{DeliveryId, EndpointId, LinkId};
use vinculo_store::{Endpoint, Event, LoggedAttempt, LoggedDelivery};

use crate::api::error::{ApiError, ApiResult};
use crate::api::time::{micros, micros_option};

#[derive(Serialize)]
struct View<'a> {
    id: EndpointId,
    url: &'a str,
    /// Whether an `Authorization` is sent; its value is not shown.
    authorization: bool,
    types: Option<Vec<&'static str>>,
    legacy_codes: bool,
    active: bool,
    paused_reason: Option<&'static str>,
    #[serde(serialize_with = "micros_option")]
    paused_at: Option<Timestamp>,
    #[serde(serialize_with = "micros_option")]
    failing_since: Option<Timestamp>,
    #[serde(serialize_with = "micros")]
    created_at: Timestamp,
    /// Shown when it is made, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<&'a str>,
}

/// Writes an endpoint; with its signing secret where that has just been made.
pub(super) fn body(endpoint: &Endpoint, secret: Option<&str>) -> ApiResult<String> {
    let view = View {
        id: endpoint.id,
        url: &endpoint.url,
        authorization: endpoint.authorization.is_some(),
        types: endpoint.types.as_ref().map(|types| types.iter().map(|kind| kind.as_str()).collect()),
        legacy_codes: endpoint.old_codes,
        active: endpoint.active,
        paused_reason: endpoint.paused.map(|(_, reason)| reason.as_str()),
        paused_at: endpoint.paused.map(|(at, _)| at),
        failing_since: endpoint.failing_since,
        created_at: endpoint.created_at,
        secret,
    };
    serde_json::to_string(&view).map_err(ApiError::internal)
}

#[derive(Serialize)]
struct Delivery<'a> {
    id: DeliveryId,
    webhook_id: String,
    webhook_type: &'static str,
    webhook_code: &'a str,
    link_id: Option<LinkId>,
    sequence: Option<i64>,
    status: &'static str,
    #[serde(serialize_with = "micros")]
    created_at: Timestamp,
    #[serde(serialize_with = "micros_option")]
    next_attempt_at: Option<Timestamp>,
    #[serde(serialize_with = "micros_option")]
    delivered_at: Option<Timestamp>,
    attempts: Vec<Attempt<'a>>,
}

#[derive(Serialize)]
struct Attempt<'a> {
    number: i64,
    #[serde(serialize_with = "micros")]
    at: Timestamp,
    status: Option<i64>,
    error: Option<&'a str>,
    took_ms: i64,
}

/// Writes a delivery with its attempts.
pub(super) fn delivery(line: &LoggedDelivery) -> ApiResult<String> {
    let (delivery, event) = (&line.delivery, &line.event);
    let view = Delivery {
        id: delivery.id,
        webhook_id: Event::webhook_id(event.id),
        webhook_type: event.kind.as_str(),
        webhook_code: &event.code,
        link_id: event.link,
        sequence: event.sequence,
        status: delivery.status.as_str(),
        created_at: delivery.created_at,
        next_attempt_at: delivery.next_at,
        delivered_at: delivery.delivered_at,
        attempts: line.attempts.iter().map(attempt).collect(),
    };
    serde_json::to_string(&view).map_err(ApiError::internal)
}

fn attempt(logged: &LoggedAttempt) -> Attempt<'_> {
    let LoggedAttempt { number, at, status, error, took_ms } = logged;
    Attempt { number: *number, at: *at, status: *status, error: error.as_deref(), took_ms: *took_ms }
}
