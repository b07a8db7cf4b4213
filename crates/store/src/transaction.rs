//! Transactions.
//!
//! The body is stored without `account`: the account changes with every balance, so a list returns the accounts of the
//! page beside its transactions, and the API puts them together.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use vinculo_domain::{AccountId, Amount, ApplicationId, LinkId, TransactionId};

use crate::change::{self, Which};
use crate::column::{Text, scaled, us};
use crate::on::{On, exec, one, reads, sql};
use crate::query::{Compare, OneOf, Paging, Select, rows};
use crate::record::{BATCH, KnownRecords, Lookup, hash_keys, known, last_of_each};
use crate::seal::{LinkKey, Place};
use crate::{Result, StoreError, Tx, account, dialect, link_key};

/// A transaction to be stored.
#[derive(Clone)]
pub struct NewTransaction {
    /// Our id, from [`Tx::known_transactions`].
    pub id: TransactionId,
    /// The bank's id of the transaction, unique within the account.
    pub bank_key: String,
    /// `value_date`.
    pub value_date: Date,
    /// `accounting_date`.
    pub accounting_date: Option<Date>,
    /// `amount`.
    pub amount: Amount,
    /// `currency`.
    pub currency: Option<String>,
    /// `type`: `INFLOW` or `OUTFLOW`.
    pub kind: Option<String>,
    /// `status`: `PENDING` or `PROCESSED`.
    pub status: Option<String>,
    /// `reference`.
    pub reference: Option<String>,
    /// `credit_card_data.bill_name`.
    pub bill_name: Option<String>,
    /// Whether the institution may still change it or take it back.
    pub provisional: bool,
    /// When it was first stored.
    pub created_at: Timestamp,
    /// When it was read at the bank.
    pub collected_at: Timestamp,
    /// JSON text as the API serves it, without the key `account`.
    pub body: String,
}

/// A transaction as read.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredTransaction {
    /// Id; also in the body.
    pub id: TransactionId,
    /// Link.
    pub link: LinkId,
    /// Account, to be put into the body.
    pub account: AccountId,
    /// JSON text, without the key `account`.
    pub body: String,
}

impl std::fmt::Debug for StoredTransaction {
    // The body is personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredTransaction").field("id", &self.id).finish_non_exhaustive()
    }
}

/// One page of transactions with the accounts that they refer to.
#[derive(Debug, Clone, Default)]
pub struct TransactionPage {
    /// Transactions over all pages.
    pub count: i64,
    /// Transactions of this page.
    pub items: Vec<StoredTransaction>,
    /// JSON text of each account, as the API serves it.
    pub accounts: HashMap<AccountId, String>,
}

/// What an event tells about a link's transactions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TransactionTotals {
    /// All.
    pub total: i64,
    /// `INFLOW`.
    pub inflow: i64,
    /// `OUTFLOW`.
    pub outflow: i64,
    /// Oldest `value_date`.
    pub first: Option<Date>,
    /// Newest `value_date`.
    pub last: Option<Date>,
}

/// Filters of the list of transactions (belvo-api.md, section 4.1).
#[derive(Debug, Clone, Default)]
pub struct TransactionFilter {
    /// `link`: required by the API; without one nothing matches.
    pub link: Vec<LinkId>,
    /// `id`.
    pub id: OneOf<TransactionId>,
    /// `account`.
    pub account: OneOf<AccountId>,
    /// `account__balance__available`.
    pub account_balance_available: Compare<Amount>,
    /// `account__balance__current`.
    pub account_balance_current: Compare<Amount>,
    /// `account_type`: the account's `type`.
    pub account_type: OneOf<String>,
    /// `accounting_date`.
    pub accounting_date: Compare<Date>,
    /// `amount`.
    pub amount: Compare<Amount>,
    /// `collected_at`.
    pub collected_at: Compare<Timestamp>,
    /// `created_at`.
    pub created_at: Compare<Timestamp>,
    /// `currency`.
    pub currency: OneOf<String>,
    /// `credit_card_data__bill_name__in`.
    pub bill_name: OneOf<String>,
    /// `reference`.
    pub reference: OneOf<String>,
    /// `status`.
    pub status: OneOf<String>,
    /// `type`.
    pub kind: OneOf<String>,
    /// `value_date`.
    pub value_date: Compare<Date>,
}

