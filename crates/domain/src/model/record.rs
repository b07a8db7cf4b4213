use std::borrow::Cow;

use jiff::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::LinkId;

/// A record of the API: our ids and times first, then what the institution said, all in one JSON object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Record<H, C> {
    /// Ids and times that we give.
    #[serde(flatten)]
    pub head: H,
    /// What the institution said.
    #[serde(flatten)]
    pub content: C,
}

impl<'de, H: DeserializeOwned, C: DeserializeOwned> Deserialize<'de> for Record<H, C> {
    /// Reads the text twice: serde's own flattening would pass exact amounts through a binary float.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let head = serde_json::from_str(raw.get()).map_err(D::Error::custom)?;
        let content = serde_json::from_str(raw.get()).map_err(D::Error::custom)?;
        Ok(Self { head, content })
    }
}

/// One object with the keys of both, named after the head.
impl<H: JsonSchema, C: JsonSchema> JsonSchema for Record<H, C> {
    fn schema_name() -> Cow<'static, str> {
        let head = H::schema_name();
        head.strip_suffix("Head").unwrap_or(&head).to_owned().into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut whole = H::json_schema(generator);
        let content = C::json_schema(generator);
        if content.get("properties").is_none() {
            let mut parts = Schema::default();
            parts.insert("allOf".to_owned(), Value::Array(vec![whole.to_value(), content.to_value()]));
            return parts;
        }
        merge(&mut whole, &content);
        whole
    }
}

fn merge(whole: &mut Schema, content: &Schema) {
    if let (Some(all), Some(more)) =
        (whole.get_mut("properties").and_then(Value::as_object_mut), content.get("properties"))
    {
        all.extend(more.as_object().cloned().unwrap_or_default());
    }
    if let (Some(all), Some(more)) = (whole.get_mut("required").and_then(Value::as_array_mut), content.get("required"))
    {
        all.extend(more.as_array().cloned().unwrap_or_default());
    }
    if let Some(said) = content.get("description") {
        whole.insert("description".to_owned(), said.clone());
    }
}

/// The ids and times that every record needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ids<T> {
    /// Id of the record; stays the same when the record is read again.
    pub id: T,
    /// Link that the record belongs to; `None` for data that is returned without being stored.
    pub link: Option<LinkId>,
    /// When the institution gave this reading.
    pub collected_at: Timestamp,
    /// When the record was first stored.
    pub created_at: Timestamp,
}
