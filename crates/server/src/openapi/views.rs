//! Schemas of what has no stored text: what the API puts together itself. Tests hold them against real answers.

use serde_json::{Map, Value, json};
use vinculo_domain::Resource;

use super::schemas::reference;

fn text(what: &str) -> Value {
    json!({"type": "string", "description": what})
}

fn uuid(what: &str) -> Value {
    json!({"type": "string", "format": "uuid", "description": what})
}

fn moment(what: &str) -> Value {
    json!({"type": "string", "format": "date-time", "description": what})
}

fn truth(what: &str) -> Value {
    json!({"type": "boolean", "description": what})
}

fn number(what: &str) -> Value {
    json!({"type": "integer", "description": what})
}

fn words(what: &str, words: &[&str]) -> Value {
    json!({"type": "string", "enum": words, "description": what})
}

fn list(what: &str, items: &Value) -> Value {
    json!({"type": "array", "items": items, "description": what})
}

/// The same, or `null`.
fn or_null(mut schema: Value) -> Value {
    if let Some(kind) = schema["type"].as_str().map(str::to_owned) {
        schema["type"] = json!([kind, "null"]);
    }
    if let Some(words) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        words.push(Value::Null);
    }
    schema
}

/// An object whose keys are all there.
fn object(properties: Value) -> Value {
    let keys: Vec<&String> = properties.as_object().into_iter().flatten().map(|(key, _)| key).collect();
    json!({"type": "object", "required": keys, "properties": properties})
}

/// An object with some keys that may be missing.
fn with_optional(properties: Value, optional: Value) -> Value {
    let mut whole = object(properties);
    if let (Some(all), Some(more)) = (whole["properties"].as_object_mut(), optional.as_object()) {
        all.extend(more.clone());
    }
    whole
}

/// Adds all of them.
pub(super) fn add(schemas: &mut Map<String, Value>) {
    let all = [
        ("Error", error()),
        ("Errors", json!({"type": "array", "minItems": 1, "items": reference("Error")})),
        ("Accepted", object(json!({"request_id": request_id()}))),
        ("Token", object(json!({"access": text("Opens the widget."), "refresh": text("Not needed.")}))),
        (
            "Probe",
            object(json!({"name": text("Vínculo."), "version": text("Version."), "application": text("Whose keys.")})),
        ),
        ("Link", link()),
        ("Quota", quota()),
        ("TransactionChanges", transaction_changes()),
        ("Consent", consent()),
        ("ConsentChange", consent_change()),
        ("Institution", institution()),
        ("WidgetSession", session()),
        ("Webhook", webhook()),
        ("Delivery", delivery()),
        ("Replay", object(json!({"request_id": request_id(), "events": number("Events that are sent again.")}))),
    ];
    schemas.extend(all.map(|(name, schema)| (name.to_owned(), schema)));
}

fn request_id() -> Value {
    json!({"type": "string", "pattern": "^[0-9a-f]{32}$", "description": "Also in the log and in the webhook that follows."})
}

fn error() -> Value {
    let always = json!({"request_id": request_id(), "message": text("For people."), "code": text("For programs.")});
    with_optional(always, json!({"field": text("The one field that is to blame; dotted when it is nested.")}))
}

fn link() -> Value {
    object(json!({
        "id": uuid("Our id."),
        "institution": text("Code of the institution."),
        "access_mode": words("Whether it is kept fresh.", &["single", "recurrent"]),
        "last_accessed_at": or_null(moment("Last successful access at the institution.")),
        "created_at": moment("When it was made."),
        "external_id": or_null(text("Your own name for the user.")),
        "institution_user_id": text("The same for all links of one person at one institution."),
        "status": words("Whether it can be used.", &["valid", "invalid", "unconfirmed", "token_required"]),
        "created_by": uuid("The API user."),
        "refresh_rate": or_null(words("How often it is refreshed.", &["6h", "12h", "24h", "7d", "30d"])),
        "credentials_storage": text("Of no effect here."),
        "fetch_resources": list("What is fetched for it.", &json!({"type": "string"})),
        "stale_in": text("After how long without reading its data is erased."),
    }))
}

fn quota() -> Value {
    let mut names: Vec<&str> = vinculo_connector::Endpoint::all().map(|endpoint| endpoint.name).collect();
    names.sort_unstable();
    names.dedup();
    let endpoint = object(json!({
        "endpoint": words("What is read.", &names),
        "limit": number("How many readings a month has."),
        "used": number("How many are used."),
        "left": number("How many are left."),
    }));
    object(json!({
        "link": uuid("The link."),
        "month": text("The month, as `2026-11`."),
        "resets_at": moment("When the next one begins."),
        "endpoints": list("What is counted on its own.", &endpoint),
    }))
}

fn transaction_changes() -> Value {
    let removed = object(json!({"id": uuid("Our id."), "account": uuid("The account that it was of.")}));
    object(json!({
        "link": uuid("The link."),
        "added": list("What came.", &reference("Transaction")),
        "modified": list("What came before and says something else now.", &reference("Transaction")),
        "removed": list("What is gone; you may not have been told of it.", &removed),
        "next_cursor": text("Where to go on."),
        "has_more": json!({"type": "boolean", "description": "Whether there is more already."}),
    }))
}

