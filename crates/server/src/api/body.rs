//! Request bodies: JSON objects, read field by field so that everything wrong is reported at once.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use http::StatusCode;
use serde_json::{Map, Value};
use vinculo_domain::Invalid;

use super::error::{ApiError, Code, Problem};

/// A JSON object; an empty body is an empty object.
#[derive(Debug, Clone, Default)]
pub(crate) struct Body(pub(crate) Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => ApiError::from(Code::TooLarge),
            _ => ApiError::with(Code::ParseError, "The request body cannot be read."),
        })?;
        Self::parse(&bytes)
    }
}

impl Body {
    /// Reads the bytes of a body.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, ApiError> {
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self::default());
        }
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(map)) => Ok(Self(map)),
            Ok(other) => {
                let message = format!("Invalid data. Expected a dictionary, but got {}.", kind(&other));
                Err(ApiError::with(Code::Invalid, message))
            }
            Err(error) => {
                // Only the place and the kind of error: the text of a body can hold secrets.
                let (line, column) = (error.line(), error.column());
                let what = if error.is_eof() { "unexpected end of data" } else { "Expecting valid JSON" };
                Err(ApiError::with(Code::ParseError, format!("JSON parse error - {what}: line {line} column {column}")))
            }
        }
    }
}

/// Names a JSON type as the reference's messages do.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    }
}

/// Collects what is wrong with a body.
#[derive(Debug, Default)]
pub(crate) struct Problems(pub(crate) Vec<Problem>);

impl Problems {
    /// Adds an entry.
    pub(crate) fn add(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// Takes a value or its refusal.
    pub(crate) fn take<T>(&mut self, field: &str, result: Result<T, Invalid>) -> Option<T> {
        result.map_err(|invalid| self.add(Problem::invalid(field, invalid))).ok()
    }

    /// Ends reading.
    ///
    /// # Errors
    /// Everything that was wrong.
    pub(crate) fn finish(self) -> Result<(), ApiError> {
        if self.0.is_empty() { Ok(()) } else { Err(ApiError::problems(self.0)) }
    }
}

/// One object of a body and where it stands, for dotted names.
#[derive(Clone, Copy)]
pub(crate) struct Form<'a> {
    map: &'a Map<String, Value>,
    path: &'a str,
}

impl<'a> Form<'a> {
    /// The body itself.
    pub(crate) fn new(map: &'a Map<String, Value>) -> Self {
        Self { map, path: "" }
    }

    /// An object inside, whose fields are named below `path`.
    pub(crate) fn at(map: &'a Map<String, Value>, path: &'a str) -> Self {
        Self { map, path }
    }

    /// The dotted name of a field.
    pub(crate) fn name(&self, field: &str) -> String {
        if self.path.is_empty() { field.to_owned() } else { format!("{}.{field}", self.path) }
    }

    /// A field that is there and not null.
    pub(crate) fn get(&self, field: &str) -> Option<&'a Value> {
        self.map.get(field).filter(|value| !value.is_null())
    }

    /// Tells whether a field is there and null.
    pub(crate) fn is_null(&self, field: &str) -> bool {
        self.map.get(field).is_some_and(Value::is_null)
    }

    /// A required field; absent, null and empty text each have their code.
    pub(crate) fn require(&self, problems: &mut Problems, field: &str) -> Option<&'a Value> {
        let code = match self.map.get(field) {
            None => Code::Required,
            Some(Value::Null) => Code::Null,
            Some(Value::String(text)) if text.trim().is_empty() => Code::Blank,
            Some(value) => return Some(value),
        };
        problems.add(Problem::field(code, self.name(field)));
        None
    }

    /// Text of at most `most` characters without control characters; absent, null and empty are `None`.
    pub(crate) fn text(&self, problems: &mut Problems, field: &str, most: usize) -> Option<&'a str> {
        let value = self.get(field)?;
        let Some(text) = value.as_str() else {
            let message = format!("Not a valid string: got {}.", kind(value));
            problems.add(Problem::field_with(Code::Invalid, self.name(field), message));
            return None;
        };
        if text.chars().count() > most {
            let message = format!("Ensure this field has no more than {most} characters.");
            problems.add(Problem::field_with(Code::MaxLength, self.name(field), message));
            return None;
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            problems.add(Problem::field_with(Code::Invalid, self.name(field), "Control characters are not allowed."));
            return None;
        }
        Some(text).filter(|text| !text.trim().is_empty())
    }

    /// Text read into a domain value.
    pub(crate) fn parsed<T>(
        &self,
        problems: &mut Problems,
        field: &str,
        read: impl Fn(&str) -> Result<T, Invalid>,
    ) -> Option<T> {
        let text = self.text(problems, field, 2_000)?;
        problems.take(&self.name(field), read(text))
    }

    /// A truth value; clients also send it as text.
    pub(crate) fn truth(&self, problems: &mut Problems, field: &str) -> Option<bool> {
        match self.get(field)? {
            Value::Bool(truth) => Some(*truth),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => {
                problems.add(Problem::field_with(Code::Invalid, self.name(field), "Must be a valid boolean."));
                None
            }
        }
    }

    /// An object inside.
    pub(crate) fn object(&self, problems: &mut Problems, field: &str) -> Option<&'a Map<String, Value>> {
        let value = self.get(field)?;
        if value.as_object().is_none() {
            let message = format!("Invalid data. Expected a dictionary, but got {}.", kind(value));
            problems.add(Problem::field_with(Code::Invalid, self.name(field), message));
        }
        value.as_object()
    }

    /// A list of at most `most` entries.
    pub(crate) fn list(&self, problems: &mut Problems, field: &str, most: usize) -> Option<&'a [Value]> {
        let value = self.get(field)?;
        let Some(list) = value.as_array() else {
            let message = format!("Expected a list but got type \"{}\".", kind(value));
            problems.add(Problem::field_with(Code::NotAList, self.name(field), message));
            return None;
        };
        if list.len() > most {
            let message = format!("Ensure this field has no more than {most} elements.");
            problems.add(Problem::field_with(Code::MaxLength, self.name(field), message));
            return None;
        }
        Some(list)
    }

    /// A list of texts.
    pub(crate) fn words(&self, problems: &mut Problems, field: &str, most: usize) -> Option<Vec<&'a str>> {
        let list = self.list(problems, field, most)?;
        let mut words = Vec::with_capacity(list.len());
        for (at, value) in list.iter().enumerate() {
            match value.as_str() {
                Some(word) => words.push(word),
                None => {
                    let message = format!("Not a valid string: got {}.", kind(value));
                    problems.add(Problem::field_with(Code::Invalid, format!("{}.{at}", self.name(field)), message));
                }
            }
        }
        Some(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        let error = Body::parse(text.as_bytes()).unwrap_err();
        error.to_json("")[0]["code"].as_str().unwrap_or_default().to_owned()
    }

    #[test]
    fn only_objects_are_bodies() {
        assert!(Body::parse(b"").unwrap().0.is_empty());
        assert_eq!(code("[]"), "invalid");
        assert_eq!(code("{"), "parse_error");
        assert_eq!(code("\u{feff}x"), "parse_error");
        assert_eq!(code(&"[".repeat(100_000)), "parse_error");
        assert!(Body::parse(b"{\"a\":\"\xff\"}").is_err());
    }

    #[test]
    fn a_parse_error_never_repeats_the_body() {
        let error = Body::parse(b"{\"password\":\"topsecret\" \"x\"}").unwrap_err();
        assert!(!format!("{error:?}").contains("topsecret"));
    }
}
