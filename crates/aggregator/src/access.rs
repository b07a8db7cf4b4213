//! What follows when a bank does not let us in any more.

use vinculo_connector::ConnectorError;
use vinculo_domain::{ConsentStatus, Rejection};
use vinculo_store::{Consent, Link};

use crate::worker::JobError;
use crate::{Aggregator, Error, consents};

/// Tells whether an error says that the consent may be gone.
pub(crate) fn may_be_lost(error: &ConnectorError) -> bool {
    matches!(
        error,
        ConnectorError::InvalidGrant
            | ConnectorError::ConsentRejected(_)
            | ConnectorError::Unauthorised
            | ConnectorError::Unavailable { status: 401, .. }
    )
}

/// The same for what a job met.
pub(crate) fn job_may_be_lost(error: &JobError) -> bool {
    matches!(error, JobError::Connector(error) if may_be_lost(error))
}

/// Says what a bank is that gives tokens and refuses them.
pub(crate) fn refuses_its_own() -> ConnectorError {
    ConnectorError::Unavailable { status: 401, retry_after: None }
}

/// Asks the bank what became of the consent. When it is gone the link becomes invalid and the consent says why; returns
/// whether it is.
pub(crate) async fn check(aggregator: &Aggregator, link: &Link, consent: &Consent) -> Result<bool, Error> {
    match consents::ask(aggregator, consent).await? {
        Ok(_) => Ok(false),
        Err(end) => {
            invalidate(aggregator, link, consent, Some(end)).await?;
            Ok(true)
        }
    }
}

/// Makes a link invalid, and writes down what became of its consent where that is known.
pub(crate) async fn invalidate(
    aggregator: &Aggregator,
    link: &Link,
    consent: &Consent,
    end: Option<(ConsentStatus, Rejection)>,
) -> Result<(), Error> {
    let mut tx = aggregator.store().begin().await?;
    consents::lose(aggregator, &mut tx, link, consent, end).await?;
    Ok(tx.commit().await?)
}