fn consent() -> Value {
    let permissions = || list("Permissions.", &json!({"type": "string"}));
    object(json!({
        "id": uuid("Our id."),
        "display_name": or_null(text("Name that the institution gives.")),
        "document_number": or_null(text("CPF or CNPJ.")),
        "belvo_institution_name": text("Code of the institution."),
        "institution_display_name": text("Name of the institution."),
        "institution_icon_logo": or_null(text("Picture of the institution.")),
        "belvo_organization_name": text("Name of the application."),
        "link_id": uuid("Its link."),
        "user_name": or_null(text("Name that you gave.")),
        "expired_at": or_null(moment("Until when it holds.")),
        "undefined_consent_expiration": truth("Whether it holds until it is revoked."),
        "consent_duration": or_null(number("Days.")),
        "created_at": moment("When it was made."),
        "status": words("Where it stands.", super::table::CONSENT_STATUSES),
        "permissions": object(json!({
            "ACCOUNTS": permissions(), "CREDIT_CARDS": permissions(), "CREDIT_OPERATIONS": permissions(),
            "REGISTER": permissions(), "RESOURCES": permissions(), "INVESTMENTS": permissions(),
        })),
    }))
}

fn consent_change() -> Value {
    object(json!({
        "number": number("Counts the changes."),
        "at": moment("When."),
        "by": text("Who."),
        "what": text("What happened."),
        "status": words("Where the consent stood then.", super::table::CONSENT_STATUSES),
        "expired_at": or_null(moment("Until when it held then.")),
        "permissions": {"description": "What was shared then."},
        "detail": {"type": "object", "description": "More about it."},
    }))
}

fn institution() -> Value {
    let names = Resource::ALL.map(Resource::as_str);
    object(json!({
        "id": number("Our id."),
        "name": text("Code, used everywhere else."),
        "type": words("Kind.", &["bank"]),
        "website": or_null(text("Address.")),
        "display_name": text("Name."),
        "country_codes": list("Countries.", &json!({"type": "string"})),
        "primary_color": text("Colour, six hexadecimal digits."),
        "logo": or_null(text("Picture.")),
        "icon_logo": or_null(text("Picture.")),
        "text_logo": or_null(text("Picture.")),
        "code": or_null(text("No longer used.")),
        "form_fields": list("Always empty.", &json!({"type": "object"})),
        "features": list("Always empty.", &json!({"type": "object"})),
        "resources": list("What it offers.", &json!({"type": "string", "enum": names})),
        "integration_type": words("How it is connected.", &["openfinance"]),
        "status": words("Whether it answers.", &["healthy", "down"]),
        "openbanking_information": object(json!({
            "description": or_null(text("What it says of itself.")),
            "participants": list("Organisations.", &json!({"type": "string"})),
            "authorization_server_id": text("Id in the directory."),
        })),
    }))
}

fn session() -> Value {
    let error = json!({"anyOf": [object(json!({"code": text("For programs."), "message": text("For people.")})), {"type": "null"}],
        "description": "The last thing that went wrong."});
    let event = object(json!({
        "id": uuid("Our id."),
        "at": moment("When."),
        "kind": text("What happened."),
        "data": {"description": "More about it."},
    }));
    let always = json!({
        "id": text("40 hexadecimal characters."),
        "status": words("How it ended, if it did.", &["open", "success", "exited", "expired"]),
        "step": text("Where the user stands."),
        "institution": or_null(text("Code of the institution.")),
        "link": or_null(uuid("The link that was made.")),
        "external_id": or_null(text("Your own name for the user.")),
        "last_error": error,
        "locale": text("Language."),
        "created_at": moment("When it was opened."),
        "updated_at": moment("When something last happened."),
        "expires_at": moment("When it ends by itself."),
    });
    with_optional(always, json!({"events": list("What happened; where one session is asked for.", &event)}))
}

fn webhook() -> Value {
    let always = json!({
        "id": uuid("Our id."),
        "url": text("Where events go."),
        "authorization": truth("Whether an `Authorization` is sent; its value is not shown."),
        "types": or_null(list("Which events; all of them when `null`.", &json!({"type": "string"}))),
        "legacy_codes": truth("Whether older codes are sent."),
        "active": truth("Whether events are sent."),
        "paused_reason": or_null(text("Why they are not.")),
        "paused_at": or_null(moment("Since when they are not.")),
        "failing_since": or_null(moment("Since when it has not answered well.")),
        "created_at": moment("When it was added."),
    });
    with_optional(always, json!({"secret": text("Signs the events; shown when it is made, and never again.")}))
}

fn delivery() -> Value {
    let attempt = object(json!({
        "number": number("Counts the attempts."),
        "at": moment("When."),
        "status": or_null(number("What the endpoint answered.")),
        "error": or_null(text("Why there was no answer.")),
        "took_ms": number("Milliseconds."),
    }));
    object(json!({
        "id": uuid("Our id."),
        "webhook_id": text("The event."),
        "webhook_type": text("What it is about."),
        "webhook_code": text("What happened."),
        "link_id": or_null(uuid("The link.")),
        "sequence": or_null(number("Counts the link's events.")),
        "status": words("Where it stands.", super::table::DELIVERY_STATUSES),
        "created_at": moment("When it was made."),
        "next_attempt_at": or_null(moment("When it is tried again.")),
        "delivered_at": or_null(moment("When it arrived.")),
        "attempts": list("Every attempt.", &attempt),
    }))
}
