//! What the user does with a consent after the connection: ends it, or gives it another term (open-finance-brasil 12.4).
//! The link and its data stay.

use std::net::IpAddr;

use secrecy::ExposeSecret as _;
use serde_json::json;
use vinculo_connector::{ConnectorError, Extension};
use vinculo_domain::{ApplicationId, ConsentDuration, ConsentId, ConsentStatus, EventCode};
use vinculo_store::{Consent, Link, StoreError};

use crate::consents::{lose, millis, tell};
use crate::fetch::{Reader, read};
use crate::jobs::{Revoke, Work};
use crate::{Aggregator, Error, audit, queue, rejections};

/// Longest name of a browser that is passed on.
const MAX_AGENT: usize = 300;

/// Who asks for a renewal: the standard wants the bank to know.
#[derive(Debug, Clone)]
pub struct Presence {
    /// The user's address, as we see it.
    pub ip: IpAddr,
    /// The user's browser, as it names itself.
    pub user_agent: String,
}

/// Why a consent was not renewed.
#[derive(Debug, thiserror::Error)]
pub enum RenewError {
    /// It is not there, or not authorised any more.
    #[error("the consent is over")]
    Over,
    /// The new term would not end later than the present one.
    #[error("the term is not longer")]
    NotLonger,
    /// Several people must approve at this institution: only a new consent will do.
    #[error("several approvers")]
    SeveralApprovers,
    /// The institution does not renew without a new consent.
    #[error("the institution refuses")]
    Refused,
    /// Something else went wrong.
    #[error(transparent)]
    Other(#[from] Error),
}

impl From<StoreError> for RenewError {
    fn from(error: StoreError) -> Self {
        Self::Other(error.into())
    }
}

/// Ends a consent on the user's word: here at once, at the bank by a job that does not give up. The link becomes invalid;
/// what was stored stays until its time is over. Returns false when it had ended before.
///
/// # Errors
/// [`Error`] when the store fails.
pub async fn revoke(aggregator: &Aggregator, application: ApplicationId, id: ConsentId) -> Result<bool, Error> {
    let mut tx = aggregator.store().begin().await?;
    let Some(consent) = tx.consent(application, id).await?.filter(|c| c.status == ConsentStatus::Authorised) else {
        return Ok(false);
    };
    let end = (ConsentStatus::Rejected, rejections::revoked());
    match tx.link_by_id(consent.link).await? {
        Some(link) => lose(aggregator, &mut tx, &link, &consent, Some(end)).await?,
        None => drop(tx.move_consent(id, &[ConsentStatus::Authorised], end.0, Some(&end.1)).await?),
    }
    if let Some(work) = Revoke::of(&consent) {
        queue::add(&mut tx, &Work::Revoke(work), aggregator.env().now()).await?;
    }
    audit::write(aggregator, &mut tx, Some(application), "user", "consent.revoked", &id.to_string()).await?;
    tx.commit().await?;
    Ok(true)
}

/// Gives a consent another term without a visit to the bank (*renovação simplificada*).
///
/// # Errors
/// [`RenewError`]; nothing has changed then, here or at the bank, unless the bank did it and its answer was lost: the
/// next look at the consent notices.
pub async fn renew(
    aggregator: &Aggregator,
    application: ApplicationId,
    id: ConsentId,
    duration: ConsentDuration,
    presence: &Presence,
) -> Result<(), RenewError> {
    let consent = aggregator.store().consent(application, id).await?;
    let consent = consent.filter(|consent| consent.status == ConsentStatus::Authorised).ok_or(RenewError::Over)?;
    let link = aggregator.store().link_by_id(consent.link).await?.ok_or(RenewError::Over)?;
    let expires_at = duration.end(aggregator.env().now());
    if !is_later(&consent, expires_at) {
        return Err(RenewError::NotLonger);
    }
    let extension = extension(&consent, expires_at, presence).ok_or(RenewError::Over)?;
    let found = ask(aggregator, &link, &consent, &extension).await?;
    let mut tx = aggregator.store().begin().await?;
    if !tx.renew_consent(id, duration, found).await? {
        return Err(RenewError::Over);
    }
    let due = [("consent_due_date", json!(found.map(millis)))];
    tell(aggregator, &mut tx, &link, &consent, EventCode::ConsentExpirationChanged, &due, None).await?;
    audit::write(aggregator, &mut tx, Some(application), "user", "consent.renewed", &id.to_string()).await?;
    tx.commit().await?;
    Ok(())
}

/// No end is later than any.
fn is_later(consent: &Consent, end: Option<jiff::Timestamp>) -> bool {
    match (consent.expires_at, end) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(now), Some(end)) => end > now,
    }
}

fn extension(consent: &Consent, expires_at: Option<jiff::Timestamp>, presence: &Presence) -> Option<Extension> {
    let (record, secrets) = (consent.record.as_ref()?, consent.secrets.as_ref()?);
    let named: String = presence.user_agent.chars().filter(|c| (' '..='~').contains(c)).take(MAX_AGENT).collect();
    Some(Extension {
        bank_consent_id: secrets.bank_consent_id.expose_secret().to_owned(),
        identification: record.identification.clone(),
        expires_at,
        ip: presence.ip,
        user_agent: if named.trim().is_empty() { "unknown".to_owned() } else { named },
    })
}

/// Asks the bank, and returns the end that it recorded.
async fn ask(
    aggregator: &Aggregator,
    link: &Link,
    consent: &Consent,
    extension: &Extension,
) -> Result<Option<jiff::Timestamp>, RenewError> {
    let mut reader = Reader::open(aggregator, link, consent).await?;
    let connector = reader.connector();
    match read!(reader, access => connector.extend(access, extension)) {
        Ok(found) => Ok(found.expires_at),
        Err(Error::Connector(error)) => Err(refusal(error)),
        Err(error) => Err(error.into()),
    }
}

fn refusal(error: ConnectorError) -> RenewError {
    match &error {
        ConnectorError::Refused { status: 422, code } => match code.as_deref() {
            Some("DEPENDE_MULTIPLA_ALCADA") => RenewError::SeveralApprovers,
            Some("ESTADO_CONSENTIMENTO_INVALIDO") => RenewError::Over,
            _ => RenewError::Refused,
        },
        ConnectorError::Forbidden { .. } | ConnectorError::NotFound | ConnectorError::Unsupported(_) => {
            RenewError::Refused
        }
        _ => RenewError::Other(error.into()),
    }
}
