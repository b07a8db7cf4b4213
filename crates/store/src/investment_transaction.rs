//! Movements of investments.
//!
//! The body is stored without `investment`, which changes with every reading of its balance: a list returns the
//! investments of the page beside its movements, and the API puts them together.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use vinculo_domain::model::InvestmentType;
use vinculo_domain::{ApplicationId, InvestmentId, InvestmentTransactionId, LinkId};

use crate::column::{Text, us};
use crate::on::{On, exec, one, reads, sql};
use crate::query::{Compare, OneOf, Paging, Select, rows};
use crate::record::{BATCH, KnownRecords, Lookup, hash_keys, known, last_of_each};
use crate::seal::{LinkKey, Place};
use crate::transaction::TransactionTotals;
use crate::{Result, StoreError, Tx, investment, link_key};

/// A movement to be stored.
#[derive(Clone)]
pub struct NewInvestmentTransaction {
    /// Our id, from [`Tx::known_investment_transactions`].
    pub id: InvestmentTransactionId,
    /// The bank's identity of the movement, unique within the investment.
    pub bank_key: String,
    /// `type`: `INFLOW` or `OUTFLOW`.
    pub kind: Option<String>,
    /// `value_date`.
    pub value_date: Date,
    /// When it was first stored.
    pub created_at: Timestamp,
    /// When it was read at the bank.
    pub collected_at: Timestamp,
    /// JSON text as the API serves it, without the key `investment`.
    pub body: String,
}

/// A movement as read.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredInvestmentTransaction {
    /// Id; also in the body.
    pub id: InvestmentTransactionId,
    /// Investment, to be put into the body.
    pub investment: InvestmentId,
    /// JSON text, without the key `investment`.
    pub body: String,
}

impl std::fmt::Debug for StoredInvestmentTransaction {
    // The body is personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredInvestmentTransaction").field("id", &self.id).finish_non_exhaustive()
    }
}

/// One page of movements with the investments that they refer to.
#[derive(Debug, Clone, Default)]
pub struct InvestmentTransactionPage {
    /// Movements over all pages.
    pub count: i64,
    /// Movements of this page.
    pub items: Vec<StoredInvestmentTransaction>,
    /// JSON text of each investment, as the API serves it.
    pub investments: HashMap<InvestmentId, String>,
}

/// Filters of the list of movements (belvo-api.md, section 4.1).
#[derive(Debug, Clone, Default)]
pub struct InvestmentTransactionFilter {
    /// `link`: required by the API; without one nothing matches.
    pub link: Vec<LinkId>,
    /// `id`.
    pub id: OneOf<InvestmentTransactionId>,
    /// `type`: directions, or kinds of the investment.
    pub kind: OneOf<String>,
    /// `value_date`.
    pub value_date: Compare<Date>,
    /// `created_at`.
    pub created_at: Compare<Timestamp>,
    /// `collected_at`.
    pub collected_at: Compare<Timestamp>,
}

impl Tx {
    /// Returns how the movements with these keys are known.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn known_investment_transactions(
        &mut self,
        investment: InvestmentId,
        bank_keys: &[&str],
    ) -> Result<KnownRecords<InvestmentTransactionId>> {
        let sql = "SELECT id, bank_key, created_at FROM investment_transactions WHERE bank_key IN (";
        let lookup = Lookup { sql, parent: investment.to_string(), kind: "investment transaction" };
        known(&mut self.on(), lookup, bank_keys).await
    }

    /// Adds or renews movements of an investment. Of a key that comes twice the last counts.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the link has been erased; [`StoreError::Conflict`] when a key is known by another id.
    pub async fn upsert_investment_transactions(
        &mut self,
        link: LinkId,
        investment: (InvestmentId, InvestmentType),
        movements: &[NewInvestmentTransaction],
    ) -> Result<()> {
        let on = &mut self.on();
        let key = link_key::hold(on, link).await?;
        let scope = Scope { link: link.to_string(), investment: investment.0.to_string(), kind: investment.1 };
        for batch in last_of_each(movements, |movement| &movement.bank_key).chunks(BATCH) {
            upsert_batch(on, &key, &scope, batch).await?;
        }
        Ok(())
    }

    /// Deletes a movement of an application. Returns false when there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn delete_investment_transaction(
        &mut self,
        application: ApplicationId,
        id: InvestmentTransactionId,
    ) -> Result<bool> {
        let sql = "DELETE FROM investment_transactions WHERE id = $1
            AND link_id IN (SELECT id FROM links WHERE application_id = $2)";
        Ok(exec!(self.on(), sql, id.to_string(), application.to_string())? == 1)
    }
}

