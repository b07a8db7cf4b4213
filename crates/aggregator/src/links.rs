//! Deleting a link, and asking for another round of its data.

use uuid::Uuid;
use vinculo_domain::{
    ApplicationId, ConsentStatus, Env, EventCode, EventType, LinkId, LinkStatus, ProcessType, Resource,
};
use vinculo_store::{Consent, Link, Tx};

use crate::events::NewEvent;
use crate::failure::DataError;
use crate::jobs::{DeleteLink, Fetch, Revoke, Work};
use crate::worker::{Claimed, JobError};
use crate::{Aggregator, Error, audit, events, queue, rejections};

/// Deletes a link: it and everything below it is erased with its key, the consent stays as evidence, and a job ends it at
/// the bank. Data that is being fetched meanwhile is not stored. `actor` goes into the audit log (`api:<key id>`).
///
/// # Errors
/// [`Error::NotFound`] when the application has no such link.
pub async fn delete(
    aggregator: &Aggregator,
    application: ApplicationId,
    link: LinkId,
    actor: &str,
) -> Result<(), Error> {
    let mut tx = aggregator.store().begin().await?;
    let link = tx.link(application, link).await?.ok_or(Error::NotFound)?;
    erase(aggregator.env(), &mut tx, &link, actor, "link.deleted").await?;
    tx.commit().await?;
    tracing::info!(link.id = %link.id, "link deleted");
    Ok(())
}

/// Has a link deleted in the background; the event `link_deleted` with the returned `request_id` follows.
///
/// # Errors
/// [`Error::NotFound`] when the application has no such link.
pub async fn delete_later(aggregator: &Aggregator, application: ApplicationId, link: LinkId) -> Result<Uuid, Error> {
    let mut tx = aggregator.store().begin().await?;
    let link = tx.link(application, link).await?.ok_or(Error::NotFound)?;
    let request = aggregator.env().uuid();
    let work = DeleteLink { application, link: link.id, request };
    queue::add(&mut tx, &Work::DeleteLink(work), aggregator.env().now()).await?;
    tx.commit().await?;
    Ok(request)
}

/// Has a link's data fetched in the background: `resources`, or what the link asks for. The events `historical_update`
/// with the returned `request_id` follow. `window` bounds the transactions; twelve months without it.
///
/// # Errors
/// [`Error::NotFound`] when the application has no such link, [`Error::Data`] when it is invalid.
pub async fn fetch_later(
    aggregator: &Aggregator,
    application: ApplicationId,
    link: LinkId,
    resources: Option<Vec<Resource>>,
    window: Option<(jiff::civil::Date, jiff::civil::Date)>,
) -> Result<Uuid, Error> {
    let mut tx = aggregator.store().begin().await?;
    let link = tx.link(application, link).await?.ok_or(Error::NotFound)?;
    if link.status == LinkStatus::Invalid {
        return Err(Error::Data(DataError::InvalidLink));
    }
    let request = aggregator.env().uuid();
    let work = Fetch { link: link.id, request, resources, window, depth: None };
    queue::add(&mut tx, &Work::Fetch(work), aggregator.env().now()).await?;
    tx.commit().await?;
    Ok(request)
}

/// Job `delete_link`.
pub(crate) async fn delete_job(aggregator: &Aggregator, job: &Claimed, work: &DeleteLink) -> Result<(), JobError> {
    let mut tx = aggregator.store().begin().await?;
    job.complete(&mut tx).await?;
    if let Some(link) = tx.link(work.application, work.link).await? {
        erase(aggregator.env(), &mut tx, &link, "api", "link.deleted").await?;
        tell(aggregator.env(), &mut tx, &link, work.request, serde_json::Map::new()).await?;
    }
    Ok(tx.commit().await?)
}

/// Tells the application that a link is gone.
pub(crate) async fn tell(
    env: &Env,
    tx: &mut Tx,
    link: &Link,
    request: Uuid,
    data: serde_json::Map<String, serde_json::Value>,
) -> Result<(), Error> {
    let event = NewEvent {
        application: link.application,
        link: Some(link.id),
        external_id: link.external_id.clone(),
        kind: EventType::Link,
        code: EventCode::LinkDeleted,
        process: ProcessType::HistoricalUpdate,
        request,
        data,
        dedup_key: Some(format!("link_deleted:{}", link.id)),
    };
    events::write(env, tx, event).await.map(drop)
}

/// Erases a link and everything below it with its key, and has its consent ended at the bank. `action` goes into the
/// audit log.
pub(crate) async fn erase(env: &Env, tx: &mut Tx, link: &Link, actor: &str, action: &str) -> Result<(), Error> {
    if let Some(consent) = tx.consent_of_link(link.id).await? {
        end_consent(env, tx, &consent).await?;
    }
    if !tx.erase_link(link.id).await? {
        // Somebody else was faster, by a moment: it is gone, and who did it is written down.
        return Ok(());
    }
    audit::append(env, tx, Some(link.application), actor, action, &link.id.to_string()).await
}

/// Ends a consent here if it is alive, and by a job at the bank. Call it before the erasure: the bank's id of the consent
/// goes with it. Returns whether it was alive.
pub(crate) async fn end_consent(env: &Env, tx: &mut Tx, consent: &Consent) -> Result<bool, Error> {
    let live = [ConsentStatus::Authorised, ConsentStatus::AwaitingAuthorisation, ConsentStatus::AwaitingConfirmation];
    let moved = tx.move_consent(consent.id, &live, ConsentStatus::Rejected, Some(&rejections::revoked())).await?;
    if let Some(work) = Revoke::of(consent).filter(|_| moved) {
        queue::add(tx, &Work::Revoke(work), env.now()).await?;
    }
    Ok(moved)
}
