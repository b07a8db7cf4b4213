//! A new consent for a link that is there (open-finance-brasil 12.4, *renovação padrão*): the link and its data stay.

use serde_json::json;
use vinculo_connector::BankConsent;
use vinculo_domain::{ConsentStatus, EventCode};
use vinculo_store::{BankTokens, Consent, Link, StoreError, Tx};

use super::begin::end_from;
use crate::consents::{millis, tell};
use crate::jobs::{Fetch, Work};
use crate::{Aggregator, Error, audit, queue, rejections};

/// Puts the link on its new consent, ends the earlier one here and, by a job, at the bank, and has the data read anew.
pub(super) async fn reconnect(
    aggregator: &Aggregator,
    tx: &mut Tx,
    consent: &Consent,
    tokens: BankTokens,
    found: &BankConsent,
) -> Result<(), Error> {
    let link = tx.link_by_id(consent.link).await?.ok_or(StoreError::NotFound)?;
    end_earlier(aggregator, tx, &link).await?;
    tx.reconnect_link(link.id, consent.id, &tokens).await?;
    read_again(aggregator, tx, &link).await?;
    let due = [("consent_due_date", json!(found.expires_at.map(millis)))];
    tell(aggregator, tx, &link, consent, EventCode::ConsentExpirationChanged, &due, None).await?;
    audit::write(aggregator, tx, Some(consent.application), "widget", "link.reconnected", &link.id.to_string()).await
}

async fn end_earlier(aggregator: &Aggregator, tx: &mut Tx, link: &Link) -> Result<(), Error> {
    let earlier = match link.consent {
        Some(id) => tx.consent_by_id(id).await?,
        None => None,
    };
    let Some(earlier) = earlier else { return Ok(()) };
    let (authorised, now) = ([ConsentStatus::Authorised], aggregator.env().now());
    end_from(tx, &earlier, &authorised, &rejections::replaced(), now).await.map(drop)
}

/// A link that is kept fresh is due at once; one that is read on request is read once.
async fn read_again(aggregator: &Aggregator, tx: &mut Tx, link: &Link) -> Result<(), Error> {
    let now = aggregator.env().now();
    if link.refresh_rate.is_some() {
        return Ok(tx.schedule_refresh(link.id, Some(now)).await?);
    }
    let request = aggregator.env().uuid();
    let work = Fetch { link: link.id, request, resources: None, window: None, depth: None };
    queue::add(tx, &Work::Fetch(work), now).await
}
