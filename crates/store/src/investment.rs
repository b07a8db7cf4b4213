//! Investments.

use std::collections::HashMap;

use jiff::Timestamp;
use vinculo_domain::model::InvestmentType;
use vinculo_domain::{ApplicationId, InvestmentId, LinkId};

use crate::column::{Text, us};
use crate::on::{On, all, exec, one, reads};
use crate::query::{Compare, OneOf, Page, Paging, Select, Stored, rows};
use crate::record::{KnownRecords, Lookup, SealedRow, hash_keys, known, last_of_each, open, open_all};
use crate::seal::{LinkKey, Place};
use crate::{Result, StoreError, Tx, link_key};

/// An investment to be stored.
#[derive(Clone)]
pub struct NewInvestment {
    /// Our id, from [`Tx::known_investments`].
    pub id: InvestmentId,
    /// The bank's identity of the investment, unique within the link.
    pub bank_key: String,
    /// The bank's id, as its API is asked for it; sealed.
    pub bank_id: String,
    /// `type`.
    pub kind: InvestmentType,
    /// When it was first stored.
    pub created_at: Timestamp,
    /// When it was read at the bank.
    pub collected_at: Timestamp,
    /// JSON text as the API serves it.
    pub body: String,
}

/// An investment and what its bank knows it by: for jobs.
#[derive(Clone)]
pub struct StoredInvestment {
    /// Id.
    pub id: InvestmentId,
    /// Kind: which API of the bank has it.
    pub kind: InvestmentType,
    /// The bank's id.
    pub bank_id: String,
    /// JSON text, ready to be served.
    pub body: String,
}

impl std::fmt::Debug for StoredInvestment {
    // The body is personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredInvestment").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Filters of the list of investments (belvo-api.md, section 4.1).
#[derive(Debug, Clone, Default)]
pub struct InvestmentFilter {
    /// `link`.
    pub link: OneOf<LinkId>,
    /// `id`.
    pub id: OneOf<InvestmentId>,
    /// `type`.
    pub kind: OneOf<InvestmentType>,
    /// `created_at`.
    pub created_at: Compare<Timestamp>,
    /// `collected_at`.
    pub collected_at: Compare<Timestamp>,
}

const UPSERT: &str = "INSERT INTO investments (id, link_id, bank_key, kind, created_at, collected_at, bank_id, body)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
     ON CONFLICT (bank_key) DO UPDATE SET collected_at = excluded.collected_at, body = excluded.body
     WHERE investments.id = excluded.id AND investments.link_id = excluded.link_id";

impl Tx {
    /// Returns how the investments with these keys are known.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn known_investments(&mut self, link: LinkId, bank_keys: &[&str]) -> Result<KnownRecords<InvestmentId>> {
        let sql = "SELECT id, bank_key, created_at FROM investments WHERE bank_key IN (";
        known(&mut self.on(), Lookup { sql, parent: link.to_string(), kind: "investment" }, bank_keys).await
    }

    /// Adds or renews investments of a link. Of a key that comes twice the last counts.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the link has been erased; [`StoreError::Conflict`] when a key is known by another id.
    pub async fn upsert_investments(&mut self, link: LinkId, investments: &[NewInvestment]) -> Result<()> {
        let on = &mut self.on();
        let key = link_key::hold(on, link).await?;
        let link = link.to_string();
        let investments = last_of_each(investments, |investment| &investment.bank_key);
        let hashes = hash_keys(on, "investment", &link, investments.iter().map(|i| i.bank_key.as_str())).await?;
        for (investment, bank_key) in investments.into_iter().zip(hashes) {
            let id = investment.id.to_string();
            let body = key.seal(&on.shared.env, Place::new("investments", "body", &id), &investment.body)?;
            let bank_id = key.seal(&on.shared.env, Place::new("investments", "bank_id", &id), &investment.bank_id)?;
            let touched = exec!(
                on,
                UPSERT,
                id.as_str(),
                &link,
                bank_key,
                investment.kind.as_str(),
                us(investment.created_at),
                us(investment.collected_at),
                bank_id,
                body,
            )?;
            if touched == 0 {
                return Err(StoreError::Conflict);
            }
        }
        Ok(())
    }

