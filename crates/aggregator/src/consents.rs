//! Consents are looked after as long as they live: the application is warned before one ends, it ends here when its time
//! is over, and what the institution did to it is noticed within a day, whether data is fetched or not. The status of the
//! link follows.

use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value, json};
use vinculo_connector::{BankConsent, ConnectorError};
use vinculo_domain::{AccessMode, ConsentId, ConsentStatus, EventCode, EventType, LinkStatus, ProcessType, Rejection};
use vinculo_store::{Consent, Link, StoreError, Tx};

use crate::events::{self, NewEvent};
use crate::jobs::Work;
use crate::worker::{Claimed, JobError};
use crate::{Aggregator, Error, audit, queue, rejections};

/// How long before its end a consent is told of.
const WARNING: SignedDuration = SignedDuration::from_hours(7 * 24);
/// So many consents are looked at in one part of a sweep.
const CHUNK: u32 = 500;
/// So many are asked for in one minute: in a day, well over a million.
const ASKED: u32 = 1_000;
/// When an institution that did not answer is asked again.
const AGAIN: SignedDuration = SignedDuration::from_hours(1);
/// What an application is told of a link that does not work any more.
const LOST: &str = "The link has been invalidated. You may need to update link credentials";

/// The look of every minute: consents whose time is over, that end soon, and that the institution was not asked for of
/// late. The last are so many at a time that a large stock spreads over the day by itself.
pub(crate) async fn sweep(aggregator: &Aggregator) -> Result<(), Error> {
    let now = aggregator.env().now();
    let mut after = None;
    loop {
        let ended = aggregator.store().consents_ending(Timestamp::MIN, now, after, CHUNK).await?;
        let Some((id, at)) = ended.last().copied() else { break };
        look_at(aggregator, ended.iter().map(|(id, _)| *id)).await?;
        after = Some((at, id));
    }
    let since = now.checked_sub(aggregator.settings().consent_check_every).unwrap_or(Timestamp::MIN);
    let unseen = aggregator.store().consents_to_check(since, ASKED).await?;
    look_at(aggregator, unseen.into_iter()).await
}

async fn look_at(aggregator: &Aggregator, ids: impl Iterator<Item = ConsentId>) -> Result<(), Error> {
    let mut tx = aggregator.store().begin().await?;
    for id in ids {
        queue::add(&mut tx, &Work::CheckConsent(id), aggregator.env().now()).await?;
    }
    Ok(tx.commit().await?)
}

/// The hourly look: warns of the consents that end within a week, each end once.
pub(crate) async fn warn(aggregator: &Aggregator) -> Result<(), Error> {
    let now = aggregator.env().now();
    let until = now.checked_add(WARNING).unwrap_or(Timestamp::MAX);
    let mut after = None;
    loop {
        let ending = aggregator.store().consents_ending(now, until, after, CHUNK).await?;
        let Some((id, at)) = ending.last().copied() else { return Ok(()) };
        for (id, at) in ending {
            let mut tx = aggregator.store().begin().await?;
            if let Some(consent) = tx.consent_by_id(id).await?
                && let Some(link) = tx.link_by_id(consent.link).await?
            {
                let due = [("consent_due_date", json!(millis(at)))];
                let key = format!("consent_about_to_expire:{id}:{}", at.as_microsecond());
                let code = EventCode::ConsentAboutToExpire;
                tell(aggregator, &mut tx, &link, &consent, code, &due, Some(key)).await?;
            }
            tx.commit().await?;
        }
        after = Some((at, id));
    }
}

