//! Data from the bank at once, for the POST of a resource: stored when the caller wants it, returned in any case.
//!
//! Bodies are the JSON texts that the API serves. Records that are known keep their ids, also when nothing is stored.

mod exchanges;
mod investments;

pub use exchanges::exchanges;
pub use investments::{investment_transactions, investments};

use jiff::ToSpan as _;
use vinculo_connector::{AccountReading, ConnectorError, CreditFamily, PageOf, Window};
use vinculo_domain::model::{BillDraft, TransactionDraft, splice_account, splice_account_of_bill};
use vinculo_domain::{AccountId, ApplicationId, LinkId, LinkStatus, ProcessType};
use vinculo_store::{Consent, Link, StoreError, Stored};

use crate::failure::DataError;
use crate::fetch::transactions::{Owner, owner_of, page_of};
use crate::fetch::{Reader, accounts, bills, day_in_brazil, owners, read, settled, transactions};
use crate::{Aggregator, Error, access};

/// Pages of one account that a retrieve reads at most: a caller waits.
const MAX_PAGES: usize = 200;

/// What to retrieve, and for whom.
#[derive(Debug, Clone, Copy)]
pub struct Retrieve {
    /// Whose link.
    pub application: ApplicationId,
    /// The link.
    pub link: LinkId,
    /// Whether to store it (`save_data`).
    pub save: bool,
}

/// Retrieves the owners.
///
/// # Errors
/// [`Error::NotFound`] for an unknown link; [`Error::data`] says what the caller is told of the others.
pub async fn owners(aggregator: &Aggregator, what: Retrieve) -> Result<Vec<String>, Error> {
    let (link, consent) = open(aggregator, what).await?;
    let mut reader = seen(aggregator, &link, &consent, Reader::open(aggregator, &link, &consent).await).await?;
    let connector = reader.connector();
    let came = read!(reader, access => connector.owners(access));
    let drafts = seen(aggregator, &link, &consent, came).await?;
    let mut tx = aggregator.store().begin().await?;
    tx.hold_link(link.id).await?;
    let bodies = owners::store(aggregator, &mut tx, &link, drafts, Some(&consent)).await?;
    finish(aggregator, tx, &link, what.save).await?;
    Ok(bodies)
}

/// Retrieves the accounts of every family: what can be had. A family that fails, among others that give something, is
/// left out.
///
/// # Errors
/// As [`owners`]; [`DataError::ConsentWithoutAccounts`] when the consent holds none.
pub async fn accounts(aggregator: &Aggregator, what: Retrieve) -> Result<Vec<String>, Error> {
    let found = read_accounts(aggregator, what, &CreditFamily::ALL).await?;
    Ok(found.into_iter().map(|reading| reading.body).collect())
}

/// Retrieves the balances: of all deposit accounts, or of one.
///
/// # Errors
/// As [`accounts`]; [`Error::NotFound`] also when the link has no such account.
pub async fn balances(
    aggregator: &Aggregator,
    what: Retrieve,
    account: Option<AccountId>,
) -> Result<Vec<String>, Error> {
    let found = read_accounts(aggregator, what, &[]).await?;
    if let Some(id) = account
        && !found.iter().any(|reading| reading.account == id)
    {
        return Err(Error::NotFound);
    }
    let wanted = found.into_iter().filter(|reading| account.is_none_or(|id| reading.account == id));
    Ok(wanted.filter_map(|reading| reading.balance).collect())
}

/// Reads deposit accounts and those of `families`.
async fn read_accounts(
    aggregator: &Aggregator,
    what: Retrieve,
    families: &[CreditFamily],
) -> Result<Vec<accounts::StoredReading>, Error> {
    let (link, consent) = open(aggregator, what).await?;
    let mut reader = seen(aggregator, &link, &consent, Reader::open(aggregator, &link, &consent).await).await?;
    let readings = seen(aggregator, &link, &consent, read_families(&mut reader, families).await).await?;
    if readings.is_empty() {
        return Err(Error::Data(DataError::ConsentWithoutAccounts));
    }
    let mut tx = aggregator.store().begin().await?;
    tx.hold_link(link.id).await?;
    let found = accounts::store(aggregator, &mut tx, &link, readings).await?;
    finish(aggregator, tx, &link, what.save).await?;
    Ok(found)
}

