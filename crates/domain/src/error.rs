/// Why a value from outside was refused.
///
/// `code` is the public error code of the API's envelope (`invalid`, `invalid_choice`, `required`, …) and
/// `message` is safe to show to the caller: it never repeats a document, a token or a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Invalid {
    /// Public error code, as in the API reference.
    pub code: &'static str,
    /// Text for the caller.
    pub message: String,
}

impl Invalid {
    /// Makes a refusal with the code `invalid`.
    pub fn new(message: impl Into<String>) -> Self {
        Self { code: "invalid", message: message.into() }
    }

    /// Makes a refusal with another public code.
    pub fn with_code(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// Makes the refusal of a value outside an enumeration.
    pub fn choice(value: &str) -> Self {
        let shown: String = value.chars().take(40).collect();
        Self::with_code("invalid_choice", format!("\"{shown}\" is not a valid choice."))
    }
}
