//! The API's description in `../shared`, where that folder is, and a check against it.

use std::path::Path;

use serde_json::Value;

/// Keys that we send beyond the description, each for a reason given in the model.
const MORE: [&str; 2] = ["display_name", "type_additional_info"];

/// Keys of investments that the description forgets, although lists filter on them (`belvo-api.md`, 10.9).
const MORE_OF_INVESTMENTS: [&str; 3] = ["link", "collected_at", "created_at"];

fn is_more(at: &str, key: &str) -> bool {
    let of_investment = at == "InvestmentBrazil" || at.ends_with(".investment");
    MORE.contains(&key) || (of_investment && MORE_OF_INVESTMENTS.contains(&key))
}

/// Reads the description, or says loudly that the test did not run.
pub(crate) fn description() -> Option<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/openapi/belvo-ofda-2026-04.json");
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(serde_json::from_str(&text).unwrap()),
        Err(_) => {
            eprintln!("SKIPPED: ../shared is not here, so the records were not checked against the API's description");
            None
        }
    }
}

/// Collects what is wrong with `value`.
pub(crate) fn check(root: &Value, schema: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str().and_then(|text| text.rsplit('/').next()) {
        return check(root, &root["components"]["schemas"][name], value, at, wrong);
    }
    if let Some(parts) = schema["allOf"].as_array().or_else(|| schema["oneOf"].as_array()) {
        return parts.iter().for_each(|part| check(root, part, value, at, wrong));
    }
    if value.is_null() {
        if schema["nullable"] != true {
            wrong.push(format!("{at} is null"));
        }
        return;
    }
    bounds(schema, value, at, wrong);
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        wrong.push(format!("{at} is {value}"));
    }
    match value {
        Value::Object(object) => {
            for required in schema["required"].as_array().into_iter().flatten() {
                // The description misspells one required key.
                let key = required.as_str().unwrap().replace("effectove", "effective");
                if !object.contains_key(&key) {
                    wrong.push(format!("{at}.{key} is missing"));
                }
            }
            for (key, inner) in object {
                match schema["properties"].get(key) {
                    Some(described) => check(root, described, inner, &format!("{at}.{key}"), wrong),
                    None if is_more(at, key) => {}
                    None => wrong.push(format!("{at}.{key} is not described")),
                }
            }
            let described: Vec<&String> = schema["properties"].as_object().into_iter().flatten().map(|p| p.0).collect();
            let sent: Vec<&String> = object.keys().filter(|key| described.contains(key)).collect();
            let order: Vec<&String> = described.into_iter().filter(|key| object.contains_key(*key)).collect();
            if sent != order {
                wrong.push(format!("{at} has its keys in another order: {sent:?}"));
            }
        }
        Value::Array(items) => items.iter().for_each(|item| check(root, &schema["items"], item, at, wrong)),
        Value::String(_) if schema["type"] == "string" || schema["enum"].is_array() => {}
        Value::Bool(_) if schema["type"] == "boolean" => {}
        Value::Number(number) if schema["type"] == "integer" && number.is_u64() => {}
        Value::Number(number) if schema["type"] == "number" && number.is_f64() => {}
        other => wrong.push(format!("{at} is {other}, described as {}", schema["type"])),
    }
}

/// Checks sizes. A number has no length, though the description gives it one.
fn bounds(schema: &Value, value: &Value, at: &str, wrong: &mut Vec<String>) {
    let bound = |name: &str| schema[name].as_u64().and_then(|bound| usize::try_from(bound).ok());
    let (size, least, most) = match value {
        Value::Array(items) => (items.len(), "minItems", "maxItems"),
        Value::String(text) => (text.chars().count(), "minLength", "maxLength"),
        _ => return,
    };
    if bound(least).is_some_and(|least| size < least) || bound(most).is_some_and(|most| size > most) {
        wrong.push(format!("{at} has the size {size}"));
    }
}
