//! What stands in addresses and headers.

use serde_json::{Value, json};
use vinculo_domain::EventType;

use super::shape::{Filter, Kind, Operation, Operators, Shape, Takes};

/// The `{id}` of an address, where it has one.
pub(super) fn id(path: &str) -> Option<Value> {
    path.contains("{id}").then(|| {
        let schema = if path.contains("institutions") {
            json!({"type": "integer", "minimum": 0})
        } else if path.contains("widget-sessions") {
            json!({"type": "string", "pattern": "^[0-9a-f]{40}$"})
        } else {
            json!({"type": "string", "format": "uuid"})
        };
        json!({"name": "id", "in": "path", "required": true, "description": "Whose.", "schema": schema})
    })
}

/// The parameters of an operation, without the `{id}`.
pub(super) fn of(operation: &Operation) -> Vec<Value> {
    let mut all: Vec<Value> = operation.filters.iter().flat_map(filter).collect();
    if operation.answers.iter().any(|(_, shape)| matches!(shape, Shape::Page(_))) {
        all.extend(paging());
    }
    if operation.selects {
        all.extend(selection());
    }
    if operation.asynchronous {
        all.push(reference("RequestMode"));
    }
    all
}

/// Parameters that many operations have, by name.
pub(super) fn components() -> Value {
    let names = json!({"type": "array", "items": {"type": "string", "pattern": VISIBLE}, "maxItems": 100});
    let list = |name: &str, what: &str| {
        json!({"name": name, "in": "query", "description": what, "style": "form", "explode": false,
            "allowEmptyValue": true, "schema": names, "example": ["id", "created_at"]})
    };
    json!({
        "Page": {"name": "page", "in": "query", "description": "Which page, from 1. Past the last one: 404.", "allowEmptyValue": true,
            "schema": {"type": "integer", "minimum": 1, "maximum": u32::MAX, "default": 1}},
        "PageSize": {"name": "page_size", "in": "query", "description": "How many to a page; more than 1000 are cut to 1000.", "allowEmptyValue": true,
            "schema": {"type": "integer", "minimum": 1, "default": 100}},
        "Fields": list("fields", "Keys of the first level to show; all of them otherwise."),
        "Omit": list("omit", "Keys of the first level to leave out."),
        "RequestMode": {"name": "X-Belvo-Request-Mode", "in": "header",
            "description": "`async`: answer 202 at once, go on in the background, send a webhook when it is done. Anything else is ignored.",
            "schema": {"type": "string", "examples": ["async"]}},
    })
}

/// `page` and `page_size`.
pub(super) fn paging() -> [Value; 2] {
    ["Page", "PageSize"].map(reference)
}

fn selection() -> [Value; 2] {
    ["Fields", "Omit"].map(reference)
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/parameters/{name}")})
}

/// The parameters that a filter stands for.
pub(super) fn filter(filter: &Filter) -> Vec<Value> {
    let one = value(filter.kind);
    let parameter = |(name, takes): (String, Takes)| {
        let schema = match takes {
            Takes::One => one.clone(),
            Takes::Some => json!({"type": "array", "items": one, "maxItems": 1000}),
            Takes::Two => json!({"type": "array", "items": one, "minItems": 2, "maxItems": 2}),
        };
        let mut parameter = json!({"name": name, "in": "query", "description": meaning(filter, &name), "allowEmptyValue": !filter.required, "schema": schema});
        if filter.required && filter.operators == Operators::Bare {
            parameter["required"] = true.into();
        }
        if takes != Takes::One {
            parameter["style"] = "form".into();
            parameter["explode"] = false.into();
        }
        parameter
    };
    filter.parameters().into_iter().map(parameter).collect()
}

/// What a parameter keeps, by its operator.
fn meaning(filter: &Filter, name: &str) -> String {
    let what = match filter.kind {
        Kind::Count => return "How many at most; more than 1000 are cut to 1000.".to_owned(),
        Kind::Cursor => return "The `next_cursor` of the last answer; without it from the beginning.".to_owned(),
        _ => operator(filter, name),
    };
    if !filter.required || filter.operators == Operators::Bare {
        return what.to_owned();
    }
    format!("{what} `{0}` or `{0}__in` must be there.", filter.name)
}

fn operator(filter: &Filter, name: &str) -> &'static str {
    match name.strip_prefix(filter.name).unwrap_or_default() {
        "__in" => "One of these, separated by commas.",
        "__gt" => "More, or later, than this.",
        "__gte" => "At least this, or not before it.",
        "__lt" => "Less, or earlier, than this.",
        "__lte" => "At most this, or not after it.",
        "__range" => "Between these two, both included.",
        "__icontains" => "Contains this, in whatever case.",
        "__allin" => "Offers all of these.",
        "__not_in" => "None of these.",
        _ => "Exactly this.",
    }
}

/// Text without control characters.
const VISIBLE: &str = r"^[^\x00-\x1f\x7f-\x9f]*$";

/// Money as a filter takes it.
const MONEY: &str = r"^-?[0-9]{1,15}(\.[0-9]{1,4})?$";

/// The schema of a value that a filter compares with.
pub(super) fn value(kind: Kind) -> Value {
    let pattern = |pattern: &str, example: &str| json!({"type": "string", "pattern": pattern, "examples": [example]});
    match kind {
        Kind::Uuid => json!({"type": "string", "format": "uuid"}),
        Kind::Text => json!({"type": "string", "maxLength": 500, "pattern": VISIBLE}),
        Kind::Day => json!({"type": "string", "format": "date", "examples": ["2026-01-31"]}),
        Kind::Moment => json!({"type": "string", "examples": ["2026-01-31", "2026-01-31T12:30:00Z"],
            "anyOf": [{"format": "date"}, {"format": "date-time"}]}),
        Kind::Money => pattern(MONEY, "1500.00"),
        Kind::Choice(words) => json!({"type": "string", "enum": words}),
        Kind::Currency => pattern("^[A-Z]{3}$", "BRL"),
        Kind::Institution => pattern("^[a-z0-9_]{1,64}$", "ofmockbank_br_retail"),
        Kind::Email => json!({"type": "string", "format": "email", "examples": ["ralph.bragg@gmail.com"]}),
        Kind::Document => json!({"type": "string", "format": "cpf-or-cnpj", "examples": ["76109277673"]}),
        Kind::Country => pattern("^[A-Z]{2}$", "BR"),
        Kind::Word => pattern("^[A-Z_]{1,40}$", "ACCOUNTS"),
        Kind::Event => pattern("^[0-9a-f]{32}$", "aadf41a1fc8e4f79a49f7f04027ac999"),
        Kind::Count => json!({"type": "integer", "minimum": 1, "default": 100}),
        Kind::Cursor => json!({"type": "string", "pattern": "^[A-Za-z0-9_-]{54}$"}),
        Kind::EventType => {
            json!({"type": "string", "enum": EventType::all().map(EventType::as_str).collect::<Vec<_>>()})
        }
    }
}
