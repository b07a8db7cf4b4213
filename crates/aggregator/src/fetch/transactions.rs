use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use vinculo_connector::{ConnectorError, CreditFamily, CreditList, PageOf, PageToken, Window};
use vinculo_domain::model::{AccountCategory, TransactionDraft};
use vinculo_domain::{AccountId, BillId, ProcessType, Resource};
use vinculo_store::{Link, Progress, Stored, Tx};

use super::{Reader, Round, read, settled, stored, transaction_row};
use crate::failure::DataError;
use crate::jobs::Depth;
use crate::worker::JobError;
use crate::{Aggregator, Error};

/// Pages of one list after which a bank counts as going in circles.
const MAX_PAGES: u32 = 2_000;

/// Fetches the transactions of every account, and announces them when the last page of the last account is stored.
pub(super) async fn fetch(round: &Round<'_>, reader: &mut Reader<'_>) -> Result<(), JobError> {
    let mut errors: Vec<DataError> = Vec::new();
    let listed = round.part(Resource::Accounts, "").await?;
    errors.extend(listed.flatten());
    for account in round.aggregator.store().accounts_of_link(round.link.id).await? {
        let owner = owner_of(&account)?;
        // What is paid of contracts may be read thirty times a month, and changes once a month: in full rounds.
        if round.depth == Some(Depth::Delta) && matches!(owner, Owner::Contract(..)) {
            continue;
        }
        let list = List { account: account.id, part: Part::All };
        let failed = one_list(round, reader, &owner, &list).await?;
        errors.extend(failed.filter(|error| !errors.contains(error)));
        if let Owner::Card(_) = owner {
            let failed = bills(round, reader, account.id, &owner).await?;
            errors.extend(failed.into_iter().filter(|error| !errors.contains(error)).collect::<Vec<_>>());
        }
    }
    let mut tx = round.begin().await?;
    let counts = stored(&mut tx, &round.link, Resource::Transactions).await?;
    round.finish(&mut tx, Resource::Transactions, &counts, &errors).await?;
    Ok(tx.commit().await?)
}

/// Reads what stands on the closed bills of a card. A closed bill does not change: it is read to its end once, whatever
/// the round, which also keeps within the limit of thirty calls a month.
async fn bills(
    round: &Round<'_>,
    reader: &mut Reader<'_>,
    account: AccountId,
    owner: &Owner,
) -> Result<Vec<DataError>, JobError> {
    let mut errors = Vec::new();
    for bill in round.aggregator.store().bills_to_read(account).await? {
        let named: Named = serde_json::from_str(&bill.body).map_err(|_| Error::Corrupt("bills"))?;
        let part = Part::Bill(bill.id, named.internal_identification);
        errors.extend(one_list(round, reader, owner, &List { account, part }).await?);
    }
    Ok(errors)
}

/// The part of an account's or a bill's body that reading its transactions needs.
#[derive(Deserialize)]
struct Named {
    internal_identification: String,
    #[serde(default)]
    category: Option<AccountCategory>,
}

/// Whose transactions are read: the institution's identifier of an account, and what kind it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Owner {
    /// A deposit account.
    Deposit(String),
    /// A card account.
    Card(String),
    /// A contract.
    Contract(CreditFamily, String),
}

/// Returns the account as the institution knows it.
pub(crate) fn owner_of(account: &Stored<AccountId>) -> Result<Owner, Error> {
    let named: Named = serde_json::from_str(&account.body).map_err(|_| Error::Corrupt("accounts"))?;
    let name = named.internal_identification;
    Ok(match named.category.and_then(CreditFamily::of) {
        None => Owner::Deposit(name),
        Some(CreditFamily::Cards) => Owner::Card(name),
        Some(family) => Owner::Contract(family, name),
    })
}

/// Reads one page of an account's transactions, from the list that its kind has.
pub(crate) async fn page_of(
    reader: &mut Reader<'_>,
    owner: &Owner,
    window: Window,
    next: Option<&PageToken>,
) -> Result<PageOf<TransactionDraft>, Error> {
    let connector = reader.connector();
    let list = match owner {
        Owner::Deposit(name) => {
            return read!(reader, access => connector.transactions_page(access, name, window, next));
        }
        Owner::Card(name) => CreditList::Card(name),
        Owner::Contract(family, name) => CreditList::Contract(*family, name),
    };
    read!(reader, access => connector.credit_transactions_page(access, list, window, next))
}

