use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use vinculo_connector::{PageOf, PageToken};
use vinculo_domain::model::TransactionDraft;
use vinculo_domain::{AccountId, ProcessType, Resource};
use vinculo_store::{Link, Progress, Stored, Tx};

use super::{Reader, Round, read, settled, stored, transaction_row};
use crate::failure::DataError;
use crate::quota::Allowance;
use crate::worker::JobError;
use crate::{Aggregator, Error, access};

/// Pages of one account after which a bank counts as going in circles.
const MAX_PAGES: u32 = 2_000;

/// Fetches the transactions of every account, and announces them when the last page of the last account is stored.
pub(super) async fn fetch(round: &Round<'_>, reader: &mut Reader<'_>) -> Result<(), JobError> {
    let mut errors: Vec<DataError> = Vec::new();
    let listed = round.progress(Resource::Accounts, "").await?;
    errors.extend(listed.and_then(|note| note.error).as_deref().map(DataError::from_code));
    for account in round.aggregator.store().accounts_of_link(round.link.id).await? {
        let failed = one_account(round, reader, &account).await?;
        errors.extend(failed.filter(|error| !errors.contains(error)));
    }
    let mut tx = round.begin().await?;
    let counts = stored(&mut tx, &round.link, Resource::Transactions).await?;
    round.finish(&mut tx, Resource::Transactions, &counts, &errors).await?;
    Ok(tx.commit().await?)
}

/// The part of an account's body that reading its transactions needs.
#[derive(Deserialize)]
struct Named {
    internal_identification: String,
}

pub(crate) fn name_of(account: &Stored<AccountId>) -> Result<String, Error> {
    let named: Named = serde_json::from_str(&account.body).map_err(|_| Error::Corrupt("accounts"))?;
    Ok(named.internal_identification)
}

/// Fetches one account from where it stands. Returns what went wrong for good, so that the other accounts go on.
async fn one_account(
    round: &Round<'_>,
    reader: &mut Reader<'_>,
    account: &Stored<AccountId>,
) -> Result<Option<DataError>, JobError> {
    let scope = account.id.to_string();
    let mut note = match round.progress(Resource::Transactions, &scope).await? {
        Some(note) if note.done => return Ok(note.error.as_deref().map(DataError::from_code)),
        Some(note) => note,
        None => round.note(Resource::Transactions, &scope),
    };
    let name = name_of(account)?;
    for _ in 0..MAX_PAGES {
        if round.job.is_stopping() {
            return Err(JobError::Interrupted);
        }
        match page(round, reader, account.id, &name, &mut note).await {
            Ok(()) if note.done => return Ok(None),
            Ok(()) => {}
            Err(JobError::Connector(error)) if !error.is_transient() && !access::may_be_lost(&error) => {
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
    account: AccountId,
    name: &str,
    note: &mut Progress,
) -> Result<(), JobError> {
    let (connector, window) = (reader.connector(), round.window());
    let next = note.next_url.as_ref().map(|url| PageToken::from_text(url.expose_secret()));
    let (kind, scope) = (Allowance::of(window, reader.now()), account.to_string());
    // Further pages are free.
    let is_first = next.is_none();
    if is_first {
        reader.spend(kind, &scope).await?;
    }
    let mut came = read!(reader, access => connector.transactions_page(access, name, window, next.as_ref()));
    if is_first {
        came = reader.settle(kind, &scope, came).await;
    }
    let PageOf { items, next } = came?;
    let mut tx = round.begin().await?;
    let stored = store(round.aggregator, &mut tx, &round.link, account, &round.round_name(), items).await?;
    note.records = note.records.saturating_add(i64::try_from(stored.len()).unwrap_or(i64::MAX));
    note.done = next.is_none();
    note.next_url = next.map(|token| SecretString::from(token.as_str().to_owned()));
    note.updated_at = reader.now();
    if note.done {
        // What was not final and did not come again has become something else.
        let settled = tx.settle_pending(account, window.from, window.to, &round.round_name()).await?;
        let process = if round.depth.is_some() { ProcessType::RecurrentUpdate } else { ProcessType::HistoricalUpdate };
        settled::tell(round.aggregator, &mut tx, &round.link, process, round.work.request, &settled).await?;
    }
    tx.put_progress(note).await?;
    Ok(tx.commit().await?)
}

/// Closes a part of a round that cannot be read, an account or an investment. Not offered is no failure.
pub(super) async fn close(
    round: &Round<'_>,
    note: &mut Progress,
    error: DataError,
) -> Result<Option<DataError>, JobError> {
    let error = Some(error).filter(|error| *error != DataError::UnsupportedOperation);
    note.done = true;
    note.next_url = None;
    note.error = error.map(|error| error.code().to_owned());
    note.updated_at = round.aggregator.env().now();
    let mut tx = round.begin().await?;
    tx.put_progress(note).await?;
    tx.commit().await?;
    Ok(error)
}

/// Stores one page. Returns the bodies, without their account.
pub(crate) async fn store(
    aggregator: &Aggregator,
    tx: &mut Tx,
    link: &Link,
    account: AccountId,
    round: &str,
    drafts: Vec<TransactionDraft>,
) -> Result<Vec<String>, Error> {
    let now = aggregator.env().now();
    let keys: Vec<&str> = drafts.iter().map(|draft| draft.bank_key.as_str()).collect();
    let mut known = tx.known_transactions(account, &keys).await?;
    let mut rows = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let known = known.get_or_new(&draft.bank_key, aggregator.env());
        rows.push(transaction_row(draft, known, link, now)?);
    }
    tx.upsert_transactions(link.id, account, round, &rows).await?;
    Ok(rows.into_iter().map(|row| row.body).collect())
}