impl Tx {
    /// Returns how the transactions with these keys are known.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn known_transactions(
        &mut self,
        account: AccountId,
        bank_keys: &[&str],
    ) -> Result<KnownRecords<TransactionId>> {
        let sql = "SELECT id, bank_key, created_at FROM transactions WHERE bank_key IN (";
        known(&mut self.on(), Lookup { sql, parent: account.to_string(), kind: "transaction" }, bank_keys).await
    }

    /// Adds or renews transactions of an account, read in `round`. Of a key that comes twice the last counts.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the link has been erased; [`StoreError::Conflict`] when a key is known by another id.
    pub async fn upsert_transactions(
        &mut self,
        link: LinkId,
        account: AccountId,
        round: &str,
        transactions: &[NewTransaction],
    ) -> Result<()> {
        let on = &mut self.on();
        let key = link_key::hold(on, link).await?;
        let scope = Scope { link: link.to_string(), account: account.to_string(), round };
        let all = last_of_each(transactions, |t| &t.bank_key);
        // Holds the link's row, so that nobody else adds to the same link between the look and the count.
        let mut before = change::take(on, &scope.link, all.len()).await?;
        let mut added = 0;
        for batch in all.chunks(BATCH) {
            added += upsert_batch(on, &key, &scope, before, batch).await?;
            before += batch.len() as i64;
        }
        add_to_count(on, &scope.link, added).await
    }

    /// Deletes a transaction of an application. Returns false when there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn delete_transaction(&mut self, application: ApplicationId, id: TransactionId) -> Result<bool> {
        let on = &mut self.on();
        let (id, application) = (id.to_string(), application.to_string());
        let sql = "SELECT link_id FROM transactions WHERE id = $1
            AND link_id IN (SELECT id FROM links WHERE application_id = $2)";
        let Some((link,)) = one!(on, (String,), sql, &id, application)? else { return Ok(false) };
        Ok(change::hold(on, &link).await? && change::remove(on, &link, Which::One(&id)).await? > 0)
    }
}

struct Scope<'a> {
    link: String,
    account: String,
    round: &'a str,
}

const INSERT: &str =
    "INSERT INTO transactions (id, link_id, account_id, bank_key, round, value_date, accounting_date, amount,
    currency, kind, status, reference, bill_name, provisional, created_at, collected_at, added_change, last_change,
    content_hash, body) ";
const ON_CONFLICT: &str = " ON CONFLICT (bank_key) DO UPDATE SET round = excluded.round,
    value_date = excluded.value_date, accounting_date = excluded.accounting_date, amount = excluded.amount,
    currency = excluded.currency, kind = excluded.kind, status = excluded.status, reference = excluded.reference,
    bill_name = excluded.bill_name, provisional = excluded.provisional, collected_at = excluded.collected_at,
    last_change = CASE WHEN transactions.content_hash = excluded.content_hash THEN transactions.last_change
        ELSE excluded.last_change END,
    content_hash = excluded.content_hash, body = excluded.body
    WHERE transactions.id = excluded.id AND transactions.link_id = excluded.link_id";

/// Keeps the count of a link's transactions.
///
/// # Errors
/// [`StoreError::NotFound`] when there is no such link.
pub(crate) async fn add_to_count(on: &mut On<'_>, link: &str, change: i64) -> Result<()> {
    let sql = "UPDATE links SET transaction_count = transaction_count + $2 WHERE id = $1";
    if exec!(on, sql, link, change)? == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}

