//! A small checker of answers against the official YAML files: `$ref`, types, required fields, patterns, enums, bounds.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Mutex;

use regex::Regex;
use serde_json::Value;

/// An official API description.
pub(super) struct Description {
    root: Value,
    patterns: Mutex<HashMap<String, Regex>>,
}

impl Description {
    /// Reads a description that lies beside the repository; says so loudly and gives `None` where it is absent.
    pub(super) fn read(file: &str) -> Option<Self> {
        let relative = format!("../../../shared/reference/openapi/ofb/{file}");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(relative);
        let Ok(text) = std::fs::read_to_string(path) else {
            println!("SKIPPED: {file} is not in ../shared/reference/openapi/ofb, answers are not checked against it");
            return None;
        };
        let root = serde_yaml_ng::from_str(text.trim_start_matches('\u{feff}')).unwrap();
        Some(Self { root, patterns: Mutex::default() })
    }

    /// All that is wrong with the answer of `GET path` with this status.
    pub(super) fn faults(&self, path: &str, status: u16, body: &Value) -> Vec<String> {
        self.faults_of("get", path, status, body)
    }

    /// The same for any verb, in lower case.
    pub(super) fn faults_of(&self, verb: &str, path: &str, status: u16, body: &Value) -> Vec<String> {
        let answer = self.resolved(&self.root["paths"][path][verb]["responses"][status.to_string()]);
        let schema = answer["content"].as_object().and_then(|content| content.values().next());
        let mut faults = Vec::new();
        match schema {
            Some(media) => self.check(&media["schema"], body, "$", &mut faults),
            None => faults.push(format!("{verb} {path} has no answer {status}")),
        }
        faults
    }

    fn resolved<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            Some(target) => self.resolved(self.root.pointer(target.trim_start_matches('#')).unwrap()),
            None => schema,
        }
    }

    fn check(&self, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
        let schema = self.resolved(schema);
        let right = match schema["type"].as_str() {
            Some("object") => value.is_object(),
            Some("array") => value.is_array(),
            Some("string") => value.is_string(),
            Some("boolean") => value.is_boolean(),
            Some("integer") => value.is_i64() || value.is_u64(),
            Some("number") => value.is_number(),
            other => panic!("{at}: type {other:?}"),
        };
        if !right {
            faults.push(format!("{at}: {value} is not of type {}", schema["type"]));
        }
        match value {
            Value::Object(_) => self.check_object(schema, value, at, faults),
            Value::Array(items) => self.check_array(schema, items, at, faults),
            Value::String(text) => self.check_text(schema, text, at, faults),
            Value::Number(number) => check_number(schema, number, at, faults),
            _ => {}
        }
    }

    fn check_object(&self, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if value.get(name).is_none() {
                faults.push(format!("{at}: {name} is missing"));
            }
        }
        for (name, inner) in value.as_object().unwrap() {
            match schema["properties"].get(name) {
                Some(property) => self.check(property, inner, &format!("{at}.{name}"), faults),
                None => faults.push(format!("{at}: {name} is not in the description")),
            }
        }
    }

    fn check_array(&self, schema: &Value, items: &[Value], at: &str, faults: &mut Vec<String>) {
        let count = items.len() as u64;
        if count < schema["minItems"].as_u64().unwrap_or(0) || count > schema["maxItems"].as_u64().unwrap_or(u64::MAX) {
            faults.push(format!("{at}: {count} items"));
        }
        for (n, item) in items.iter().enumerate() {
            self.check(&schema["items"], item, &format!("{at}[{n}]"), faults);
        }
    }

    fn check_text(&self, schema: &Value, text: &str, at: &str, faults: &mut Vec<String>) {
        let length = text.chars().count() as u64;
        if length < schema["minLength"].as_u64().unwrap_or(0)
            || length > schema["maxLength"].as_u64().unwrap_or(u64::MAX)
        {
            faults.push(format!("{at}: {text} has {length} characters"));
        }
        if let Some(allowed) = schema["enum"].as_array()
            && !allowed.iter().any(|one| one == text)
        {
            faults.push(format!("{at}: {text} is not allowed"));
        }
        if let Some(pattern) = schema["pattern"].as_str()
            && !self.matches(pattern, text)
        {
            faults.push(format!("{at}: {text} does not match {pattern}"));
        }
        if let Some(format) = schema["format"].as_str()
            && !is_of(format, text)
        {
            faults.push(format!("{at}: {text} is no {format}"));
        }
    }

    fn matches(&self, pattern: &str, text: &str) -> bool {
        // The descriptions' way to say "anything"; slow to run on every text.
        if pattern == r"[\w\W\s]*" {
            return true;
        }
        // Looks ahead, which the checker's expressions cannot: no space at the beginning.
        let (pattern, trimmed) = match pattern.strip_prefix(r"^(?!\s)") {
            Some(rest) => (format!("^{rest}"), true),
            None => (pattern.to_owned(), false),
        };
        if trimmed && text.starts_with(char::is_whitespace) {
            return false;
        }
        let mut patterns = self.patterns.lock().unwrap();
        patterns.entry(pattern.clone()).or_insert_with(|| Regex::new(&pattern).unwrap()).is_match(text)
    }
}

