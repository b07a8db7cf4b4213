use secrecy::{ExposeSecret as _, SecretString};
use vinculo_connector::{PageOf, PageToken};
use vinculo_domain::model::BillDraft;
use vinculo_domain::{AccountId, Resource};
use vinculo_store::{Link, Progress, Tx};

use super::transactions::{Owner, owner_of};
use super::{Reader, Round, accounts, bill_row, read, stored};
use crate::failure::DataError;
use crate::worker::JobError;
use crate::{Aggregator, Error};

/// Pages of one card after which a bank counts as going in circles.
const MAX_PAGES: u32 = 100;

/// Fetches the closed bills of every card, and announces them if they were asked for.
pub(super) async fn fetch(round: &Round<'_>, reader: &mut Reader<'_>) -> Result<(), JobError> {
    let mut errors: Vec<DataError> = accounts::cards_failure(round).await?.into_iter().collect();
    for account in round.aggregator.store().accounts_of_link(round.link.id).await? {
        let Owner::Card(name) = owner_of(&account)? else { continue };
        let failed = one_card(round, reader, account.id, &name).await?;
        errors.extend(failed.filter(|error| !errors.contains(error)));
    }
    let mut tx = round.begin().await?;
    let counts = stored(&mut tx, &round.link, Resource::Bills).await?;
    round.finish(&mut tx, Resource::Bills, &counts, &errors).await?;
    Ok(tx.commit().await?)
}

/// Fetches one card's bills from where they stand. Returns what went wrong for good, so that the other cards go on.
async fn one_card(
    round: &Round<'_>,
    reader: &mut Reader<'_>,
    account: AccountId,
    name: &str,
) -> Result<Option<DataError>, JobError> {
    let scope = account.to_string();
    if let Some(ended) = round.part(Resource::Bills, &scope).await? {
        return Ok(ended);
    }
    let begun = round.progress(Resource::Bills, &scope).await?;
    let mut note = begun.unwrap_or_else(|| round.note(Resource::Bills, &scope));
    for _ in 0..MAX_PAGES {
        if round.job.is_stopping() {
            return Err(JobError::Interrupted);
        }
        let (connector, window) = (reader.connector(), round.window());
        let next = note.next_url.as_ref().map(|url| PageToken::from_text(url.expose_secret()));
        let page = read!(reader, access => connector.bills_page(access, name, window, next.as_ref()));
        match round.bearable(page)? {
            Ok(page) => store_page(round, account, page, &mut note).await?,
            Err(error) => return round.close_part(Resource::Bills, &scope, error).await,
        }
        if note.done {
            return Ok(None);
        }
    }
    round.close_part(Resource::Bills, &scope, DataError::UnexpectedError).await
}

/// Stores one page together with the note where to go on.
async fn store_page(
    round: &Round<'_>,
    account: AccountId,
    page: PageOf<BillDraft>,
    note: &mut Progress,
) -> Result<(), JobError> {
    let mut tx = round.begin().await?;
    let stored = store(round.aggregator, &mut tx, &round.link, account, page.items).await?;
    note.records = note.records.saturating_add(i64::try_from(stored.len()).unwrap_or(i64::MAX));
    note.done = page.next.is_none();
    note.next_url = page.next.map(|token| SecretString::from(token.as_str().to_owned()));
    note.updated_at = round.aggregator.env().now();
    tx.put_progress(note).await?;
    Ok(tx.commit().await?)
}

/// Stores bills of one card. Returns the bodies, without their account.
pub(crate) async fn store(
    aggregator: &Aggregator,
    tx: &mut Tx,
    link: &Link,
    account: AccountId,
    drafts: Vec<BillDraft>,
) -> Result<Vec<String>, Error> {
    let now = aggregator.env().now();
    let keys: Vec<&str> = drafts.iter().map(BillDraft::bank_key).collect();
    let mut known = tx.known_bills(account, &keys).await?;
    let mut rows = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let known = known.get_or_new(draft.bank_key(), aggregator.env());
        rows.push(bill_row(draft, known, link, now)?);
    }
    tx.upsert_bills(link.id, account, &rows).await?;
    Ok(rows.into_iter().map(|row| row.body).collect())
}
