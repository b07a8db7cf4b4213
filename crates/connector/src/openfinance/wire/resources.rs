//! Resources v3.

use serde::Deserialize;

use super::value::Text;

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ResourceItem {
    pub(crate) resource_id: Text,
    #[serde(rename = "type")]
    pub(crate) kind: Text,
    pub(crate) status: Text,
}