struct Scope {
    link: String,
    investment: String,
    kind: InvestmentType,
}

const INSERT: &str = "INSERT INTO investment_transactions (id, link_id, investment_id, investment_kind, bank_key, kind,
    value_date, created_at, collected_at, body) ";
const ON_CONFLICT: &str =
    " ON CONFLICT (bank_key) DO UPDATE SET kind = excluded.kind, value_date = excluded.value_date,
    collected_at = excluded.collected_at, body = excluded.body
    WHERE investment_transactions.id = excluded.id AND investment_transactions.link_id = excluded.link_id";

async fn upsert_batch(
    on: &mut On<'_>,
    key: &LinkKey,
    scope: &Scope,
    batch: &[&NewInvestmentTransaction],
) -> Result<()> {
    let keys = batch.iter().map(|movement| movement.bank_key.as_str());
    let keys = hash_keys(on, "investment transaction", &scope.investment, keys).await?;
    let mut sealed = Vec::with_capacity(batch.len());
    for movement in batch {
        let id = movement.id.to_string();
        let body = key.seal(&on.shared.env, Place::new("investment_transactions", "body", &id), &movement.body)?;
        sealed.push((id, body));
    }
    let rows = batch.iter().zip(keys).zip(sealed);
    let touched = sql!(on, DB, conn => {
        let mut query = sqlx::QueryBuilder::<DB>::new(INSERT);
        query.push_values(rows, |mut row, ((movement, bank_key), (id, body))| {
            row.push_bind(id)
                .push_bind(scope.link.as_str())
                .push_bind(scope.investment.as_str())
                .push_bind(scope.kind.as_str())
                .push_bind(bank_key)
                .push_bind(movement.kind.as_deref())
                .push_bind(movement.value_date.to_string())
                .push_bind(us(movement.created_at))
                .push_bind(us(movement.collected_at))
                .push_bind(body);
        });
        query.push(ON_CONFLICT);
        query.build().persistent(batch.len() == BATCH).execute(conn).await.map(|done| done.rows_affected())
    })?;
    if touched == batch.len() as u64 { Ok(()) } else { Err(StoreError::Conflict) }
}

reads! {
    /// Returns a movement of an application, and the JSON text of its investment.
    fn investment_transaction(
        application: ApplicationId,
        id: InvestmentTransactionId,
    ) -> Option<(StoredInvestmentTransaction, Option<String>)> = by_id;
    /// Returns movements of an application's links, newest `value_date` first.
    fn investment_transactions(
        application: ApplicationId,
        filter: &InvestmentTransactionFilter,
        paging: Paging,
    ) -> InvestmentTransactionPage = list;
    /// Returns what an event tells about the movements of a link's investments.
    fn investment_transaction_totals(link: LinkId) -> TransactionTotals = totals;
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    link_id: Text<LinkId>,
    investment_id: Text<InvestmentId>,
    body: Vec<u8>,
}

fn open(key: &LinkKey, row: Row) -> Result<StoredInvestmentTransaction> {
    let body = key.open(Place::new("investment_transactions", "body", &row.id), &row.body)?;
    let id = row.id.parse().map_err(|_| StoreError::Corrupt("investment_transactions"))?;
    Ok(StoredInvestmentTransaction { id, investment: row.investment_id.0, body })
}

