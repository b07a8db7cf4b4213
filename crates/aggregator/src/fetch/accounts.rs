use vinculo_connector::{AccountReading, SharedResource};
use vinculo_domain::{AccountId, Resource};
use vinculo_store::{Link, Tx};

use super::rows::account_keys;
use super::{Reader, Round, account_row, balance_row, read, stored};
use crate::failure::DataError;
use crate::quota::Allowance;
use crate::worker::JobError;
use crate::{Aggregator, Error, access};

/// Fetches the accounts with their balances, and announces them if they were asked for.
pub(super) async fn fetch(round: &Round<'_>, reader: &mut Reader<'_>) -> Result<(), JobError> {
    let connector = reader.connector();
    shared(reader).await?;
    reader.spend(Allowance::Accounts, "").await?;
    let came = read!(reader, access => connector.accounts(access));
    let readings = reader.settle(Allowance::Accounts, "", came).await?;
    let mut tx = round.begin().await?;
    store(round.aggregator, &mut tx, &round.link, readings).await?;
    let counts = stored(&mut tx, &round.link, Resource::Accounts).await?;
    round.finish(&mut tx, Resource::Accounts, &counts, &[]).await?;
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

/// The balances came with the accounts: what remains is to announce them.
pub(super) async fn finish_balances(round: &Round<'_>) -> Result<(), JobError> {
    let accounts = round.progress(Resource::Accounts, "").await?;
    let mut tx = round.begin().await?;
    let counts = stored(&mut tx, &round.link, Resource::Balances).await?;
    let errors: Vec<DataError> =
        accounts.and_then(|note| note.error).as_deref().map(DataError::from_code).into_iter().collect();
    round.finish(&mut tx, Resource::Balances, &counts, &errors).await?;
    Ok(tx.commit().await?)
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
