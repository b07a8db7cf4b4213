use vinculo_domain::Resource;
use vinculo_domain::model::OwnerDraft;
use vinculo_store::{Consent, ConsentRecord, Link, Tx};

use super::{Reader, Round, owner_row, read, stored};
use crate::worker::JobError;
use crate::{Aggregator, Error};

/// Fetches the owners and announces them.
pub(super) async fn fetch(round: &Round<'_>, reader: &mut Reader<'_>) -> Result<(), JobError> {
    let connector = reader.connector();
    let drafts = read!(reader, access => connector.owners(access))?;
    let mut tx = round.begin().await?;
    store(round.aggregator, &mut tx, &round.link, drafts, Some(&round.consent)).await?;
    let counts = stored(&mut tx, &round.link, Resource::Owners).await?;
    round.finish(&mut tx, Resource::Owners, &counts, &[]).await?;
    Ok(tx.commit().await?)
}

/// Stores owners; the consent learns the full name that the institution gives. Returns the bodies.
pub(crate) async fn store(
    aggregator: &Aggregator,
    tx: &mut Tx,
    link: &Link,
    drafts: Vec<OwnerDraft>,
    consent: Option<&Consent>,
) -> Result<Vec<String>, Error> {
    let now = aggregator.env().now();
    if let Some((consent, record)) = consent.and_then(|consent| Some((consent, consent.record.as_ref()?)))
        && let Some(first) = drafts.first()
        && record.display_name.as_deref() != Some(first.display_name())
    {
        let named = ConsentRecord { display_name: Some(first.display_name().to_owned()), ..record.clone() };
        tx.update_consent_record(consent.id, &named).await?;
    }
    let keys: Vec<&str> = drafts.iter().map(OwnerDraft::bank_key).collect();
    let mut known = tx.known_owners(link.id, &keys).await?;
    let mut rows = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let known = known.get_or_new(draft.bank_key(), aggregator.env());
        rows.push(owner_row(draft, known, link, now)?);
    }
    tx.upsert_owners(link.application, link.id, &rows).await?;
    Ok(rows.into_iter().map(|row| row.body).collect())
}