/// Writes one batch, whose changes are numbered from behind `before`, and returns how many of it are new.
async fn upsert_batch(
    on: &mut On<'_>,
    key: &LinkKey,
    scope: &Scope<'_>,
    before: i64,
    batch: &[&NewTransaction],
) -> Result<i64> {
    let keys = hash_keys(on, "transaction", &scope.account, batch.iter().map(|t| t.bank_key.as_str())).await?;
    let returning = dialect::returning_new(on);
    let known = if returning.is_none() { count_known(on, &keys).await? } else { 0 };
    let mut sealed = Vec::with_capacity(batch.len());
    for transaction in batch {
        let id = transaction.id.to_string();
        let body = key.seal(&on.shared.env, Place::new("transactions", "body", &id), &transaction.body)?;
        let content = change::content(on, &transaction.body, transaction.collected_at).await?;
        sealed.push((id, body, content));
    }
    let rows = batch.iter().zip(keys).zip(sealed).zip(before + 1..);
    let (touched, added) = sql!(on, DB, conn => {
        let mut query = sqlx::QueryBuilder::<DB>::new(INSERT);
        query.push_values(rows, |mut row, (((t, bank_key), (id, body, content)), number)| {
            row.push_bind(id)
                .push_bind(scope.link.as_str())
                .push_bind(scope.account.as_str())
                .push_bind(bank_key)
                .push_bind(scope.round)
                .push_bind(t.value_date.to_string())
                .push_bind(t.accounting_date.map(|date| date.to_string()))
                .push_bind(scaled(t.amount))
                .push_bind(t.currency.as_deref())
                .push_bind(t.kind.as_deref())
                .push_bind(t.status.as_deref())
                .push_bind(t.reference.as_deref())
                .push_bind(t.bill_name.as_deref())
                .push_bind(t.provisional)
                .push_bind(us(t.created_at))
                .push_bind(us(t.collected_at))
                .push_bind(number)
                .push_bind(number)
                .push_bind(content)
                .push_bind(body);
        });
        query.push(ON_CONFLICT);
        // A statement of the full size comes again and again, another one hardly ever.
        let again = batch.len() == BATCH;
        match returning {
            Some(returning) => {
                let rows = query.push(returning).build_query_as::<(bool,)>().persistent(again).fetch_all(conn).await;
                rows.map(|rows| (rows.len() as u64, rows.iter().filter(|(new,)| *new).count() as i64))
            }
            None => {
                let done = query.build().persistent(again).execute(conn).await;
                done.map(|done| (done.rows_affected(), batch.len() as i64 - known))
            }
        }
    })?;
    if touched == batch.len() as u64 { Ok(added) } else { Err(StoreError::Conflict) }
}

async fn count_known(on: &mut On<'_>, keys: &[String]) -> Result<i64> {
    let (known,): (i64,) = sql!(on, DB, conn => {
        let mut query = sqlx::QueryBuilder::<DB>::new("SELECT count(*) FROM transactions WHERE bank_key IN (");
        let mut list = query.separated(", ");
        for key in keys {
            list.push_bind(key.as_str());
        }
        query.push(")");
        query.build_query_as().persistent(false).fetch_one(conn).await
    })?;
    Ok(known)
}

reads! {
    /// Returns a transaction of an application, and the JSON text of its account.
    fn transaction(application: ApplicationId, id: TransactionId) -> Option<(StoredTransaction, Option<String>)> = by_id;
    /// Returns transactions of an application's links, newest `value_date` first.
    fn transactions(application: ApplicationId, filter: &TransactionFilter, paging: Paging) -> TransactionPage = list;
    /// Returns what an event tells about a link's transactions.
    fn transaction_totals(link: LinkId) -> TransactionTotals = totals;
}

#[derive(sqlx::FromRow)]
pub(crate) struct Row {
    id: String,
    link_id: Text<LinkId>,
    account_id: Text<AccountId>,
    body: Vec<u8>,
}

pub(crate) fn open(key: &LinkKey, row: Row) -> Result<StoredTransaction> {
    let body = key.open(Place::new("transactions", "body", &row.id), &row.body)?;
    let id = row.id.parse().map_err(|_| StoreError::Corrupt("transactions"))?;
    Ok(StoredTransaction { id, link: row.link_id.0, account: row.account_id.0, body })
}

async fn by_id(
    on: &mut On<'_>,
    application: ApplicationId,
    id: TransactionId,
) -> Result<Option<(StoredTransaction, Option<String>)>> {
    let sql = "SELECT t.id, t.link_id, t.account_id, t.body FROM transactions t JOIN links l ON l.id = t.link_id
        WHERE t.id = $1 AND l.application_id = $2";
    let Some(row) = one!(on, Row, sql, id.to_string(), application.to_string())? else { return Ok(None) };
    let Some(key) = link_key::read(on, row.link_id.0).await? else { return Ok(None) };
    let found = open(&key, row)?;
    let keys = HashMap::from([(found.link, key)]);
    let account = account::bodies(on, &[found.account], &keys).await?.remove(&found.account);
    Ok(Some((found, account)))
}

