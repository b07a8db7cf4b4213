//! What webhooks say, as `webhooks` of the document.

use jiff::civil::Date;
use serde_json::{Map, Value, json};
use uuid::Uuid;
use vinculo_aggregator::events::{Counts, Payload, historical, recurrent};
use vinculo_domain::{EventCode, EventType, ProcessType, Resource};

use super::bodies::{LINK, object};

/// One kind of event.
struct Hook {
    name: &'static str,
    summary: &'static str,
    kinds: Vec<EventType>,
    codes: Vec<EventCode>,
    process: ProcessType,
    /// Keys of `data`; those that are always there first.
    always: Value,
    sometimes: Value,
    example: Value,
}

/// All kinds, by name.
pub(super) fn all() -> Map<String, Value> {
    let hooks = data().into_iter().chain(transactions()).chain(links()).chain(consents()).chain(ours());
    hooks.map(|hook| (hook.name.to_owned(), json!({"post": post(&hook)}))).collect()
}

fn post(hook: &Hook) -> Value {
    let content = json!({"application/json": {"schema": schema(hook), "example": example(hook)}});
    json!({
        "operationId": format!("webhook_{}", hook.name),
        "summary": hook.summary,
        "tags": ["Webhooks"],
        "security": [],
        "parameters": headers(),
        "requestBody": {"required": true, "content": content},
        "responses": {
            "2XX": {"description": "Delivered."},
            "default": {"description": "Anything else, or nothing within five seconds: it is tried again for 72 hours."},
        },
    })
}

fn schema(hook: &Hook) -> Value {
    let words = |what: &str, words: Vec<&str>| json!({"type": "string", "enum": words, "description": what});
    let kinds = hook.kinds.iter().map(|kind| kind.as_str()).collect();
    let codes = hook.codes.iter().map(|code| code.as_str()).collect();
    let processes = [ProcessType::HistoricalUpdate, ProcessType::RecurrentUpdate].map(ProcessType::as_str);
    object(
        &KEYS,
        json!({
            "webhook_id": {"type": "string", "pattern": "^[0-9a-f]{32}$", "description": "The same in every attempt to deliver."},
            "webhook_type": words("What it is about.", kinds),
            "process_type": words("The first reading, or one that was asked for; or a scheduled one.", processes.to_vec()),
            "webhook_code": words("What happened.", codes),
            "link_id": {"type": ["string", "null"], "format": "uuid", "description": "The link."},
            "request_id": {"type": "string", "format": "uuid", "description": "The request or round that led to it."},
            "external_id": {"type": ["string", "null"], "description": "Your own name for the user."},
            "data": details(hook),
        }),
    )
}

const KEYS: [&str; 8] =
    ["webhook_id", "webhook_type", "process_type", "webhook_code", "link_id", "request_id", "external_id", "data"];

fn details(hook: &Hook) -> Value {
    let keys: Vec<&str> = hook.always.as_object().into_iter().flatten().map(|(key, _)| key.as_str()).collect();
    let mut properties = hook.always.clone();
    if let (Some(all), Some(more)) = (properties.as_object_mut(), hook.sometimes.as_object()) {
        all.extend(more.clone());
    }
    let mut details = object(&keys, properties);
    details["description"] = "Counts and ids, never records.".into();
    details
}

fn example(hook: &Hook) -> Value {
    let (Some(kind), Some(code)) = (hook.kinds.last(), hook.codes.last()) else { return Value::Null };
    let mut payload = Payload::new("aadf41a1fc8e4f79a49f7f04027ac999".to_owned(), *kind, *code, hook.process);
    payload.link_id = if *kind == EventType::Webhook { None } else { LINK.parse().ok() };
    payload.request_id = Uuid::from_u128(0x4363_b08b_51eb_4350_9c74_5df5_ac92_a7f6);
    payload.external_id = Some("your_own_id".to_owned());
    payload.data = hook.example.as_object().cloned().unwrap_or_default();
    serde_json::to_value(&payload).unwrap_or_default()
}

/// The headers of every delivery.
fn headers() -> Vec<Value> {
    let header = |name: &str, required: bool, what: &str| json!({"name": name, "in": "header", "required": required, "description": what, "schema": {"type": "string"}});
    vec![
        header("webhook-id", true, "The body's `webhook_id`."),
        header("webhook-timestamp", true, "Seconds since 1970, of the attempt."),
        header(
            "webhook-signature",
            true,
            "`v1,` and base64 of HMAC-SHA256 over `<webhook-id>.<webhook-timestamp>.<body>`; two while two secrets hold.",
        ),
        header("vinculo-link-sequence", false, "The event's number among all of its link, from 1 without gaps."),
    ]
}