/// Reads family by family. Fails when the consent may be gone, when nothing was had and something
/// failed, and when nothing of it is offered.
async fn read_families(reader: &mut Reader<'_>, families: &[CreditFamily]) -> Result<Vec<AccountReading>, Error> {
    let connector = reader.connector();
    let mut reads = vec![accounts::read_deposit(reader).await];
    for family in families {
        let read = read!(reader, access => connector.credit_accounts(access, *family));
        reads.push(read.map(accounts::credit_readings));
    }
    let (mut readings, mut had, mut failure, mut unsupported) = (Vec::new(), false, None, None);
    for read in reads {
        match read {
            Ok(read) => {
                had = true;
                readings.extend(read);
            }
            Err(Error::Connector(error)) if access::may_be_lost(&error) => return Err(error.into()),
            Err(error @ Error::Connector(ConnectorError::Unsupported(_))) => {
                unsupported.get_or_insert(error);
            }
            Err(error) => {
                tracing::warn!(error = %error, "a family of accounts could not be read");
                failure.get_or_insert(error);
            }
        }
    }
    match failure.or(unsupported.filter(|_| !had)) {
        Some(error) if readings.is_empty() => Err(error),
        _ => Ok(readings),
    }
}

/// Retrieves the closed bills of all cards, of the last twelve months.
///
/// # Errors
/// As [`accounts`].
pub async fn bills(aggregator: &Aggregator, what: Retrieve) -> Result<Vec<String>, Error> {
    let (link, consent) = open(aggregator, what).await?;
    let accounts = accounts_of(aggregator, what, &link, None).await?;
    let mut reader = seen(aggregator, &link, &consent, Reader::open(aggregator, &link, &consent).await).await?;
    let mut found = Vec::new();
    for account in &accounts {
        if let Owner::Card(name) = owner_of(account)? {
            let read = read_bills(&mut reader, &name, last_year(aggregator)).await;
            found.push((account, seen(aggregator, &link, &consent, read).await?));
        }
    }
    let mut tx = aggregator.store().begin().await?;
    tx.hold_link(link.id).await?;
    let mut bodies = Vec::new();
    for (account, drafts) in found {
        let stored = bills::store(aggregator, &mut tx, &link, account.id, drafts).await?;
        bodies.extend(stored.iter().map(|body| splice_account_of_bill(body, Some(&account.body))));
    }
    finish(aggregator, tx, &link, what.save).await?;
    Ok(bodies)
}

fn last_year(aggregator: &Aggregator) -> Window {
    let to = day_in_brazil(aggregator.env().now());
    Window { from: to.saturating_sub(12.months()), to }
}

async fn read_bills(reader: &mut Reader<'_>, card: &str, window: Window) -> Result<Vec<BillDraft>, Error> {
    let connector = reader.connector();
    let (mut found, mut next) = (Vec::new(), None);
    for _ in 0..MAX_PAGES {
        let PageOf { items, next: following } = match read!(reader, access => connector.bills_page(access, card, window, next.as_ref()))
        {
            Err(Error::Connector(ConnectorError::Unsupported(_))) => return Ok(found),
            other => other?,
        };
        found.extend(items);
        next = following;
        if next.is_none() {
            return Ok(found);
        }
    }
    Err(Error::Data(DataError::RequestTimeout))
}

