//! Small texts: what a schema holds, in words; sentences with `code` in them.

use serde_json::Value;

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    /// Whether it is code.
    pub(super) code: bool,
    /// Where it leads; empty when nowhere.
    pub(super) to: String,
}

impl Piece {
    fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), code: false, to: String::new() }
    }

    fn code(text: impl Into<String>) -> Self {
        Self { code: true, ..Self::plain(text) }
    }
}

/// Reads a sentence in which code stands between backticks.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let parts = text.split('`').enumerate().filter(|(_, part)| !part.is_empty());
    parts.map(|(at, part)| if at % 2 == 1 { Piece::code(part) } else { Piece::plain(part) }).collect()
}

/// Says what a schema holds.
pub(super) fn kind(schema: &Value) -> Vec<Piece> {
    if let Some(name) = schema["$ref"].as_str().and_then(|address| address.rsplit('/').next()) {
        return vec![Piece { to: format!("#schema-{name}"), ..Piece::plain(name) }];
    }
    if let Some(words) = schema["enum"].as_array() {
        return join(words.iter().map(|word| vec![Piece::code(plain(word))]), " ");
    }
    if !schema["const"].is_null() {
        return vec![Piece::code(plain(&schema["const"]))];
    }
    let record = &schema["properties"]["results"]["items"];
    if record.is_object() {
        return [vec![Piece::plain("page of ")], kind(record)].concat();
    }
    if schema["items"].is_object() {
        let or_null = if types(schema).contains(&"null") { " or null" } else { "" };
        let all = [vec![Piece::plain("list of ")], kind(&schema["items"]), vec![Piece::plain(or_null)]];
        return all.into_iter().flatten().filter(|piece| !piece.text.is_empty()).collect();
    }
    let either = schema["anyOf"].as_array().or_else(|| schema["oneOf"].as_array());
    if let (Some(parts), true) = (either, schema["type"].is_null()) {
        return join(parts.iter().map(kind), " or ");
    }
    simple(schema)
}

fn simple(schema: &Value) -> Vec<Piece> {
    let mut words = types(schema).join(" or ");
    let formats = |schema: &Value| schema["format"].as_str().map(str::to_owned);
    let mut all: Vec<String> = formats(schema).into_iter().collect();
    all.extend(schema["anyOf"].as_array().into_iter().flatten().filter_map(formats));
    if !all.is_empty() {
        words = format!("{words} ({})", all.join(" or "));
    }
    let mut told = vec![Piece::plain(words)];
    if let Some(example) = schema["examples"][0].as_str() {
        told.extend([Piece::plain(", as "), Piece::code(example)]);
    }
    told
}

fn types(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    }
}

fn join(parts: impl Iterator<Item = Vec<Piece>>, between: &str) -> Vec<Piece> {
    let mut all = Vec::new();
    for part in parts {
        if !all.is_empty() {
            all.push(Piece::plain(between));
        }
        all.extend(part);
    }
    all
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(schema: Value) -> String {
        kind(&schema).into_iter().map(|piece| piece.text).collect()
    }

    #[test]
    fn schemas_are_said_in_words() {
        for (schema, words) in [
            (json!({"type": ["string", "null"], "format": "date"}), "string or null (date)"),
            (json!({"type": "array", "items": {"$ref": "#/components/schemas/Link"}}), "list of Link"),
            (json!({"type": ["array", "null"], "items": {"type": "string"}}), "list of string or null"),
            (json!({"type": "string", "enum": ["a", "b", null]}), "a b null"),
            (json!({"anyOf": [{"$ref": "#/x/Account"}, {"type": "null"}]}), "Account or null"),
            (
                json!({"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}),
                "string (date or date-time)",
            ),
            (json!({"properties": {"results": {"items": {"$ref": "#/components/schemas/Link"}}}}), "page of Link"),
            (json!({"const": 3}), "3"),
            (json!({}), ""),
        ] {
            assert_eq!(said(schema.clone()), words, "{schema}");
        }
    }

    #[test]
    fn code_stands_between_backticks() {
        let all = pieces("As `a__in=x`, or `b`.");
        let code: Vec<&str> = all.iter().filter(|piece| piece.code).map(|piece| piece.text.as_str()).collect();
        assert_eq!(code, ["a__in=x", "b"]);
        assert_eq!(all.len(), 5);
    }
}
