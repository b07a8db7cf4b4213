//! The data APIs of the banks: customers and accounts.
//!
//! Every request carries an [`Access`](crate::Access) in its extensions.

use axum::Router;

use crate::Access;
use crate::people::People;

/// One line of the Resources API.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// The product's own id.
    pub resource_id: String,
    /// The kind of product, such as `ACCOUNT`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Such as `AVAILABLE`.
    pub status: &'static str,
}

/// Serves `/customers/v2/…` and `/accounts/v2/…`; to be nested under a brand's `…/open-banking`, behind the token check
/// that puts an [`Access`] into the request's extensions.
pub fn router(_people: People) -> Router {
    Router::new() // skeleton
}

/// The resources that `access` reaches, for the bank's Resources API.
pub fn resources(_people: &People, _access: &Access) -> Vec<Resource> {
    todo!() // skeleton
}