/// Retrieves the transactions of the days of `window`: of all accounts, or of one. Newest first within an account.
///
/// # Errors
/// As [`balances`].
pub async fn transactions(
    aggregator: &Aggregator,
    what: Retrieve,
    account: Option<AccountId>,
    window: Window,
) -> Result<Vec<String>, Error> {
    let (link, consent) = open(aggregator, what).await?;
    let accounts = accounts_of(aggregator, what, &link, account).await?;
    let mut reader = seen(aggregator, &link, &consent, Reader::open(aggregator, &link, &consent).await).await?;
    let mut pages = Vec::new();
    for known in &accounts {
        let read = read_window(&mut reader, known, window).await;
        pages.push((known, seen(aggregator, &link, &consent, read).await?));
    }
    let request = aggregator.env().uuid();
    let round = request.to_string();
    let mut tx = aggregator.store().begin().await?;
    tx.hold_link(link.id).await?;
    let mut bodies = Vec::new();
    for (known, drafts) in pages {
        let stored = transactions::store(aggregator, &mut tx, &link, known.id, &round, drafts).await?;
        bodies.extend(stored.iter().map(|body| splice_account(body, Some(&known.body))));
        let settled = tx.settle_pending(known.id, window.from, window.to, &round).await?;
        settled::tell(aggregator, &mut tx, &link, ProcessType::HistoricalUpdate, request, &settled).await?;
    }
    finish(aggregator, tx, &link, what.save).await?;
    Ok(bodies)
}

/// The accounts to read: those that are stored, or, for a link without any yet, those that the bank lists.
async fn accounts_of(
    aggregator: &Aggregator,
    what: Retrieve,
    link: &Link,
    account: Option<AccountId>,
) -> Result<Vec<Stored<AccountId>>, Error> {
    let mut known = aggregator.store().accounts_of_link(link.id).await?;
    if known.is_empty() {
        let listed = read_accounts(aggregator, what, &CreditFamily::ALL).await?;
        known.extend(listed.into_iter().map(|reading| Stored {
            id: reading.account,
            link: link.id,
            body: reading.body,
        }));
    }
    if let Some(id) = account {
        known.retain(|stored| stored.id == id);
        if known.is_empty() {
            return Err(Error::NotFound);
        }
    }
    Ok(known)
}

async fn read_window(
    reader: &mut Reader<'_>,
    account: &Stored<AccountId>,
    window: Window,
) -> Result<Vec<TransactionDraft>, Error> {
    let owner = owner_of(account)?;
    let (mut found, mut next) = (Vec::new(), None);
    for _ in 0..MAX_PAGES {
        let page = page_of(reader, &owner, window, next.as_ref()).await;
        let PageOf { items, next: following } = match page {
            Ok(page) => page,
            // An account that has no transactions to give, among others that have.
            Err(Error::Connector(ConnectorError::Unsupported(_))) => return Ok(found),
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

async fn open(aggregator: &Aggregator, what: Retrieve) -> Result<(Link, Consent), Error> {
    let link = aggregator.store().link(what.application, what.link).await?.ok_or(Error::NotFound)?;
    if link.status == LinkStatus::Invalid {
        return Err(Error::Data(DataError::InvalidLink));
    }
    let consent = aggregator.store().consent_of_link(link.id).await?.ok_or(StoreError::NotFound)?;
    Ok((link, consent))
}

/// Looks at what came of a call: when the bank does not let us in any more, the link is invalid from now on.
async fn seen<T>(
    aggregator: &Aggregator,
    link: &Link,
    consent: &Consent,
    result: Result<T, Error>,
) -> Result<T, Error> {
    if let Err(Error::Connector(error)) = &result
        && access::may_be_lost(error)
        && access::check(aggregator, link, consent).await?
    {
        return Err(Error::Data(DataError::InvalidLink));
    }
    result
}

/// Keeps what was written, or forgets it: what is returned is the same.
async fn finish(aggregator: &Aggregator, mut tx: vinculo_store::Tx, link: &Link, save: bool) -> Result<(), Error> {
    if !save {
        tx.rollback().await?;
        tx = aggregator.store().begin().await?;
    }
    tx.touch_link(link.id, aggregator.env().now()).await?;
    Ok(tx.commit().await?)
}
