//! What follows when a bank does not let us in any more.

use secrecy::ExposeSecret as _;
use vinculo_connector::ConnectorError;
use vinculo_domain::{ConsentStatus, LinkStatus, Rejection};
use vinculo_store::{Consent, Link, StoreError};

use crate::worker::JobError;
use crate::{Aggregator, Error, audit, rejections};

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
    let secrets = consent.secrets.as_ref().ok_or(StoreError::NotFound)?;
    let institution = aggregator.institution(&link.institution).await?;
    let id = secrets.bank_consent_id.expose_secret();
    let (status, rejection) = match aggregator.connector().consent(&institution, id).await {
        Ok(found) if matches!(found.status, ConsentStatus::Expired | ConsentStatus::Rejected) => {
            (found.status, found.rejection)
        }
        Err(ConnectorError::ConsentRejected(rejection)) => (ConsentStatus::Rejected, rejection),
        Err(ConnectorError::NotFound) => (ConsentStatus::Rejected, None),
        Ok(_) => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    let rejection = rejection.unwrap_or_else(|| match status {
        ConsentStatus::Expired => rejections::run_out(),
        _ => rejections::revoked(),
    });
    invalidate(aggregator, link, consent, Some((status, rejection))).await?;
    Ok(true)
}

/// Makes a link invalid, and writes down what became of its consent where that is known.
pub(crate) async fn invalidate(
    aggregator: &Aggregator,
    link: &Link,
    consent: &Consent,
    end: Option<(ConsentStatus, Rejection)>,
) -> Result<(), Error> {
    let mut tx = aggregator.store().begin().await?;
    tx.set_link_status(link.id, LinkStatus::Invalid).await?;
    if let Some((status, rejection)) = &end {
        tx.move_consent(consent.id, &[ConsentStatus::Authorised], *status, Some(rejection)).await?;
    }
    audit::write(aggregator, &mut tx, Some(link.application), "system", "link.invalidated", &link.id.to_string())
        .await?;
    tx.commit().await?;
    tracing::warn!(link.id = %link.id, "link invalid: the bank does not accept the consent any more");
    Ok(())
}