    /// Deletes an investment of an application with its movements. Returns false when there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn delete_investment(&mut self, application: ApplicationId, id: InvestmentId) -> Result<bool> {
        let on = &mut self.on();
        let id = id.to_string();
        let sql = "DELETE FROM investments WHERE id = $1
            AND link_id IN (SELECT id FROM links WHERE application_id = $2)";
        if exec!(on, sql, &id, application.to_string())? == 0 {
            return Ok(false);
        }
        exec!(on, "DELETE FROM investment_transactions WHERE investment_id = $1", &id)?;
        Ok(true)
    }
}

reads! {
    /// Returns an investment of an application.
    fn investment(application: ApplicationId, id: InvestmentId) -> Option<Stored<InvestmentId>> = by_id;
    /// Returns an application's investments, newest first.
    fn investments(
        application: ApplicationId,
        filter: &InvestmentFilter,
        paging: Paging,
    ) -> Page<Stored<InvestmentId>> = list;
    /// Returns all investments of a link, in the order in which they were stored: for jobs.
    fn investments_of_link(link: LinkId) -> Vec<StoredInvestment> = of_link;
    /// Counts a link's investments.
    fn count_investments(link: LinkId) -> i64 = count;
}

async fn count(on: &mut On<'_>, link: LinkId) -> Result<i64> {
    let row = one!(on, (i64,), "SELECT count(*) FROM investments WHERE link_id = $1", link.to_string())?;
    Ok(row.map_or(0, |(count,)| count))
}

async fn by_id(on: &mut On<'_>, application: ApplicationId, id: InvestmentId) -> Result<Option<Stored<InvestmentId>>> {
    let sql = "SELECT i.id, i.link_id, i.body FROM investments i JOIN links l ON l.id = i.link_id
        WHERE i.id = $1 AND l.application_id = $2";
    let row = one!(on, SealedRow, sql, id.to_string(), application.to_string())?;
    Ok(open_all(on, "investments", row.into_iter().collect()).await?.pop())
}

async fn list(
    on: &mut On<'_>,
    application: ApplicationId,
    filter: &InvestmentFilter,
    paging: Paging,
) -> Result<Page<Stored<InvestmentId>>> {
    let mut select = Select::from("investments i JOIN links l ON l.id = i.link_id");
    select.eq("l.application_id", &application);
    select.one_of("i.link_id", &filter.link);
    select.one_of("i.id", &filter.id);
    select.one_of("i.kind", &filter.kind);
    select.compare("i.created_at", &filter.created_at);
    select.compare("i.collected_at", &filter.collected_at);
    let count = select.count(on).await?;
    let page = select.page(" ORDER BY i.created_at DESC, i.id", paging);
    let rows = rows!(on, SealedRow, "SELECT i.id, i.link_id, i.body FROM ", page)?;
    Ok(Page { count, items: open_all(on, "investments", rows).await? })
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    kind: Text<InvestmentType>,
    bank_id: Vec<u8>,
    body: Vec<u8>,
}

async fn of_link(on: &mut On<'_>, link: LinkId) -> Result<Vec<StoredInvestment>> {
    let Some(key) = link_key::read(on, link).await? else { return Ok(Vec::new()) };
    let sql = "SELECT id, kind, bank_id, body FROM investments WHERE link_id = $1 ORDER BY created_at, id";
    let opened = all!(on, Row, sql, link.to_string())?.into_iter().map(|row| {
        Ok(StoredInvestment {
            bank_id: key.open(Place::new("investments", "bank_id", &row.id), &row.bank_id)?,
            body: key.open(Place::new("investments", "body", &row.id), &row.body)?,
            id: row.id.parse().map_err(|_| StoreError::Corrupt("investments"))?,
            kind: row.kind.0,
        })
    });
    opened.collect()
}

/// The bodies of the investments that movements refer to, under the keys of their links.
pub(crate) async fn bodies(
    on: &mut On<'_>,
    ids: &[InvestmentId],
    keys: &HashMap<LinkId, LinkKey>,
) -> Result<HashMap<InvestmentId, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut select = Select::from("investments");
    select.one_of("id", &Some(ids.to_vec()));
    let rows = rows!(on, SealedRow, "SELECT id, link_id, body FROM ", select)?;
    let opened = rows.iter().filter_map(|row| keys.get(&row.link_id.0).map(|key| open(key, "investments", row)));
    opened.map(|record| record.map(|record: Stored<InvestmentId>| (record.id, record.body))).collect()
}
