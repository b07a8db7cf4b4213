//! Shared resources.

use crate::openfinance::wire::resources::ResourceItem;
use crate::{SharedResource, SharedResourceStatus};

/// Maps an item of `/resources`; one without an id says nothing. An unknown status counts as "not now": a product
/// list will say what can really be read.
pub(crate) fn resource(wire: &ResourceItem) -> Option<SharedResource> {
    let status = match wire.status.get() {
        Some("AVAILABLE") => SharedResourceStatus::Available,
        Some("UNAVAILABLE") => SharedResourceStatus::Unavailable,
        Some("PENDING_AUTHORISATION") => SharedResourceStatus::PendingAuthorisation,
        _ => SharedResourceStatus::TemporarilyUnavailable,
    };
    Some(SharedResource { id: wire.resource_id.cut(100)?, kind: wire.kind.or_empty(), status })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_map() {
        let status = |word: &str| {
            let json = format!(r#"{{"resourceId":"a","type":"ACCOUNT","status":"{word}"}}"#);
            resource(&serde_json::from_str(&json).unwrap()).unwrap().status
        };
        assert_eq!(status("AVAILABLE"), SharedResourceStatus::Available);
        assert_eq!(status("UNAVAILABLE"), SharedResourceStatus::Unavailable);
        assert_eq!(status("PENDING_AUTHORISATION"), SharedResourceStatus::PendingAuthorisation);
        assert_eq!(status("TEMPORARILY_UNAVAILABLE"), SharedResourceStatus::TemporarilyUnavailable);
        assert_eq!(status("DE_FERIAS"), SharedResourceStatus::TemporarilyUnavailable);
        assert_eq!(resource(&ResourceItem::default()), None);
    }
}
