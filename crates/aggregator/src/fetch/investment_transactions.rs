use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use vinculo_connector::{PageOf, PageToken};
use vinculo_domain::model::{InvestmentTransactionDraft, InvestmentType};
use vinculo_domain::{InvestmentId, InvestmentTransactionId, Resource};
use vinculo_store::{Known, Link, NewInvestmentTransaction, Progress, StoredInvestment, Tx};

use super::investments::later;
use super::rows::{body, ids, word};
use super::transactions::close;
use super::{Reader, Round, read, stored};
use crate::failure::DataError;
use crate::worker::JobError;
use crate::{Aggregator, Error, access};

/// Pages of one investment after which a bank counts as going in circles.
const MAX_PAGES: u32 = 2_000;

/// Fetches the movements of every investment, and announces them when the last page of the last one is stored.
pub(super) async fn fetch(round: &Round<'_>, reader: &mut Reader<'_>) -> Result<(), JobError> {
    let mut errors: Vec<DataError> = Vec::new();
    let listed = round.progress(Resource::Investments, "").await?;
    errors.extend(listed.and_then(|note| note.error).as_deref().map(DataError::from_code));
    let mut put_off = None;
    for investment in round.aggregator.store().investments_of_link(round.link.id).await? {
        let failed = later(one_investment(round, reader, &investment).await, &mut put_off)?;
        errors.extend(failed.filter(|error| !errors.contains(error)));
    }
    if let Some(error) = put_off {
        return Err(error);
    }
    let mut tx = round.begin().await?;
    let counts = stored(&mut tx, &round.link, Resource::InvestmentTransactions).await?;
    round.finish(&mut tx, Resource::InvestmentTransactions, &counts, &errors).await?;
    Ok(tx.commit().await?)
}

/// Fetches one investment from where it stands. Returns what went wrong for good, so that the others go on.
async fn one_investment(
    round: &Round<'_>,
    reader: &mut Reader<'_>,
    investment: &StoredInvestment,
) -> Result<Option<DataError>, JobError> {
    let scope = investment.id.to_string();
    let mut note = match round.progress(Resource::InvestmentTransactions, &scope).await? {
        Some(note) if note.done => return Ok(note.error.as_deref().map(DataError::from_code)),
        Some(note) => note,
        None => round.note(Resource::InvestmentTransactions, &scope),
    };
    for _ in 0..MAX_PAGES {
        if round.job.is_stopping() {
            return Err(JobError::Interrupted);
        }
        match page(round, reader, investment, &mut note).await {
            Ok(()) if note.done => return Ok(None),
            Ok(()) => {}
            Err(JobError::Connector(error)) if round.is_over(&error) && !access::may_be_lost(&error) => {
                return close(round, &mut note, DataError::from_connector(&error)).await;
            }
            Err(error) => return Err(error),
        }
    }
    close(round, &mut note, DataError::UnexpectedError).await
}

/// Reads one page, and stores it together with the note where to go on.
async fn page(
    round: &Round<'_>,
    reader: &mut Reader<'_>,
    investment: &StoredInvestment,
    note: &mut Progress,
) -> Result<(), JobError> {
    let (connector, window) = (reader.connector(), round.window());
    let StoredInvestment { id, kind, bank_id, .. } = investment;
    let next = note.next_url.as_ref().map(|url| PageToken::from_text(url.expose_secret()));
    let PageOf { items, next } = read!(reader, access =>
        connector.investment_transactions_page(access, *kind, bank_id, window, next.as_ref()))?;
    let mut tx = round.begin().await?;
    let stored = store(round.aggregator, &mut tx, &round.link, (*id, *kind), items).await?;
    note.records = note.records.saturating_add(i64::try_from(stored.len()).unwrap_or(i64::MAX));
    note.done = next.is_none();
    note.next_url = next.map(|token| SecretString::from(token.as_str().to_owned()));
    note.updated_at = reader.now();
    tx.put_progress(note).await?;
    Ok(tx.commit().await?)
}

/// Stores one page. Returns the bodies, without their investment.
pub(crate) async fn store(
    aggregator: &Aggregator,
    tx: &mut Tx,
    link: &Link,
    investment: (InvestmentId, InvestmentType),
    drafts: Vec<InvestmentTransactionDraft>,
) -> Result<Vec<String>, Error> {
    let now = aggregator.env().now();
    let keys: Vec<&str> = drafts.iter().map(|draft| draft.bank_key.as_str()).collect();
    let mut known = tx.known_investment_transactions(investment.0, &keys).await?;
    let mut rows = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let known = known.get_or_new(&draft.bank_key, aggregator.env());
        rows.push(row(draft, known, link, now)?);
    }
    tx.upsert_investment_transactions(link.id, investment, &rows).await?;
    Ok(rows.into_iter().map(|row| row.body).collect())
}

fn row(
    draft: InvestmentTransactionDraft,
    known: Known<InvestmentTransactionId>,
    link: &Link,
    now: Timestamp,
) -> Result<NewInvestmentTransaction, Error> {
    Ok(NewInvestmentTransaction {
        id: known.id,
        bank_key: draft.bank_key.clone(),
        kind: draft.content.direction.as_ref().and_then(word),
        value_date: draft.content.value_date,
        created_at: known.created_at,
        collected_at: now,
        body: body(&draft.with_ids(ids(known, link.id, now)))?,
    })
}
