//! Codes of errors.

use serde_json::Value;

use super::text;

/// A code.
#[derive(Debug)]
pub(super) struct CodeRow<'a> {
    pub(super) status: u16,
    pub(super) code: &'a str,
    pub(super) message: &'a str,
}

/// All codes, as the examples of the answers have them.
pub(super) fn codes(document: &Value) -> Vec<CodeRow<'_>> {
    let responses = document["components"]["responses"].as_object().into_iter().flatten();
    let mut all: Vec<CodeRow<'_>> = responses.flat_map(|(_, response)| of(response)).collect();
    all.sort_by_key(|row| row.status);
    all
}

fn of(response: &Value) -> impl Iterator<Item = CodeRow<'_>> {
    let examples = response["content"]["application/json"]["examples"].as_object().into_iter().flatten();
    examples.map(|(code, example)| CodeRow {
        status: crate::api::error::Code::ALL
            .iter()
            .find(|known| known.as_str() == code)
            .map_or(400, |known| known.status()),
        code,
        message: text(&example["value"][0]["message"]),
    })
}
