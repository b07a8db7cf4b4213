use secrecy::ExposeSecret as _;
use vinculo_connector::ConnectorError;
use vinculo_domain::{ConsentId, ConsentStatus, ErrorCode, Rejection, Step};
use vinculo_store::Consent;

use super::begin::end_unused;
use super::record;
use super::session::{CONNECTING, fail, later, waits_for};
use crate::worker::{Claimed, JobError};
use crate::{Aggregator, Failure, rejections};

/// Job `settle_consent`: when the time to authorise is over, a consent is a link or it is ended, here and at the bank.
///
/// The bank is asked for its reason, so that the evidence says what happened; where it does not tell, the time is over.
pub(crate) async fn settle(aggregator: &Aggregator, job: &Claimed, id: ConsentId) -> Result<(), JobError> {
    let consent = aggregator.store().consent_by_id(id).await?;
    let open = consent.filter(|consent| {
        matches!(consent.status, ConsentStatus::AwaitingAuthorisation | ConsentStatus::AwaitingConfirmation)
    });
    let Some(consent) = open else {
        return job.complete_alone(aggregator).await;
    };
    if let Some(answered) = consent.answered_at {
        // The answer came in the last moment, and its own job is at work.
        let over = later(answered, CONNECTING);
        if aggregator.env().now() < over {
            return Err(JobError::Later(over));
        }
    }
    let rejection = reason(aggregator, &consent).await?;
    let mut tx = aggregator.store().begin().await?;
    job.complete(&mut tx).await?;
    if end_unused(aggregator, &mut tx, &consent, &rejection).await? {
        let session = match &consent.session {
            Some(session) => tx.session(session).await?.filter(|session| waits_for(session, id)),
            None => None,
        };
        // Whose own time is over is ended by the sweep: an error to read would give it more.
        let now = aggregator.env().now();
        let session = session.filter(|session| session.step == Step::Connecting || session.expires_at > now);
        if let Some(mut session) = session {
            fail(&mut session, Failure::plain(ErrorCode::SessionExpired), now);
            tx.update_session(&mut session).await?;
            record::error(aggregator, &mut tx, &session).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

async fn reason(aggregator: &Aggregator, consent: &Consent) -> Result<Rejection, JobError> {
    let Some(secrets) = &consent.secrets else { return Ok(rejections::expired()) };
    let institution = aggregator.institution(&consent.institution).await?;
    let found = aggregator.connector().consent(&institution, secrets.bank_consent_id.expose_secret()).await;
    match found {
        Ok(found) => Ok(found.rejection.unwrap_or_else(rejections::expired)),
        Err(error) if error.is_transient() => Err(error.into()),
        Err(ConnectorError::ConsentRejected(rejection)) => Ok(rejection.unwrap_or_else(rejections::expired)),
        Err(_) => Ok(rejections::expired()),
    }
}