fn count(what: &str) -> Value {
    json!({"type": "integer", "minimum": 0, "description": what})
}

fn text(what: &str) -> Value {
    json!({"type": "string", "description": what})
}

fn text_or_null(what: &str) -> Value {
    json!({"type": ["string", "null"], "description": what})
}

const FIRST: Date = jiff::civil::date(2025, 11, 3);
const LAST: Date = jiff::civil::date(2026, 11, 20);

/// What rounds find.
fn data() -> [Hook; 2] {
    let counts = Counts { total: 19, inflow: 10, outflow: 9, first: Some(FIRST), last: Some(LAST) };
    let day = |what: &str| json!({"type": ["string", "null"], "format": "date", "description": what});
    let error = object(&["code", "message"], json!({"code": text("For programs."), "message": text("For people.")}));
    let kinds =
        || Resource::ALL.into_iter().filter(|one| *one != Resource::Transactions).chain([Resource::Transactions]);
    let new = kinds().map(|kind| (format!("new_{}", kind.as_str().to_lowercase()), count("How many are new.")));
    [
        Hook {
            name: "historical_update",
            summary: "The history of a resource can be read.",
            kinds: kinds().map(EventType::Resource).collect(),
            codes: vec![EventCode::HistoricalUpdate],
            process: ProcessType::HistoricalUpdate,
            always: json!({}),
            sometimes: json!({
                "total_owners": count("Of owners: how many."),
                "total_accounts": count("Of accounts: how many."),
                "total_balances": count("Of balances: how many."),
                "total_bills": count("Of bills: how many."),
                "total_transactions": count("Of transactions: how many."),
                "total_investments": count("Of investments: how many."),
                "total_exchanges": count("Of exchanges: how many."),
                "total_inflow_transactions": count("Of transactions: how many brought money in."),
                "total_outflow_transactions": count("Of transactions: how many took money out."),
                "first_transaction_date": day("Of transactions: day of the oldest one."),
                "last_transaction_date": day("Of transactions: day of the newest one."),
                "errors": {"type": "array", "items": error, "description": "Why it is not complete; absent when it is."},
            }),
            example: Value::Object(historical(Resource::Transactions, &counts, &[])),
        },
        Hook {
            name: "new_data_available",
            summary: "A scheduled round found something new of a resource.",
            kinds: kinds().map(EventType::Resource).collect(),
            codes: kinds().map(EventCode::New).collect(),
            process: ProcessType::RecurrentUpdate,
            always: json!({}),
            sometimes: Value::Object(new.collect()),
            example: Value::Object(recurrent(Resource::Transactions, 3)),
        },
    ]
}

/// What becomes of pending transactions.
fn transactions() -> [Hook; 2] {
    let hook = |name, summary, code, key: &str| {
        let ids = json!({"type": "array", "items": {"type": "string", "format": "uuid"}, "description": "Their ids."});
        Hook {
            name,
            summary,
            kinds: vec![EventType::Resource(Resource::Transactions)],
            codes: vec![code],
            process: ProcessType::RecurrentUpdate,
            always: json!({"count": count("How many."), key: ids}),
            sometimes: json!({}),
            example: json!({"count": 1, key: ["5d3c0a5c-7f0e-4a0d-9c5b-0a8d2f1e6b7c"]}),
        }
    };
    let (updated, deleted) = (EventCode::TransactionsUpdated, EventCode::TransactionsDeleted);
    [
        hook("transactions_updated", "Pending transactions are final now.", updated, "updated_transactions"),
        hook(
            "transactions_deleted",
            "The institution took pending transactions back.",
            deleted,
            "deleted_transactions",
        ),
    ]
}

/// What becomes of links.
fn links() -> [Hook; 2] {
    [
        Hook {
            name: "link_deleted",
            summary: "A link and its data are gone.",
            kinds: vec![EventType::Link],
            codes: vec![EventCode::LinkDeleted],
            process: ProcessType::HistoricalUpdate,
            always: json!({}),
            sometimes: json!({
                "reason": text("`stale` or `erasure`, where it was not asked for over the API."),
                "stale_in": text("After how long without reading it was erased."),
            }),
            example: json!({}),
        },
        Hook {
            name: "invalid_credentials",
            summary: "A link became invalid, other than by the end of its consent's time.",
            kinds: vec![EventType::Link],
            codes: vec![EventCode::InvalidCredentials],
            process: ProcessType::RecurrentUpdate,
            always: json!({"error_code": text("For programs."), "error_message": text("For people."), "status": count("The status that the error has in the API.")}),
            sometimes: json!({}),
            example: json!({"error_code": "invalid_link", "error_message": "The link has been invalidated.", "status": 400}),
        },
    ]
}

