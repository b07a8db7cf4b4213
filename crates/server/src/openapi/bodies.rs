//! The bodies that operations take.

use serde_json::{Value, json};

use super::shape::Body;
use super::token;

/// A link that examples name.
pub(super) const LINK: &str = "01a214b8-54d0-7476-86d6-042fbe3182c1";

/// What an operation says of its body.
pub(super) fn body(body: Body) -> Value {
    let (schema, example) = described(body);
    let required = schema["required"].as_array().is_some_and(|keys| !keys.is_empty());
    json!({"required": required, "content": {"application/json": {"schema": schema, "example": example}}})
}

fn described(body: Body) -> (Value, Value) {
    match body {
        Body::Link => read(&["link"], &[], json!({"link": LINK})),
        Body::LinkAndAccount => read(&["link"], &["account_id"], json!({"link": LINK})),
        Body::LinkAndDays => {
            let example = json!({"link": LINK, "date_from": "2026-01-01", "date_to": "2026-01-31"});
            read(&["link"], &["date_from", "date_to"], example)
        }
        Body::LinkDaysAndAccount => {
            let example = json!({"link": LINK, "date_from": "2026-01-01", "date_to": "2026-01-31"});
            read(&["link", "date_from", "date_to"], &["account", "account_id"], example)
        }
        Body::Resume => resume(),
        Body::Register => register(),
        Body::LinkPatch => link_patch(),
        Body::LinkPut => link_put(),
        Body::Refresh => {
            (object(&[], json!({"fetch_resources": resources()})), json!({"fetch_resources": ["ACCOUNTS"]}))
        }
        Body::Webhook => (object(&["url"], endpoint(&["string"])), webhook_example()),
        Body::WebhookPatch => {
            let mut properties = endpoint(&["string", "null"]);
            properties["active"] = truth("`false` holds its events, `true` lets them go.");
            (object(&[], properties), json!({"active": false}))
        }
        Body::Secret => secret(),
        Body::Replay => replay(),
        Body::Token => (token::schema(), token::example()),
        Body::LinkToken => (token::schema(), json!({"scopes": "read_institutions,write_links"})),
    }
}

/// What is read at the institution.
fn read(required: &[&str], more: &[&str], example: Value) -> (Value, Value) {
    let mut properties = json!({"link": uuid("The link to read.")});
    for name in required.iter().chain(more).filter(|name| **name != "link") {
        properties[*name] = match *name {
            "date_from" => day(required.contains(name), "First day."),
            "date_to" => day(required.contains(name), "Last day: not in the future, at most 365 days after the first."),
            _ => optional("uuid", "One account; all of them otherwise."),
        };
    }
    properties["save_data"] = truth("Whether to keep what is read; yes unless `false`.");
    (object(required, properties), example)
}

fn resume() -> (Value, Value) {
    let properties = json!({
        "session": {"type": "string", "pattern": "^[0-9a-f]{32}$", "description": "The session that waits."},
        "link": uuid("The link that it is of."),
        "token": text("One-time password.", 200),
        "save_data": truth("Whether to keep what is read."),
    });
    let example = json!({"session": "aadf41a1fc8e4f79a49f7f04027ac999", "link": LINK, "token": "123456"});
    (object(&["session", "link"], properties), example)
}

fn register() -> (Value, Value) {
    let required = |what: &str| json!({"type": "string", "minLength": 1, "maxLength": 2000, "description": what});
    let properties = json!({
        "institution": required("Code of the institution."),
        "username": required("Not used."),
        "password": required("Not used."),
    });
    let example = json!({"institution": "ofmockbank_br_retail", "username": "x", "password": "x"});
    (object(&["institution", "username", "password"], properties), example)
}

fn link_patch() -> (Value, Value) {
    let properties = json!({
        "access_mode": {"type": ["string", "null"], "enum": ["single", "recurrent", null], "description": "Whether it is kept fresh."},
        "stale_in": days("After how many days without reading the data is erased."),
        "fetch_resources": resources(),
    });
    (object(&[], properties), json!({"access_mode": "recurrent", "stale_in": "300d"}))
}

