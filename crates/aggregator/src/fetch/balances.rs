//! Between two full rounds only the balances of the accounts are read; the accounts show them, too.

use vinculo_connector::ConnectorError;
use vinculo_domain::model::{Account, AccountHead, Balances};
use vinculo_domain::{AccountId, Amount, Resource};
use vinculo_store::{Known, Stored, Tx};

use super::transactions::{Owner, owner_of};
use super::{Reader, Round, account_row, balance_row, read, stored};
use crate::failure::DataError;
use crate::worker::JobError;
use crate::{Error, access};

/// Reads the balance of every account that has one.
pub(super) async fn fetch(round: &Round<'_>, reader: &mut Reader<'_>) -> Result<(), JobError> {
    let mut errors = Vec::new();
    for account in round.aggregator.store().accounts_of_link(round.link.id).await? {
        match one(round, reader, &account).await {
            Ok(()) => {}
            Err(JobError::Connector(ConnectorError::Unsupported(_) | ConnectorError::NotFound)) => {}
            Err(JobError::Connector(error)) if !error.is_transient() && !access::may_be_lost(&error) => {
                let error = DataError::from_connector(&error);
                if !errors.contains(&error) {
                    errors.push(error);
                }
            }
            Err(error) => return Err(error),
        }
    }
    let mut tx = round.begin().await?;
    let counts = stored(&mut tx, &round.link, Resource::Accounts).await?;
    round.finish(&mut tx, Resource::Accounts, &counts, &errors).await?;
    Ok(tx.commit().await?)
}

async fn one(round: &Round<'_>, reader: &mut Reader<'_>, account: &Stored<AccountId>) -> Result<(), JobError> {
    let Owner::Deposit(name) = owner_of(account)? else { return Ok(()) };
    let connector = reader.connector();
    let draft = read!(reader, access => connector.balance(access, &name))?;
    let now = round.aggregator.env().now();
    let mut tx = round.begin().await?;
    let content = &draft.content;
    let shown = Balances {
        current: Some(Amount::new(content.available.decimal() + content.blocked.decimal())),
        available: Some(content.available),
        blocked: Some(content.blocked),
        automatically_invested: Some(content.automatically_invested),
    };
    show(round, &mut tx, account, shown).await?;
    let known = tx.known_balance(account.id).await?;
    let row = balance_row(draft, known, account.id, &round.link, now)?;
    tx.upsert_balance(round.link.id, &row).await?;
    Ok(tx.commit().await?)
}

/// Writes the account anew, with these balances.
async fn show(round: &Round<'_>, tx: &mut Tx, stored: &Stored<AccountId>, balances: Balances) -> Result<(), JobError> {
    let account: Account = serde_json::from_str(&stored.body).map_err(|_| Error::Corrupt("accounts"))?;
    let AccountHead { id, created_at, .. } = account.head;
    let mut content = account.content;
    content.balance = balances;
    let row = account_row(content, Known { id, created_at }, &round.link, round.aggregator.env().now())?;
    tx.upsert_accounts(round.link.application, round.link.id, &[row]).await?;
    Ok(())
}
