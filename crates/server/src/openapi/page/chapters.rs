//! Operations by chapter.

use serde_json::Value;

use super::entry::Entry;
use super::text;
use crate::openapi::document::{NOTHING, OLDER};

/// A chapter.
#[derive(Debug)]
pub(super) struct Chapter<'a> {
    pub(super) name: &'a str,
    pub(super) anchor: String,
    pub(super) about: &'a str,
    /// Whether names and summaries are all there is to say.
    pub(super) brief: bool,
    pub(super) entries: Vec<Entry<'a>>,
}

/// The chapters in the order of the document.
pub(super) fn chapters(document: &Value) -> Vec<Chapter<'_>> {
    document["tags"].as_array().into_iter().flatten().map(|tag| read(document, tag)).collect()
}

fn read<'a>(document: &'a Value, tag: &'a Value) -> Chapter<'a> {
    let name = text(&tag["name"]);
    let mut entries = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        let verbs = item.as_object().into_iter().flatten().filter(|(_, operation)| operation["tags"][0] == name);
        entries.extend(verbs.map(|(verb, operation)| Entry::new(document, path, verb, operation, &item["parameters"])));
    }
    let brief = matches!(name, OLDER | NOTHING);
    Chapter { name, anchor: anchor(name), about: text(&tag["description"]), brief, entries }
}

/// What webhooks say.
pub(super) fn hooks(document: &Value) -> Vec<Entry<'_>> {
    let all = document["webhooks"].as_object().into_iter().flatten();
    all.map(|(name, item)| Entry::new(document, name, "post", &item["post"], &Value::Null)).collect()
}

fn anchor(name: &str) -> String {
    name.to_ascii_lowercase().replace(' ', "-")
}
