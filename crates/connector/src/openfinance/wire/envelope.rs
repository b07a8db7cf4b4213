//! What stands around every answer (section 7.1).

use serde::Deserialize;

use super::value::{List, Text};

/// A good answer.
#[derive(Debug, Deserialize)]
pub(crate) struct Envelope<T> {
    pub(crate) data: Option<T>,
    #[serde(default)]
    pub(crate) links: Option<Links>,
}

/// Where other pages are; only `next` counts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Links {
    pub(crate) next: Text,
}

/// An error answer.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Errors {
    errors: List<ErrorItem>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ErrorItem {
    code: Text,
}

impl Errors {
    /// Returns the first error's code, if it is a plain word: it goes into logs.
    pub(crate) fn code(body: &[u8]) -> Option<String> {
        let read: Self = serde_json::from_slice(body).ok()?;
        let code = read.errors.0.into_iter().find_map(|item| item.code.owned())?;
        let plain = code.len() <= 64 && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        plain.then_some(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_code_is_found() {
        let body = br#"{"errors":[{"code":"DATA_EXPIRACAO_INVALIDA","title":"x","detail":"y"}]}"#;
        assert_eq!(Errors::code(body).as_deref(), Some("DATA_EXPIRACAO_INVALIDA"));
    }

    #[test]
    fn what_is_no_code_is_not_passed_on() {
        for body in ["", "[]", "{}", r#"{"errors":[]}"#, r#"{"errors":[{"code":"CPF 761.092"}]}"#, "<html>"] {
            assert_eq!(Errors::code(body.as_bytes()), None, "{body}");
        }
    }
}