fn link_put() -> (Value, Value) {
    let properties = json!({
        "password": text("Not kept.", 2000),
        "password2": text("Not kept.", 2000),
        "token": text("Not kept.", 2000),
        "username_type": text("Not kept.", 2000),
        "save_data": truth("Not used."),
    });
    (object(&[], properties), json!({"password": "x"}))
}

fn secret() -> (Value, Value) {
    let hours = json!({"type": ["integer", "null"], "minimum": 0, "maximum": 168, "default": 24,
        "description": "How long the old one signs beside the new one."});
    (object(&[], json!({"overlap_hours": hours})), json!({"overlap_hours": 24}))
}

/// One of three; more than one is refused, but older generators read one object better than alternatives.
fn replay() -> (Value, Value) {
    let event = |what: &str| json!({"type": "string", "pattern": "^[0-9a-f]{32}$", "description": what});
    let moment = json!({"type": "string", "format": "date-time", "description": "Events from here,"});
    let one = |required: &[&str], properties: Value| object(required, properties);
    let alternatives = json!([
        one(&["webhook_id"], json!({"webhook_id": event("One event.")})),
        one(&["since"], json!({"since": event("All events since this one.")})),
        one(&["from"], json!({"from": moment, "to": optional("date-time", "to here; now when absent.")})),
    ]);
    (json!({"oneOf": alternatives}), json!({"from": "2026-01-01T00:00:00Z", "to": "2026-01-02T00:00:00Z"}))
}

fn endpoint(address: &[&str]) -> Value {
    json!({
        "url": {"type": address, "format": "webhook-address", "description": "Where events go: http or https."},
        "authorization": text("Sent verbatim as `Authorization`.", 2000),
        "types": {"type": ["array", "null"], "maxItems": 100, "description": "Which events; all of them when `null`.",
            "items": {"type": "string", "enum": vinculo_domain::EventType::all().map(|kind| kind.as_str()).collect::<Vec<_>>()}},
        "legacy_codes": truth("Whether the end of a consent is told as `consent_expired`."),
    })
}

fn webhook_example() -> Value {
    json!({"url": "https://app.example/hooks", "authorization": "Bearer secret", "types": ["TRANSACTIONS", "CONSENT"]})
}

/// An object with some keys that must be there.
pub(super) fn object(required: &[&str], properties: Value) -> Value {
    json!({"type": "object", "required": required, "properties": properties})
}

fn uuid(what: &str) -> Value {
    json!({"type": "string", "format": "uuid", "description": what})
}

fn day(required: bool, what: &str) -> Value {
    if required { json!({"type": "string", "format": "date", "description": what}) } else { optional("date", what) }
}

/// Text of a format that may be `null`, and empty, which is the same.
pub(super) fn optional(format: &str, what: &str) -> Value {
    json!({"type": ["string", "null"], "anyOf": [{"format": format}, {"maxLength": 0}], "description": what})
}

/// Text that may be `null`, without control characters but those of lines.
pub(super) fn text(what: &str, most: usize) -> Value {
    let pattern = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$";
    json!({"type": ["string", "null"], "maxLength": most, "pattern": pattern, "description": what})
}

/// A truth value that may be `null`.
pub(super) fn truth(what: &str) -> Value {
    json!({"type": ["boolean", "null"], "description": what})
}

/// A number of days: `300d`.
pub(super) fn days(what: &str) -> Value {
    json!({"type": ["string", "null"], "pattern": "^([0-9]{1,3}d)?$", "description": what})
}

/// Names of resources; unknown ones are ignored.
pub(super) fn resources() -> Value {
    json!({"type": ["array", "null"], "maxItems": 100, "items": {"type": "string"},
        "description": "Which data to fetch; unknown names are ignored."})
}