fn check_number(schema: &Value, number: &serde_json::Number, at: &str, faults: &mut Vec<String>) {
    let number = number.as_f64().unwrap();
    let (least, most) = (schema["minimum"].as_f64(), schema["maximum"].as_f64());
    if least.is_some_and(|least| number < least) || most.is_some_and(|most| number > most) {
        faults.push(format!("{at}: {number} is out of bounds"));
    }
}

/// Tells whether a text is of a named format. Amounts have the format of numbers, and a pattern of their own.
fn is_of(format: &str, text: &str) -> bool {
    match format {
        "date" => text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok(),
        "date-time" => text.ends_with('Z') && text.parse::<jiff::Timestamp>().is_ok(),
        "uuid" => text.len() == 36 && text.split('-').all(|part| part.bytes().all(|b| b.is_ascii_hexdigit())),
        "url" | "uri" => text.parse::<http::Uri>().is_ok_and(|uri| uri.scheme().is_some() && uri.host().is_some()),
        "email" => text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.')),
        "double" | "integer" | "int32" => text.parse::<f64>().is_ok(),
        other => panic!("format {other}"),
    }
}

#[test]
fn formats_and_bounds_are_looked_at() {
    for (format, good, bad) in [
        ("date", "2026-11-22", "2026-11-31"),
        ("date-time", "2026-11-22T12:00:00Z", "2026-11-22T12:00:00"),
        ("uuid", "7844e311-aa1f-4f67-9475-cbd989310b3e", "7844e311-aa1f-4f67-9475-cbd989310b3x"),
        ("url", "https://a.br/x?page=1", "/x?page=1"),
        ("email", "a@b.br", "a@b"),
        ("double", "1.50", "1,50"),
    ] {
        assert!(is_of(format, good) && !is_of(format, bad), "{format}");
    }
    let schema = serde_json::json!({"minimum": 1, "maximum": 2});
    let faults = |number: serde_json::Number| {
        let mut faults = Vec::new();
        check_number(&schema, &number, "$", &mut faults);
        faults.len()
    };
    assert_eq!([faults(0.into()), faults(1.into()), faults(2.into()), faults(3.into())], [1, 0, 0, 1]);
}

#[test]
fn the_checker_finds_what_is_wrong() {
    let root = serde_json::json!({
        "paths": {"/x": {"get": {"responses": {"200": {"$ref": "#/r"}}}}},
        "r": {"content": {"application/json": {"schema": {
            "type": "object", "required": ["a", "b"],
            "properties": {"a": {"type": "string", "pattern": "^\\d+$", "maxLength": 2}, "c": {"type": "array", "minItems": 1,
                "items": {"type": "string", "enum": ["X"]}}}}}}},
    });
    let description = Description { root, patterns: Mutex::default() };
    let faults = |body| description.faults("/x", 200, &body).len();
    assert_eq!(faults(serde_json::json!({"a": "1", "b": null})), 1);
    assert_eq!(faults(serde_json::json!({"a": "1"})), 1);
    assert_eq!(faults(serde_json::json!({"a": "123", "c": []})), 3);
    assert_eq!(faults(serde_json::json!({"a": "x", "c": ["Y"]})), 3);
    assert_eq!(faults(serde_json::json!({"a": null, "c": ["X"]})), 2);
    assert_eq!(description.faults("/x", 404, &Value::Null).len(), 1);
}
