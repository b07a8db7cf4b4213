//! `llms.txt`: the document as prose, short.

use std::fmt::Write as _;

use serde_json::Value;

use super::document::{NOTHING, OLDER};

/// Writes the text.
pub(super) fn render(document: &Value) -> String {
    let mut text = String::new();
    let server = said(&document["servers"][0]["url"]);
    let _ = write!(
        text,
        "# Vínculo\n\n> {}\n\n{}\n\nHTTP Basic with secret id and secret password on every call. Server: {server}\n\n- [The whole description]({server}/openapi.json): OpenAPI 3.1\n- [The same to read]({server}/docs/): every parameter, body, answer and code\n",
        said(&document["info"]["summary"]),
        said(&document["info"]["description"]),
    );
    for tag in document["tags"].as_array().into_iter().flatten() {
        chapter(&mut text, document, tag, server);
    }
    let _ = write!(
        text,
        "\n## Events\n\nWhat is sent to an application's endpoints ([to read]({server}/docs/#events)).\n\n"
    );
    for (name, hook) in document["webhooks"].as_object().into_iter().flatten() {
        let _ = writeln!(text, "- `{name}`: {}", said(&hook["post"]["summary"]));
    }
    text
}

fn chapter(text: &mut String, document: &Value, tag: &Value, server: &str) {
    let name = said(&tag["name"]);
    if matches!(name, NOTHING | OLDER) {
        return;
    }
    let _ = write!(text, "\n## {name}\n\n{}\n\n", said(&tag["description"]));
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (verb, operation) in item.as_object().into_iter().flatten().filter(|(_, one)| one["tags"][0] == name) {
            let (id, summary) = (said(&operation["operationId"]), said(&operation["summary"]));
            let verb = verb.to_ascii_uppercase();
            let _ = writeln!(text, "- [`{verb}`]({server}/docs/#{id}) `{path}`: {summary}");
        }
    }
}

fn said(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
