use jiff::Timestamp;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
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