/// What becomes of consents.
fn consents() -> [Hook; 5] {
    let due = json!({"type": ["string", "null"], "format": "date-time", "description": "When it ends; `null` when that is open."});
    let hook = |name, summary, code, due: Option<&Value>, renews: bool| {
        let mut always = json!({
            "consent_id": {"type": "string", "format": "uuid", "description": "The consent."},
            "institution": text("Code of the institution."),
            "institution_display_name": text("Its name."),
            "institution_icon_logo": text_or_null("Its picture."),
        });
        let mut example = json!({
            "consent_id": "0b6e4f0c-2d4c-4f3e-9a57-3c1d5e7f9a11",
            "institution": "ofmockbank_br_retail",
            "institution_display_name": "Mock Bank",
            "institution_icon_logo": "https://bank.example/logo.svg",
        });
        if let Some(due) = due {
            always["consent_due_date"] = due.clone();
            example["consent_due_date"] = "2026-12-01T12:00:00.000Z".into();
        }
        if renews {
            always["action"] = text("What to do: `renew`.");
            example["action"] = "renew".into();
        }
        let (kinds, codes, process) = (vec![EventType::Consent], vec![code], ProcessType::RecurrentUpdate);
        Hook { name, summary, kinds, codes, process, always, sometimes: json!({}), example }
    };
    let (soon, over) = (EventCode::ConsentAboutToExpire, EventCode::ConsentExpired);
    let changed = EventCode::ConsentExpirationChanged;
    let (lost, blocked) = (EventCode::ConsentUnrecoverable, EventCode::ConsentUnavailable);
    [
        hook(soon.as_str(), "A consent ends in seven days.", soon, Some(&due), true),
        hook(over.as_str(), "A consent has ended.", over, None, true),
        hook(
            changed.as_str(),
            "A consent has another end: set by the institution, or renewed.",
            changed,
            Some(&due),
            false,
        ),
        hook(lost.as_str(), "The institution no longer gives a product of a consent.", lost, None, false),
        hook(
            blocked.as_str(),
            "The institution does not give a product of a consent for a while.",
            blocked,
            None,
            false,
        ),
    ]
}

/// What the reference does not know.
fn ours() -> [Hook; 2] {
    [
        Hook {
            name: "session_finished",
            summary: "A visit to the widget has ended.",
            kinds: vec![EventType::WidgetSession],
            codes: vec![EventCode::SessionFinished],
            process: ProcessType::HistoricalUpdate,
            always: json!({
                "session_id": {"type": "string", "pattern": "^[0-9a-f]{40}$", "description": "The visit."},
                "status": text("`success`, `exited` or `expired`."),
                "reason": text("`connected`, `left`, `expired` or `abandoned`."),
                "step": text("Where it stood."),
                "institution": text_or_null("Code of the institution."),
                "last_error_code": text_or_null("The last thing that went wrong."),
            }),
            sometimes: json!({}),
            example: json!({"session_id": "0123456789abcdef0123456789abcdef01234567", "status": "success",
                "reason": "connected", "step": "done", "institution": "ofmockbank_br_retail", "last_error_code": null}),
        },
        Hook {
            name: "endpoint_paused",
            summary: "Another endpoint failed for days and gets nothing until it is switched on again.",
            kinds: vec![EventType::Webhook],
            codes: vec![EventCode::EndpointPaused],
            process: ProcessType::RecurrentUpdate,
            always: json!({
                "endpoint_id": {"type": "string", "format": "uuid", "description": "The endpoint."},
                "failing_since": {"type": "string", "format": "date-time", "description": "Since when."},
                "last_status": {"type": ["integer", "null"], "description": "What it answered last."},
            }),
            sometimes: json!({}),
            example: json!({"endpoint_id": "7a0f1d2e-3b4c-4d5e-8f90-a1b2c3d4e5f6",
                "failing_since": "2026-11-15T08:00:00.000000Z", "last_status": 503}),
        },
    ]
}
