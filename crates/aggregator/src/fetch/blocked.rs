//! What a consent still names and the institution does not give: told to the application (reference: belvo-api 11.3).

use vinculo_connector::{SharedResource, SharedResourceStatus};
use vinculo_domain::{EventCode, fingerprint};

use super::Round;
use crate::worker::JobError;
use crate::{consents, quota};

const TOLD: [(SharedResourceStatus, EventCode); 2] = [
    (SharedResourceStatus::Unavailable, EventCode::ConsentUnrecoverable),
    (SharedResourceStatus::TemporarilyUnavailable, EventCode::ConsentUnavailable),
];

/// Tells what is lost and what is blocked, in scheduled rounds: the same resources once a month.
pub(super) async fn tell(round: &Round<'_>, shared: &[SharedResource]) -> Result<(), JobError> {
    if round.depth.is_none() {
        return Ok(());
    }
    let month = quota::month(round.aggregator.env().now());
    for (status, code) in TOLD {
        let mut ids: Vec<&str> = shared.iter().filter(|one| one.status == status).map(|one| one.id.as_str()).collect();
        if ids.is_empty() {
            continue;
        }
        ids.sort_unstable();
        let key = format!("{}:{}:{month}:{}", code.as_str(), round.consent.id, fingerprint(&ids.join(" "), 8));
        let mut tx = round.begin().await?;
        consents::tell(round.aggregator, &mut tx, &round.link, &round.consent, code, &[], Some(key)).await?;
        tx.commit().await?;
    }
    Ok(())
}
