use secrecy::ExposeSecret as _;
use vinculo_store::Consent;

use crate::jobs::{Revoke, Work};
use crate::worker::{Claimed, JobError};
use crate::{Aggregator, Error, queue};

impl Revoke {
    /// Returns the work that ends `consent` at the bank; `None` when its bank id has been erased.
    pub(crate) fn of(consent: &Consent) -> Option<Self> {
        let secrets = consent.secrets.as_ref()?;
        Some(Self {
            institution: consent.institution.clone(),
            bank_consent_id: secrets.bank_consent_id.expose_secret().to_owned(),
        })
    }
}

/// Enqueues a revocation in a transaction of its own.
pub(crate) async fn revoke_later(aggregator: &Aggregator, work: Revoke) -> Result<(), Error> {
    let mut tx = aggregator.store().begin().await?;
    queue::add(&mut tx, &Work::Revoke(work), aggregator.env().now()).await?;
    Ok(tx.commit().await?)
}

/// Job `revoke`: asks the bank until it says that the consent is gone.
pub(crate) async fn revoke(aggregator: &Aggregator, job: &Claimed, work: &Revoke) -> Result<(), JobError> {
    let institution = aggregator.institution(&work.institution).await?;
    aggregator.connector().revoke(&institution, &work.bank_consent_id).await?;
    let mut tx = aggregator.store().begin().await?;
    job.complete(&mut tx).await?;
    tx.commit().await?;
    tracing::info!(institution.code = %work.institution, "consent ended at the bank");
    Ok(())
}
