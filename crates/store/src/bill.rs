//! Closed bills of cards.
//!
//! As with transactions, the body is stored without `account`: a list returns the accounts of the page beside its bills.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use jiff::Timestamp;
use jiff::civil::Date;
use vinculo_domain::model::BillReference;
use vinculo_domain::{AccountId, ApplicationId, BillId, LinkId};

use crate::column::{Text, us};
use crate::on::{On, all, exec, one, reads};
use crate::query::{Compare, OneOf, Paging, Select, Stored, rows};
use crate::record::{KnownRecords, Lookup, SealedRow, hash_keys, known, last_of_each, open_all};
use crate::seal::{LinkKey, Place};
use crate::{Result, StoreError, Tx, account, link_key};

/// A bill to be stored.
#[derive(Clone)]
pub struct NewBill {
    /// Our id, from [`Tx::known_bills`].
    pub id: BillId,
    /// The bank's id of the bill, unique within the account.
    pub bank_key: String,
    /// `due_date`.
    pub due_date: Option<Date>,
    /// When it was first stored.
    pub created_at: Timestamp,
    /// When it was read at the bank.
    pub collected_at: Timestamp,
    /// JSON text as the API serves it, without the key `account`.
    pub body: String,
}

/// A bill as read.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredBill {
    /// Id; also in the body.
    pub id: BillId,
    /// Link.
    pub link: LinkId,
    /// Card account, to be put into the body.
    pub account: AccountId,
    /// JSON text, without the key `account`.
    pub body: String,
}

impl std::fmt::Debug for StoredBill {
    // The body is personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredBill").field("id", &self.id).finish_non_exhaustive()
    }
}

/// One page of bills with the accounts that they belong to.
#[derive(Debug, Clone, Default)]
pub struct BillPage {
    /// Bills over all pages.
    pub count: i64,
    /// Bills of this page.
    pub items: Vec<StoredBill>,
    /// JSON text of each account, as the API serves it.
    pub accounts: HashMap<AccountId, String>,
}

/// Filters of the list of bills (belvo-api.md, section 4.1).
#[derive(Debug, Clone, Default)]
pub struct BillFilter {
    /// `link`.
    pub link: OneOf<LinkId>,
    /// `id`.
    pub id: OneOf<BillId>,
    /// `account`.
    pub account: OneOf<AccountId>,
    /// `due_date`.
    pub due_date: Compare<Date>,
    /// `collected_at`.
    pub collected_at: Compare<Timestamp>,
    /// `created_at`.
    pub created_at: Compare<Timestamp>,
}

impl Tx {
    /// Returns how the bills with these keys are known.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn known_bills(&mut self, account: AccountId, bank_keys: &[&str]) -> Result<KnownRecords<BillId>> {
        let sql = "SELECT id, bank_key, created_at FROM bills WHERE bank_key IN (";
        known(&mut self.on(), Lookup { sql, parent: account.to_string(), kind: "bill" }, bank_keys).await
    }

    /// Adds or renews bills of a card account. Of a key that comes twice the last counts. What has been read of their
    /// transactions stays noted.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the link has been erased; [`StoreError::Conflict`] when a key is known by another id.
    pub async fn upsert_bills(&mut self, link: LinkId, account: AccountId, bills: &[NewBill]) -> Result<()> {
        let on = &mut self.on();
        let key = link_key::hold(on, link).await?;
        let (link, account) = (link.to_string(), account.to_string());
        let bills = last_of_each(bills, |bill| &bill.bank_key);
        let hashes = hash_keys(on, "bill", &account, bills.iter().map(|bill| bill.bank_key.as_str())).await?;
        for (bill, hash) in bills.into_iter().zip(hashes) {
            let id = bill.id.to_string();
            let body = key.seal(&on.shared.env, Place::new("bills", "body", &id), &bill.body)?;
            let touched = exec!(
                on,
                "INSERT INTO bills
                    (id, link_id, account_id, bank_key, due_date, complete, created_at, collected_at, body)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                 ON CONFLICT (bank_key) DO UPDATE SET due_date = excluded.due_date,
                    collected_at = excluded.collected_at, body = excluded.body
                 WHERE bills.id = excluded.id AND bills.link_id = excluded.link_id",
                id.as_str(),
                &link,
                &account,
                hash,
                bill.due_date.map(|day| day.to_string()),
                false,
                us(bill.created_at),
                us(bill.collected_at),
                body,
            )?;
            if touched == 0 {
                return Err(StoreError::Conflict);
            }
        }
        Ok(())
    }

    /// Returns what transactions tell about the bills with these keys.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn bill_references(
        &mut self,
        account: AccountId,
        bank_keys: &[&str],
    ) -> Result<HashMap<String, BillReference>> {
        if bank_keys.is_empty() {
            return Ok(HashMap::new());
        }
        let on = &mut self.on();
        let hashes = hash_keys(on, "bill", &account.to_string(), bank_keys.iter().copied()).await?;
        let mut select = Select::from("bills");
        select.one_of("bank_key", &Some(hashes));
        let rows = rows!(on, SealedRow, COLUMNS, select)?;
        let bills: Vec<Stored<BillId>> = open_all(on, "bills", rows).await?;
        bills
            .into_iter()
            .map(|bill| reference(&bill).map(|named| (named.internal_identification.clone(), named)))
            .collect()
    }

    /// Notes that all that stands on a bill has been read.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn complete_bill(&mut self, id: BillId) -> Result<()> {
        exec!(self.on(), "UPDATE bills SET complete = $2 WHERE id = $1", id.to_string(), true)?;
        Ok(())
    }

    /// Deletes a bill of an application. Returns false when there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn delete_bill(&mut self, application: ApplicationId, id: BillId) -> Result<bool> {
        let sql = "DELETE FROM bills WHERE id = $1 AND link_id IN (SELECT id FROM links WHERE application_id = $2)";
        Ok(exec!(self.on(), sql, id.to_string(), application.to_string())? == 1)
    }
}