/// Instants as the reference's example has them: milliseconds and `Z`.
pub(crate) fn millis(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// Tells of a consent; only recurrent links are told of (reference: belvo-api 11.3).
pub(crate) async fn tell(
    aggregator: &Aggregator,
    tx: &mut Tx,
    link: &Link,
    consent: &Consent,
    code: EventCode,
    more: &[(&str, Value)],
    dedup_key: Option<String>,
) -> Result<(), Error> {
    if link.access_mode != AccessMode::Recurrent {
        return Ok(());
    }
    let institution = tx.institution_by_code(&consent.institution).await?;
    let mut data = Map::new();
    data.insert("consent_id".to_owned(), json!(consent.id));
    data.extend(more.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
    if matches!(code, EventCode::ConsentAboutToExpire | EventCode::ConsentExpired) {
        data.insert("action".to_owned(), json!("renew"));
    }
    data.insert("institution".to_owned(), json!(consent.institution));
    let name = institution.as_ref().map_or(consent.institution.as_str(), |found| &found.display_name);
    data.insert("institution_display_name".to_owned(), json!(name));
    data.insert(
        "institution_icon_logo".to_owned(),
        json!(institution.as_ref().and_then(|found| found.logo.as_deref())),
    );
    let event = new_event(aggregator, link, EventType::Consent, code, data, dedup_key);
    events::emit(aggregator, tx, event).await.map(drop)
}

fn new_event(
    aggregator: &Aggregator,
    link: &Link,
    kind: EventType,
    code: EventCode,
    data: Map<String, Value>,
    dedup_key: Option<String>,
) -> NewEvent {
    NewEvent {
        application: link.application,
        link: Some(link.id),
        external_id: link.external_id.clone(),
        kind,
        code,
        process: ProcessType::RecurrentUpdate,
        request: aggregator.env().uuid(),
        data,
        dedup_key,
    }
}

/// Job `check_consent`: asks the institution how a consent stands, and ends it here when its time is over, whatever the
/// institution says or does not say.
pub(crate) async fn check_job(aggregator: &Aggregator, job: &Claimed, id: ConsentId) -> Result<(), JobError> {
    let consent = aggregator.store().consent_by_id(id).await?;
    let consent = consent.filter(|consent| consent.status == ConsentStatus::Authorised);
    let Some(consent) = consent else { return job.complete_alone(aggregator).await };
    let Some(link) = aggregator.store().link_by_id(consent.link).await? else {
        return job.complete_alone(aggregator).await;
    };
    let found = ask(aggregator, &consent).await;
    let now = aggregator.env().now();
    let mut tx = aggregator.store().begin().await?;
    job.complete(&mut tx).await?;
    let next = match found {
        Ok(Ok(found)) => {
            adjust(aggregator, &mut tx, &link, &consent, &found).await?;
            let is_over = found.expires_at.is_some_and(|at| at <= now);
            if is_over {
                lose(aggregator, &mut tx, &link, &consent, Some((ConsentStatus::Expired, rejections::run_out())))
                    .await?;
            }
            now
        }
        Ok(Err(end)) => {
            lose(aggregator, &mut tx, &link, &consent, Some(end)).await?;
            now
        }
        Err(error) => {
            if consent.expires_at.is_some_and(|at| at <= now) {
                lose(aggregator, &mut tx, &link, &consent, Some((ConsentStatus::Expired, rejections::run_out())))
                    .await?;
            }
            tracing::info!(link.id = %link.id, %error, "the institution does not say how a consent stands");
            // As if it had been asked long ago: the next sweep after an hour asks again.
            let back = aggregator.settings().consent_check_every - AGAIN;
            now.checked_sub(back).unwrap_or(now)
        }
    };
    tx.note_consent_check(id, next).await?;
    Ok(tx.commit().await?)
}

type End = (ConsentStatus, Rejection);

/// Asks the institution: the consent as it stands there, or how it ended.
pub(crate) async fn ask(aggregator: &Aggregator, consent: &Consent) -> Result<Result<BankConsent, End>, Error> {
    let secrets = consent.secrets.as_ref().ok_or(StoreError::NotFound)?;
    let institution = aggregator.institution(&consent.institution).await?;
    let id = secrets.bank_consent_id.expose_secret();
    let (status, rejection) = match aggregator.connector().consent(&institution, id).await {
        Ok(found) if matches!(found.status, ConsentStatus::Expired | ConsentStatus::Rejected) => {
            (found.status, found.rejection)
        }
        Err(ConnectorError::ConsentRejected(rejection)) => (ConsentStatus::Rejected, rejection),
        Err(ConnectorError::NotFound) => (ConsentStatus::Rejected, None),
        Ok(found) => return Ok(Ok(found)),
        Err(error) => return Err(error.into()),
    };
    let rejection = rejection.unwrap_or_else(|| match status {
        ConsentStatus::Expired => rejections::run_out(),
        _ => rejections::revoked(),
    });
    // The standard knows no state for it: a consent whose time is over is a rejected one with this reason.
    let status = if rejection.reason == rejections::run_out().reason { ConsentStatus::Expired } else { status };
    Ok(Err((status, rejection)))
}

/// Takes over another end that the institution has for a consent.
async fn adjust(
    aggregator: &Aggregator,
    tx: &mut Tx,
    link: &Link,
    consent: &Consent,
    found: &BankConsent,
) -> Result<(), Error> {
    if found.expires_at == consent.expires_at {
        return Ok(());
    }
    tx.set_consent_expiry(consent.id, found.expires_at).await?;
    let due = [("consent_due_date", json!(found.expires_at.map(millis)))];
    tell(aggregator, tx, link, consent, EventCode::ConsentExpirationChanged, &due, None).await
}

/// Makes a link invalid, writes down what became of its consent where that is known, and tells the application: of an end
/// in time by `openfinance_consent_expired`, of anything else by `invalid_credentials`.
pub(crate) async fn lose(
    aggregator: &Aggregator,
    tx: &mut Tx,
    link: &Link,
    consent: &Consent,
    end: Option<End>,
) -> Result<(), Error> {
    let is_first = tx.link_by_id(link.id).await?.is_some_and(|link| link.status != LinkStatus::Invalid);
    tx.set_link_status(link.id, LinkStatus::Invalid).await?;
    let mut expired = false;
    if let Some((status, rejection)) = &end {
        let moved = tx.move_consent(consent.id, &[ConsentStatus::Authorised], *status, Some(rejection)).await?;
        expired = *status == ConsentStatus::Expired;
        if moved && expired {
            let key = Some(format!("consent_expired:{}", consent.id));
            tell(aggregator, tx, link, consent, EventCode::ConsentExpired, &[], key).await?;
        }
    }
    if !is_first {
        return Ok(());
    }
    if !expired {
        let data = json!({"error_code": "invalid_link", "error_message": LOST, "status": 400});
        let data = data.as_object().cloned().unwrap_or_default();
        let event = new_event(aggregator, link, EventType::Link, EventCode::InvalidCredentials, data, None);
        events::emit(aggregator, tx, event).await?;
    }
    tracing::warn!(link.id = %link.id, expired, "link invalid: its consent is over");
    audit::write(aggregator, tx, Some(link.application), "system", "link.invalidated", &link.id.to_string()).await
}
