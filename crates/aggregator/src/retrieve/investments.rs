//! Investments and their movements at once.

use vinculo_connector::{ConnectorError, PageOf, Window};
use vinculo_domain::model::{InvestmentDraft, InvestmentTransactionDraft, InvestmentType, splice_investment};
use vinculo_store::{Consent, Link, StoredInvestment};

use super::{MAX_PAGES, Retrieve, finish, open, seen};
use crate::failure::DataError;
use crate::fetch::{Reader, accounts, investment_transactions, investments as fetched, read};
use crate::{Aggregator, Error};

/// Retrieves the investments of all kinds that the bank offers.
///
/// # Errors
/// As [`owners`](super::owners); unsupported when the bank offers none of the kinds, or none was consented.
pub async fn investments(aggregator: &Aggregator, what: Retrieve) -> Result<Vec<String>, Error> {
    let (link, consent) = open(aggregator, what).await?;
    let found = list(aggregator, what, &link, &consent).await?;
    Ok(found.into_iter().map(|investment| investment.body).collect())
}

/// Retrieves the movements of the days of `window`, of all investments.
///
/// # Errors
/// As [`investments`].
pub async fn investment_transactions(
    aggregator: &Aggregator,
    what: Retrieve,
    window: Window,
) -> Result<Vec<String>, Error> {
    let (link, consent) = open(aggregator, what).await?;
    let mut known = aggregator.store().investments_of_link(link.id).await?;
    if known.is_empty() {
        known = list(aggregator, what, &link, &consent).await?;
    }
    let mut reader = seen(aggregator, &link, &consent, Reader::open(aggregator, &link, &consent).await).await?;
    let mut pages = Vec::with_capacity(known.len());
    for investment in &known {
        let read = read_window(&mut reader, investment, window).await;
        pages.push((investment, seen(aggregator, &link, &consent, read).await?));
    }
    let mut tx = aggregator.store().begin().await?;
    tx.hold_link(link.id).await?;
    let mut bodies = Vec::new();
    for (investment, drafts) in pages {
        let scope = (investment.id, investment.kind);
        let stored = investment_transactions::store(aggregator, &mut tx, &link, scope, drafts).await?;
        bodies.extend(stored.iter().map(|body| splice_investment(body, &investment.body)));
    }
    finish(aggregator, tx, &link, what.save).await?;
    Ok(bodies)
}

async fn list(
    aggregator: &Aggregator,
    what: Retrieve,
    link: &Link,
    consent: &Consent,
) -> Result<Vec<StoredInvestment>, Error> {
    let mut reader = seen(aggregator, link, consent, Reader::open(aggregator, link, consent).await).await?;
    let drafts = seen(aggregator, link, consent, read_kinds(&mut reader).await).await?;
    let mut tx = aggregator.store().begin().await?;
    tx.hold_link(link.id).await?;
    let rows = fetched::store(aggregator, &mut tx, link, drafts).await?;
    finish(aggregator, tx, link, what.save).await?;
    let as_stored = |row: vinculo_store::NewInvestment| StoredInvestment {
        id: row.id,
        kind: row.kind,
        bank_id: row.bank_id,
        body: row.body,
    };
    Ok(rows.into_iter().map(as_stored).collect())
}

/// Reads all kinds; those that are not offered count for nothing as long as one is.
async fn read_kinds(reader: &mut Reader<'_>) -> Result<Vec<InvestmentDraft>, Error> {
    let shared = accounts::shared(reader).await?;
    let (mut all, mut offered) = (Vec::new(), false);
    for kind in InvestmentType::ALL {
        match fetched::read_kind(reader, kind, shared.as_deref()).await {
            Ok(found) => {
                offered = true;
                all.extend(found);
            }
            Err(error) if fetched::is_unsupported(&error) => {}
            Err(error) => return Err(error),
        }
    }
    if offered { Ok(all) } else { Err(ConnectorError::Unsupported("investments").into()) }
}

async fn read_window(
    reader: &mut Reader<'_>,
    investment: &StoredInvestment,
    window: Window,
) -> Result<Vec<InvestmentTransactionDraft>, Error> {
    let connector = reader.connector();
    let StoredInvestment { kind, bank_id, .. } = investment;
    let (mut found, mut next) = (Vec::new(), None);
    for _ in 0..MAX_PAGES {
        let page = read!(reader, access =>
            connector.investment_transactions_page(access, *kind, bank_id, window, next.as_ref()));
        let PageOf { items, next: following } = match page {
            Ok(page) => page,
            Err(error) if fetched::is_unsupported(&error) => return Ok(found),
            Err(error) => return Err(error),
        };
        found.extend(items);
        next = following;
        if next.is_none() {
            return Ok(found);
        }
    }
    Err(Error::Data(DataError::RequestTimeout))
}