async fn totals(on: &mut On<'_>, link: LinkId) -> Result<TransactionTotals> {
    let sql =
        "SELECT count(*), count(CASE WHEN kind = 'INFLOW' THEN 1 END), count(CASE WHEN kind = 'OUTFLOW' THEN 1 END),
            min(value_date), max(value_date)
        FROM transactions WHERE link_id = $1";
    type Counts = (i64, i64, i64, Option<Text<Date>>, Option<Text<Date>>);
    let Some((total, inflow, outflow, first, last)) = one!(on, Counts, sql, link.to_string())? else {
        return Ok(TransactionTotals::default());
    };
    Ok(TransactionTotals { total, inflow, outflow, first: first.map(|v| v.0), last: last.map(|v| v.0) })
}

/// The links of the filter that belong to the application.
struct OwnLinks {
    keys: HashMap<LinkId, LinkKey>,
    /// How many transactions they have.
    count: i64,
}

async fn own_links(on: &mut On<'_>, application: ApplicationId, links: &[LinkId]) -> Result<OwnLinks> {
    let mut select = Select::from("links l JOIN data_keys k ON k.link_id = l.id");
    select.eq("l.application_id", &application);
    select.one_of("l.id", &Some(links.to_vec()));
    let columns = "SELECT l.id, l.transaction_count, k.wrapped FROM ";
    let mut own = OwnLinks { keys: HashMap::new(), count: 0 };
    for (id, count, wrapped) in rows!(on, (Text<LinkId>, i64, Vec<u8>), columns, select)? {
        own.keys.insert(id.0, link_key::unwrap(on, id.0, &wrapped)?);
        own.count += count;
    }
    Ok(own)
}

async fn list(
    on: &mut On<'_>,
    application: ApplicationId,
    filter: &TransactionFilter,
    paging: Paging,
) -> Result<TransactionPage> {
    let own = own_links(on, application, &filter.link).await?;
    if own.keys.is_empty() {
        return Ok(TransactionPage::default());
    }
    let select = conditions(own.keys.keys().copied().collect(), filter);
    let count = if select.conditions() == 1 { own.count } else { select.count(on).await? };
    let page = select.page(" ORDER BY value_date DESC, created_at DESC, id", paging);
    let rows = rows!(on, Row, "SELECT id, link_id, account_id, body FROM ", page)?;
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        let key = own.keys.get(&row.link_id.0).ok_or(StoreError::Sealed("transactions"))?;
        items.push(open(key, row)?);
    }
    let mut ids: Vec<AccountId> = items.iter().map(|item| item.account).collect();
    ids.sort_unstable();
    ids.dedup();
    let accounts = account::bodies(on, &ids, &own.keys).await?;
    Ok(TransactionPage { count, items, accounts })
}

fn conditions(links: Vec<LinkId>, filter: &TransactionFilter) -> Select {
    let mut select = Select::from("transactions");
    if !filter.account_balance_available.is_empty()
        || !filter.account_balance_current.is_empty()
        || filter.account_type.is_some()
    {
        // Names of the accounts' columns that the transactions do not have.
        select = Select::from(
            "(SELECT t.*, a.kind AS account_kind, a.balance_available, a.balance_current
              FROM transactions t JOIN accounts a ON a.id = t.account_id) AS joined",
        );
        select.compare("balance_available", &filter.account_balance_available);
        select.compare("balance_current", &filter.account_balance_current);
        select.one_of("account_kind", &filter.account_type);
    }
    select.one_of("link_id", &Some(links));
    select.one_of("id", &filter.id);
    select.one_of("account_id", &filter.account);
    select.compare("accounting_date", &filter.accounting_date);
    select.compare("amount", &filter.amount);
    select.compare("collected_at", &filter.collected_at);
    select.compare("created_at", &filter.created_at);
    select.one_of("currency", &filter.currency);
    select.one_of("bill_name", &filter.bill_name);
    select.one_of("reference", &filter.reference);
    select.one_of("status", &filter.status);
    select.one_of("kind", &filter.kind);
    select.compare("value_date", &filter.value_date);
    select
}
