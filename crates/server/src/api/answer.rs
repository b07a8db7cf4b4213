//! Answers: single objects, bare arrays and the envelope of lists. Stored bodies pass through as text; they are parsed
//! only where `fields` or `omit` asks for a part of them.

use std::collections::HashSet;
use std::fmt::{self, Write as _};

use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use vinculo_store::{Page, Paging, Stored};

use super::error::{ApiError, ApiResult, Code};
use super::query::Query;
use crate::http::origin::ClientAddress;

/// Answers with JSON text.
pub(crate) fn json(status: StatusCode, body: String) -> Response {
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    (status, kind, body).into_response()
}

/// Answers with a value that we made.
pub(crate) fn value(status: StatusCode, value: &impl Serialize) -> ApiResult {
    serde_json::to_string(value).map(|body| json(status, body)).map_err(ApiError::internal)
}

/// What the client needs to follow a list.
pub(crate) struct List<'a> {
    pub(crate) address: &'a ClientAddress,
    pub(crate) query: &'a Query,
    pub(crate) paging: Paging,
}

impl List<'_> {
    /// Answers with a page of stored bodies.
    ///
    /// # Errors
    /// [`Code::NotFound`] for a page past the end.
    pub(crate) fn answer(&self, page: Page<String>) -> ApiResult {
        if page.items.is_empty() && self.paging.page > 1 {
            return Err(ApiError::with(Code::NotFound, "Invalid page."));
        }
        let seen = i64::from(self.paging.page) * i64::from(self.paging.size);
        let next = (seen < page.count).then(|| self.link(self.paging.page.saturating_add(1)));
        let previous = (self.paging.page > 1).then(|| self.link(self.paging.page - 1));
        // A page is large: it is written once, into its place.
        let mut body = String::with_capacity(length(&page.items) + 1_000);
        let _ = write!(
            body,
            "{{\"count\":{},\"next\":{},\"previous\":{},\"results\":",
            page.count,
            quoted(next),
            quoted(previous)
        );
        array(&mut body, &page.items, &Selection::of(self.query))?;
        body.push('}');
        Ok(json(StatusCode::OK, body))
    }

    /// Answers with a page of stored records.
    ///
    /// # Errors
    /// As [`List::answer`].
    pub(crate) fn stored<Id>(&self, page: Page<Stored<Id>>) -> ApiResult {
        let items = page.items.into_iter().map(|record| record.body).collect();
        self.answer(Page { count: page.count, items })
    }

    fn link(&self, page: u32) -> String {
        format!("{}?{}", self.address.0, self.query.with_page(page))
    }
}

fn quoted(text: Option<String>) -> String {
    text.map_or_else(|| "null".to_owned(), |text| serde_json::Value::String(text).to_string())
}

/// Answers with one stored body.
pub(crate) fn object(status: StatusCode, body: String, query: &Query) -> ApiResult {
    Ok(json(status, Selection::of(query).apply(body)?))
}

/// Answers with a bare array of stored bodies (POST retrieve).
pub(crate) fn bare(status: StatusCode, bodies: &[String], query: &Query) -> ApiResult {
    Ok(json(status, array_text(bodies, query)?))
}

/// The text of an array of stored bodies, for answers of another shape.
pub(crate) fn array_text(bodies: &[String], query: &Query) -> ApiResult<String> {
    let mut text = String::with_capacity(length(bodies));
    array(&mut text, bodies, &Selection::of(query))?;
    Ok(text)
}

/// How long an array of all bodies is.
fn length(bodies: &[String]) -> usize {
    bodies.iter().map(|body| body.len() + 1).sum::<usize>() + 2
}

/// Writes the array behind `text`.
fn array(text: &mut String, bodies: &[String], selection: &Selection<'_>) -> ApiResult<()> {
    text.push('[');
    for (at, body) in bodies.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        match selection.is_whole() {
            true => text.push_str(body),
            false => text.push_str(&selection.apply(body.clone())?),
        }
    }
    text.push(']');
    Ok(())
}

/// `fields` and `omit`: which keys of the first level to show. Unknown names are ignored, however many there are: each
/// key of each record is looked up, not compared with all of them.
#[derive(Debug, Default)]
struct Selection<'q> {
    fields: HashSet<&'q str>,
    omit: HashSet<&'q str>,
}

impl<'q> Selection<'q> {
    fn of(query: &'q Query) -> Self {
        let names = |name| query.list(name).into_iter().collect();
        Self { fields: names("fields"), omit: names("omit") }
    }

    fn is_whole(&self) -> bool {
        self.fields.is_empty() && self.omit.is_empty()
    }

    fn shows(&self, key: &str) -> bool {
        (self.fields.is_empty() || self.fields.contains(key)) && !self.omit.contains(key)
    }

    fn apply(&self, body: String) -> ApiResult<String> {
        if self.is_whole() {
            return Ok(body);
        }
        let object: Object<'_> = serde_json::from_str(&body).map_err(ApiError::internal)?;
        let shown = object.0.iter().filter(|(key, _)| self.shows(key));
        let pairs: Vec<String> =
            shown.map(|(key, value)| format!("{}:{}", serde_json::Value::String(key.clone()), value.get())).collect();
        Ok(format!("{{{}}}", pairs.join(",")))
    }
}

/// A JSON object whose values stay text, in their order: amounts keep every digit.
struct Object<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Object(pairs))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn select(query: &str, body: &str) -> String {
        Selection::of(&Query::parse(query).unwrap()).apply(body.to_owned()).unwrap()
    }

    const BODY: &str = r#"{"id":"1","amount":15000.00,"account":{"id":"2","x":1.10},"note":"a\"b"}"#;

    #[test]
    fn without_a_selection_the_text_is_untouched() {
        assert_eq!(select("", BODY), BODY);
    }

    #[test]
    fn digits_nested_objects_and_order_survive_a_selection() {
        assert_eq!(select("fields=account,amount", BODY), r#"{"amount":15000.00,"account":{"id":"2","x":1.10}}"#);
        assert_eq!(select("omit=account&omit=id", BODY), r#"{"amount":15000.00,"note":"a\"b"}"#);
        assert_eq!(select("fields=id,amount&omit=id", BODY), r#"{"amount":15000.00}"#);
        assert_eq!(select("fields=nonsense", BODY), "{}");
    }
}