async fn by_id(
    on: &mut On<'_>,
    application: ApplicationId,
    id: InvestmentTransactionId,
) -> Result<Option<(StoredInvestmentTransaction, Option<String>)>> {
    let sql = "SELECT t.id, t.link_id, t.investment_id, t.body
        FROM investment_transactions t JOIN links l ON l.id = t.link_id WHERE t.id = $1 AND l.application_id = $2";
    let Some(row) = one!(on, Row, sql, id.to_string(), application.to_string())? else { return Ok(None) };
    let link = row.link_id.0;
    let Some(key) = link_key::read(on, link).await? else { return Ok(None) };
    let found = open(&key, row)?;
    let keys = HashMap::from([(link, key)]);
    let investment = investment::bodies(on, &[found.investment], &keys).await?.remove(&found.investment);
    Ok(Some((found, investment)))
}

async fn totals(on: &mut On<'_>, link: LinkId) -> Result<TransactionTotals> {
    let sql =
        "SELECT count(*), count(CASE WHEN kind = 'INFLOW' THEN 1 END), count(CASE WHEN kind = 'OUTFLOW' THEN 1 END),
            min(value_date), max(value_date)
        FROM investment_transactions WHERE link_id = $1";
    type Counts = (i64, i64, i64, Option<Text<Date>>, Option<Text<Date>>);
    let Some((total, inflow, outflow, first, last)) = one!(on, Counts, sql, link.to_string())? else {
        return Ok(TransactionTotals::default());
    };
    Ok(TransactionTotals { total, inflow, outflow, first: first.map(|v| v.0), last: last.map(|v| v.0) })
}

async fn list(
    on: &mut On<'_>,
    application: ApplicationId,
    filter: &InvestmentTransactionFilter,
    paging: Paging,
) -> Result<InvestmentTransactionPage> {
    let keys = own_links(on, application, &filter.link).await?;
    if keys.is_empty() {
        return Ok(InvestmentTransactionPage::default());
    }
    let select = conditions(keys.keys().copied().collect(), filter);
    let count = select.count(on).await?;
    let page = select.page(" ORDER BY value_date DESC, created_at DESC, id", paging);
    let mut items = Vec::new();
    for row in rows!(on, Row, "SELECT id, link_id, investment_id, body FROM ", page)? {
        let key = keys.get(&row.link_id.0).ok_or(StoreError::Sealed("investment_transactions"))?;
        items.push(open(key, row)?);
    }
    let mut ids: Vec<InvestmentId> = items.iter().map(|item| item.investment).collect();
    ids.sort_unstable();
    ids.dedup();
    let investments = investment::bodies(on, &ids, &keys).await?;
    Ok(InvestmentTransactionPage { count, items, investments })
}

/// The keys of those links that belong to the application.
async fn own_links(on: &mut On<'_>, application: ApplicationId, links: &[LinkId]) -> Result<HashMap<LinkId, LinkKey>> {
    let mut select = Select::from("links l JOIN data_keys k ON k.link_id = l.id");
    select.eq("l.application_id", &application);
    select.one_of("l.id", &Some(links.to_vec()));
    let mut keys = HashMap::new();
    for (id, wrapped) in rows!(on, (Text<LinkId>, Vec<u8>), "SELECT l.id, k.wrapped FROM ", select)? {
        keys.insert(id.0, link_key::unwrap(on, id.0, &wrapped)?);
    }
    Ok(keys)
}

fn conditions(links: Vec<LinkId>, filter: &InvestmentTransactionFilter) -> Select {
    let mut select = Select::from("investment_transactions");
    select.one_of("link_id", &Some(links));
    select.one_of("id", &filter.id);
    match filter.kind.as_deref() {
        None => {}
        Some([]) => select.one_of::<String>("kind", &Some(Vec::new())),
        Some(words) => {
            // The words of the two columns are different ones.
            select.and("(kind IN (").list(words).sql(") OR investment_kind IN (").list(words).sql("))");
        }
    }
    select.compare("value_date", &filter.value_date);
    select.compare("created_at", &filter.created_at);
    select.compare("collected_at", &filter.collected_at);
    select
}
