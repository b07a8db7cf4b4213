//! Schemas as rows: a key, what it holds, what it means; keys of objects inside stand below, further in.

use serde_json::Value;

use super::kind::{Piece, kind, pieces};
use super::text;

/// How far in rows go.
const DEEPEST: usize = 6;

/// A schema with a name.
#[derive(Debug)]
pub(super) struct Described<'a> {
    pub(super) name: &'a str,
    pub(super) about: Vec<Piece>,
    pub(super) rows: Vec<Row<'a>>,
}

/// A key of an object.
#[derive(Debug)]
pub(super) struct Row<'a> {
    pub(super) depth: usize,
    pub(super) name: &'a str,
    pub(super) kind: Vec<Piece>,
    pub(super) about: Vec<Piece>,
    /// Whether it may be missing.
    pub(super) optional: bool,
}

/// All schemas of the document.
pub(super) fn schemas(document: &Value) -> Vec<Described<'_>> {
    let all = document["components"]["schemas"].as_object().into_iter().flatten();
    all.map(|(name, schema)| Described { name, about: pieces(text(&schema["description"])), rows: rows(schema) })
        .collect()
}

/// The keys of a schema; for one that is no object, one row without a name.
pub(super) fn rows(schema: &Value) -> Vec<Row<'_>> {
    let mut all = Vec::new();
    add(&mut all, schema, 0);
    if all.is_empty() {
        all.push(Row { depth: 0, name: "", kind: kind(schema), about: Vec::new(), optional: false });
    }
    all
}

fn add<'a>(rows: &mut Vec<Row<'a>>, schema: &'a Value, depth: usize) {
    if depth > DEEPEST {
        return;
    }
    for word in ["allOf", "anyOf", "oneOf"] {
        for part in schema[word].as_array().into_iter().flatten() {
            match part["$ref"].is_string() && depth == 0 {
                true => rows.push(Row { depth, name: "", kind: kind(part), about: Vec::new(), optional: false }),
                false => add(rows, part, depth),
            }
        }
    }
    let required = schema["required"].as_array().map_or(&[] as &[Value], Vec::as_slice);
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let optional = !required.iter().any(|key| key == name);
        rows.push(Row { depth, name, kind: kind(property), about: pieces(text(&property["description"])), optional });
        let inside = if property["items"].is_object() { &property["items"] } else { property };
        add(rows, inside, depth + 1);
    }
}
