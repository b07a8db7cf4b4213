use vinculo_connector::{AccountReading, CreditFamily, SharedResource};
use vinculo_domain::model::AccountDraft;
use vinculo_domain::{AccountId, Resource};
use vinculo_store::{Link, Tx};

use super::rows::account_keys;
use super::{Reader, Round, account_row, balance_row, blocked, read, stored};
use crate::failure::DataError;
use crate::worker::JobError;
use crate::{Aggregator, Error, access};

/// The part of a round that reads deposit accounts; the others are named like their family.
const DEPOSIT: &str = "accounts";

/// Fetches the accounts of every family, and announces them if they were asked for. A family that cannot be had says so,
/// and the others go on.
pub(super) async fn fetch(round: &Round<'_>, reader: &mut Reader<'_>) -> Result<(), JobError> {
    let shared = round.bearable(shared(reader).await)?.ok().flatten().unwrap_or_default();
    blocked::tell(round, &shared).await?;
    let mut errors: Vec<DataError> = Vec::new();
    let failed = deposit(round, reader).await?;
    errors.extend(failed);
    for family in CreditFamily::ALL.into_iter().filter(|family| is_shared(&shared, *family)) {
        let failed = credit(round, reader, family).await?;
        errors.extend(failed.filter(|error| !errors.contains(error)));
    }
    let mut tx = round.begin().await?;
    let counts = stored(&mut tx, &round.link, Resource::Accounts).await?;
    round.finish(&mut tx, Resource::Accounts, &counts, &errors).await?;
    Ok(tx.commit().await?)
}

/// Asks the bank what is shared, which waits while it is still gathering (open-finance-brasil 5 and 10). `None` where it
/// does not say.
pub(crate) async fn shared(reader: &mut Reader<'_>) -> Result<Option<Vec<SharedResource>>, Error> {
    let connector = reader.connector();
    match read!(reader, access => connector.resources(access)) {
        Ok(all) => Ok(Some(all).filter(|all| !all.is_empty())),
        // A bank whose list of resources fails may still serve the products: those decide.
        Err(Error::Connector(error)) if !error.is_transient() && !access::may_be_lost(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A bank that lists what is shared, and no product of a family, need not be asked for the family.
fn is_shared(shared: &[SharedResource], family: CreditFamily) -> bool {
    shared.is_empty() || shared.iter().any(|resource| resource.kind == family.resource())
}

async fn deposit(round: &Round<'_>, reader: &mut Reader<'_>) -> Result<Option<DataError>, JobError> {
    if let Some(note) = round.part(Resource::Accounts, DEPOSIT).await? {
        return Ok(note);
    }
    let readings = match round.bearable(read_deposit(reader).await)? {
        Ok(readings) => readings,
        Err(error) => return round.close_part(Resource::Accounts, DEPOSIT, error).await,
    };
    let mut tx = round.begin().await?;
    let stored = store(round.aggregator, &mut tx, &round.link, readings).await?;
    round.end_part(tx, Resource::Accounts, DEPOSIT, stored.len()).await
}

/// Reads the deposit accounts, as far as the month's allowance goes.
pub(crate) async fn read_deposit(reader: &mut Reader<'_>) -> Result<Vec<AccountReading>, Error> {
    let connector = reader.connector();
    read!(reader, access => connector.accounts(access))
}

async fn credit(
    round: &Round<'_>,
    reader: &mut Reader<'_>,
    family: CreditFamily,
) -> Result<Option<DataError>, JobError> {
    let part = family.as_str();
    if let Some(note) = round.part(Resource::Accounts, part).await? {
        return Ok(note);
    }
    if round.job.is_stopping() {
        return Err(JobError::Interrupted);
    }
    let connector = reader.connector();
    let drafts = match round.bearable(read!(reader, access => connector.credit_accounts(access, family)))? {
        Ok(drafts) => drafts,
        Err(error) => return round.close_part(Resource::Accounts, part, error).await,
    };
    let mut tx = round.begin().await?;
    let stored = store(round.aggregator, &mut tx, &round.link, credit_readings(drafts)).await?;
    round.end_part(tx, Resource::Accounts, part, stored.len()).await
}

/// Cards and contracts have their balance inside; a record of its own is for deposit accounts.
pub(crate) fn credit_readings(drafts: Vec<AccountDraft>) -> Vec<AccountReading> {
    drafts.into_iter().map(|account| AccountReading { account, balance: None }).collect()
}

/// The balances came with the deposit accounts: what remains is to announce them.
pub(super) async fn finish_balances(round: &Round<'_>) -> Result<(), JobError> {
    let mut tx = round.begin().await?;
    let counts = stored(&mut tx, &round.link, Resource::Balances).await?;
    let errors: Vec<DataError> = failure(round, DEPOSIT).await?.into_iter().collect();
    round.finish(&mut tx, Resource::Balances, &counts, &errors).await?;
    Ok(tx.commit().await?)
}

/// Why the cards could not be had, for what hangs on them.
pub(super) async fn cards_failure(round: &Round<'_>) -> Result<Option<DataError>, JobError> {
    failure(round, CreditFamily::Cards.as_str()).await
}

/// Why a part could not be had: what it says itself, or all of the accounts when the round never came to it.
async fn failure(round: &Round<'_>, part: &str) -> Result<Option<DataError>, JobError> {
    match round.part(Resource::Accounts, part).await? {
        Some(failed) => Ok(failed),
        None => Ok(round.part(Resource::Accounts, "").await?.flatten()),
    }
}

/// What was stored of one account.
pub(crate) struct StoredReading {
    /// Id of the account.
    pub(crate) account: AccountId,
    /// Body of the account.
    pub(crate) body: String,
    /// Body of its balance.
    pub(crate) balance: Option<String>,
}

/// Stores accounts and their balances.
pub(crate) async fn store(
    aggregator: &Aggregator,
    tx: &mut Tx,
    link: &Link,
    readings: Vec<AccountReading>,
) -> Result<Vec<StoredReading>, Error> {
    let now = aggregator.env().now();
    let mut known = tx.known_accounts(link.id, &account_keys(&readings)).await?;
    let mut rows = Vec::with_capacity(readings.len());
    let mut balances = Vec::with_capacity(readings.len());
    for AccountReading { account, balance } in readings {
        let known = known.get_or_new(account.bank_key(), aggregator.env());
        rows.push(account_row(account, known, link, now)?);
        balances.push(balance);
    }
    tx.upsert_accounts(link.application, link.id, &rows).await?;
    let mut stored = Vec::with_capacity(rows.len());
    for (row, balance) in rows.into_iter().zip(balances) {
        let balance = match balance {
            Some(balance) => {
                let known = tx.known_balance(row.id).await?;
                let balance = balance_row(balance, known, row.id, link, now)?;
                tx.upsert_balance(link.id, &balance).await?;
                Some(balance.body)
            }
            None => None,
        };
        stored.push(StoredReading { account: row.id, body: row.body, balance });
    }
    Ok(stored)
}