fn reference(bill: &Stored<BillId>) -> Result<BillReference> {
    let content: vinculo_domain::model::BillContent =
        serde_json::from_str(&bill.body).map_err(|_| StoreError::Corrupt("bills"))?;
    Ok(BillReference {
        id: bill.id,
        internal_identification: content.internal_identification,
        name: content.bill_name,
        due_date: content.due_date,
        total: content.total_amount,
    })
}

const COLUMNS: &str = "SELECT id, link_id, body FROM ";

reads! {
    /// Returns a bill of an application, and the JSON text of its account.
    fn bill(application: ApplicationId, id: BillId) -> Option<(StoredBill, Option<String>)> = by_id;
    /// Returns an application's bills, newest first.
    fn bills(application: ApplicationId, filter: &BillFilter, paging: Paging) -> BillPage = list;
    /// Returns the bills of an account whose transactions have not all been read, latest due date first: for jobs.
    fn bills_to_read(account: AccountId) -> Vec<Stored<BillId>> = to_read;
    /// Counts a link's bills.
    fn count_bills(link: LinkId) -> i64 = count;
}

async fn count(on: &mut On<'_>, link: LinkId) -> Result<i64> {
    let row = one!(on, (i64,), "SELECT count(*) FROM bills WHERE link_id = $1", link.to_string())?;
    Ok(row.map_or(0, |(count,)| count))
}

async fn to_read(on: &mut On<'_>, account: AccountId) -> Result<Vec<Stored<BillId>>> {
    let sql = "SELECT id, link_id, body FROM bills WHERE account_id = $1 AND complete = $2 ORDER BY due_date DESC, id";
    let rows = all!(on, SealedRow, sql, account.to_string(), false)?;
    open_all(on, "bills", rows).await
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    link_id: Text<LinkId>,
    account_id: Text<AccountId>,
    body: Vec<u8>,
}

async fn by_id(
    on: &mut On<'_>,
    application: ApplicationId,
    id: BillId,
) -> Result<Option<(StoredBill, Option<String>)>> {
    let sql = "SELECT b.id, b.link_id, b.account_id, b.body FROM bills b JOIN links l ON l.id = b.link_id
        WHERE b.id = $1 AND l.application_id = $2";
    let row = one!(on, Row, sql, id.to_string(), application.to_string())?;
    let mut page = opened(on, 1, row.into_iter().collect()).await?;
    let Some(bill) = page.items.pop() else { return Ok(None) };
    let account = page.accounts.remove(&bill.account);
    Ok(Some((bill, account)))
}

async fn list(on: &mut On<'_>, application: ApplicationId, filter: &BillFilter, paging: Paging) -> Result<BillPage> {
    let mut select = Select::from("bills b JOIN links l ON l.id = b.link_id");
    select.eq("l.application_id", &application);
    select.one_of("b.link_id", &filter.link);
    select.one_of("b.id", &filter.id);
    select.one_of("b.account_id", &filter.account);
    select.compare("b.due_date", &filter.due_date);
    select.compare("b.collected_at", &filter.collected_at);
    select.compare("b.created_at", &filter.created_at);
    let count = select.count(on).await?;
    let page = select.page(" ORDER BY b.created_at DESC, b.id", paging);
    let rows = rows!(on, Row, "SELECT b.id, b.link_id, b.account_id, b.body FROM ", page)?;
    opened(on, count, rows).await
}

/// Opens a page and reads the accounts that it needs. A link that is erased meanwhile has no bills.
async fn opened(on: &mut On<'_>, count: i64, rows: Vec<Row>) -> Result<BillPage> {
    let mut keys: HashMap<LinkId, LinkKey> = HashMap::new();
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        let link = row.link_id.0;
        if let Entry::Vacant(slot) = keys.entry(link) {
            let Some(key) = link_key::read(on, link).await? else { continue };
            slot.insert(key);
        }
        if let Some(key) = keys.get(&link) {
            let body = key.open(Place::new("bills", "body", &row.id), &row.body)?;
            let id = row.id.parse().map_err(|_| StoreError::Corrupt("bills"))?;
            items.push(StoredBill { id, link, account: row.account_id.0, body });
        }
    }
    let mut ids: Vec<AccountId> = items.iter().map(|item| item.account).collect();
    ids.sort_unstable();
    ids.dedup();
    let accounts = account::bodies(on, &ids, &keys).await?;
    Ok(BillPage { count, items, accounts })
}
