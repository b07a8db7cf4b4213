//! An operation, or an event, as the page shows it.

use serde_json::Value;

use super::kind::{Piece, kind, pieces};
use super::rows::{Row, rows};
use super::{resolved, text};

/// What one verb does at one address.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub(super) id: &'a str,
    pub(super) verb: String,
    pub(super) path: &'a str,
    pub(super) summary: &'a str,
    pub(super) more: Vec<Piece>,
    pub(super) parameters: Vec<Parameter<'a>>,
    pub(super) body: Vec<Row<'a>>,
    /// A call, ready to be pasted; empty for an event.
    pub(super) call: String,
    /// An example of the body.
    pub(super) example: String,
    pub(super) answers: Vec<Answer<'a>>,
}

/// A parameter with those that differ from it by their operator.
#[derive(Debug)]
pub(super) struct Parameter<'a> {
    pub(super) name: &'a str,
    pub(super) place: &'a str,
    pub(super) required: bool,
    pub(super) kind: Vec<Piece>,
    pub(super) about: Vec<Piece>,
    /// Name and meaning.
    pub(super) operators: Vec<(&'a str, Vec<Piece>)>,
}

/// An answer.
#[derive(Debug)]
pub(super) struct Answer<'a> {
    pub(super) status: &'a str,
    pub(super) about: Vec<Piece>,
    pub(super) kind: Vec<Piece>,
    pub(super) example: String,
    /// Codes of an error.
    pub(super) codes: Vec<&'a str>,
}

impl<'a> Entry<'a> {
    /// Reads an operation; `shared` are the parameters of its address.
    pub(super) fn new(document: &'a Value, path: &'a str, verb: &str, operation: &'a Value, shared: &'a Value) -> Self {
        let content = &operation["requestBody"]["content"]["application/json"];
        let all = [shared, &operation["parameters"]].into_iter().filter_map(Value::as_array).flatten();
        Self {
            id: text(&operation["operationId"]),
            verb: verb.to_ascii_uppercase(),
            path,
            summary: text(&operation["summary"]),
            more: pieces(text(&operation["description"])),
            parameters: parameters(all.map(|parameter| resolved(document, parameter))),
            body: if content.is_object() { rows(&content["schema"]) } else { Vec::new() },
            call: call(document, path, verb, operation),
            example: pretty(&content["example"]),
            answers: answers(document, &operation["responses"]),
        }
    }
}

/// A call for a terminal. Lists of a link name it.
fn call(document: &Value, path: &str, verb: &str, operation: &Value) -> String {
    let body = &operation["requestBody"]["content"]["application/json"]["example"];
    let server = text(&document["servers"][0]["url"]);
    let names_a_link = |parameter: &Value| {
        parameter["name"] == "link"
            && (parameter["required"] == true || text(&parameter["description"]).contains("must be there"))
    };
    let query = match operation["parameters"].as_array() {
        Some(all) if all.iter().any(names_a_link) => "?link=<link>",
        _ => "",
    };
    let verb = if verb == "get" { String::new() } else { format!("-X {} ", verb.to_ascii_uppercase()) };
    let data =
        if body.is_null() { String::new() } else { format!(" \\\n  -H 'Content-Type: application/json' -d '{body}'") };
    format!("curl -su $SECRET_ID:$SECRET_PASSWORD {verb}\"{server}{path}{query}\"{data}")
}

/// Puts parameters that differ by an operator under the one without.
fn parameters<'a>(all: impl Iterator<Item = &'a Value>) -> Vec<Parameter<'a>> {
    let mut found: Vec<Parameter<'a>> = Vec::new();
    for parameter in all {
        let (name, about) = (text(&parameter["name"]), pieces(text(&parameter["description"])));
        let operator =
            found.last_mut().filter(|base| name.strip_prefix(base.name).is_some_and(|rest| rest.starts_with("__")));
        match operator {
            Some(base) => base.operators.push((name, about)),
            None => found.push(Parameter {
                name,
                place: text(&parameter["in"]),
                required: parameter["required"] == true,
                kind: kind(&parameter["schema"]),
                about,
                operators: Vec::new(),
            }),
        }
    }
    found
}

fn answers<'a>(document: &'a Value, responses: &'a Value) -> Vec<Answer<'a>> {
    let one = |(status, response): (&'a String, &'a Value)| {
        let response = resolved(document, response);
        let content = &response["content"]["application/json"];
        let is_error = response["content"].is_object() && status.starts_with(['4', '5']);
        let examples = content["examples"].as_object().into_iter().flatten();
        Answer {
            status,
            about: pieces(text(&response["description"])),
            kind: kind(&content["schema"]),
            example: match is_error {
                true => String::new(),
                false => pretty(&resolved(document, &content["examples"]["usual"])["value"]),
            },
            codes: if is_error { examples.map(|(code, _)| code.as_str()).collect() } else { Vec::new() },
        }
    };
    responses.as_object().into_iter().flatten().map(one).collect()
}

/// JSON over several lines; nothing for nothing.
fn pretty(value: &Value) -> String {
    if value.is_null() { String::new() } else { serde_json::to_string_pretty(value).unwrap_or_default() }
}