/// A list of transactions to be read page by page.
struct List {
    account: AccountId,
    part: Part,
}

enum Part {
    /// Of the account.
    All,
    /// Of one closed bill.
    Bill(BillId, String),
}

impl List {
    /// Names the list in the notes of a round.
    fn scope(&self) -> String {
        match &self.part {
            Part::All => self.account.to_string(),
            Part::Bill(bill, _) => format!("{}/{bill}", self.account),
        }
    }

    async fn page(
        &self,
        reader: &mut Reader<'_>,
        owner: &Owner,
        window: Window,
        next: Option<&PageToken>,
    ) -> Result<PageOf<TransactionDraft>, Error> {
        match (&self.part, owner) {
            (Part::All, owner) => page_of(reader, owner, window, next).await,
            (Part::Bill(_, bill), Owner::Card(card)) => {
                let (connector, list) = (reader.connector(), CreditList::Bill { card, bill });
                read!(reader, access => connector.credit_transactions_page(access, list, window, next))
            }
            (Part::Bill(..), _) => Err(Error::Connector(ConnectorError::Unsupported("bills"))),
        }
    }
}

/// Fetches one list from where it stands. Returns what went wrong for good, so that the others go on.
async fn one_list(
    round: &Round<'_>,
    reader: &mut Reader<'_>,
    owner: &Owner,
    list: &List,
) -> Result<Option<DataError>, JobError> {
    let scope = list.scope();
    if let Some(ended) = round.part(Resource::Transactions, &scope).await? {
        return Ok(ended);
    }
    let begun = round.progress(Resource::Transactions, &scope).await?;
    let mut note = begun.unwrap_or_else(|| round.note(Resource::Transactions, &scope));
    for _ in 0..MAX_PAGES {
        if round.job.is_stopping() {
            return Err(JobError::Interrupted);
        }
        let next = note.next_url.as_ref().map(|url| PageToken::from_text(url.expose_secret()));
        let page = list.page(reader, owner, round.window(), next.as_ref()).await;
        match round.bearable(page)? {
            Ok(page) => store_page(round, list, page, &mut note).await?,
            Err(error) => return round.close_part(Resource::Transactions, &scope, error).await,
        }
        if note.done {
            return Ok(None);
        }
    }
    round.close_part(Resource::Transactions, &scope, DataError::UnexpectedError).await
}

/// Stores one page together with the note where to go on.
async fn store_page(
    round: &Round<'_>,
    list: &List,
    page: PageOf<TransactionDraft>,
    note: &mut Progress,
) -> Result<(), JobError> {
    let mut tx = round.begin().await?;
    let name = round.round_name();
    let stored = store(round.aggregator, &mut tx, &round.link, list.account, &name, page.items).await?;
    note.records = note.records.saturating_add(i64::try_from(stored.len()).unwrap_or(i64::MAX));
    note.done = page.next.is_none();
    note.next_url = page.next.map(|token| SecretString::from(token.as_str().to_owned()));
    note.updated_at = round.aggregator.env().now();
    if note.done {
        match &list.part {
            Part::All => {
                // What was not final and did not come again has become something else.
                let window = round.window();
                let settled = tx.settle_pending(list.account, window.from, window.to, &name).await?;
                let process =
                    if round.depth.is_some() { ProcessType::RecurrentUpdate } else { ProcessType::HistoricalUpdate };
                settled::tell(round.aggregator, &mut tx, &round.link, process, round.work.request, &settled).await?;
            }
            Part::Bill(bill, _) => tx.complete_bill(*bill).await?,
        }
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
    mut drafts: Vec<TransactionDraft>,
) -> Result<Vec<String>, Error> {
    let now = aggregator.env().now();
    name_bills(tx, account, &mut drafts).await?;
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

/// Writes into card transactions what is known of their bills.
async fn name_bills(tx: &mut Tx, account: AccountId, drafts: &mut [TransactionDraft]) -> Result<(), Error> {
    let mut keys: Vec<&str> = drafts.iter().filter_map(TransactionDraft::bill).collect();
    keys.sort_unstable();
    keys.dedup();
    let known = tx.bill_references(account, &keys).await?;
    for draft in drafts {
        let reference = draft.bill().and_then(|key| known.get(key));
        if let (Some(reference), Some(card)) = (reference, &mut draft.content.credit_card_data) {
            card.refer_to(reference);
        }
    }
    Ok(())
}
