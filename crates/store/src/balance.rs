//! Balances: one per account, the latest.

use jiff::Timestamp;
use vinculo_domain::{AccountId, ApplicationId, BalanceId, LinkId};

use crate::column::us;
use crate::on::{On, exec, one, reads};
use crate::query::{Compare, OneOf, Page, Paging, Select, Stored, rows};
use crate::record::{Known, SealedRow, open_all};
use crate::seal::Place;
use crate::{Result, StoreError, Tx, link_key};

/// A balance to be stored.
#[derive(Clone)]
pub struct NewBalance {
    /// Our id, from [`Tx::known_balance`].
    pub id: BalanceId,
    /// Account.
    pub account: AccountId,
    /// When it was first stored.
    pub created_at: Timestamp,
    /// When it was read at the bank.
    pub collected_at: Timestamp,
    /// JSON text as the API serves it.
    pub body: String,
}

/// Filters of the list of balances (belvo-api.md, section 4.1).
#[derive(Debug, Clone, Default)]
pub struct BalanceFilter {
    /// `link`.
    pub link: OneOf<LinkId>,
    /// `account`.
    pub account: OneOf<AccountId>,
    /// `id`.
    pub id: OneOf<BalanceId>,
    /// `collected_at`.
    pub collected_at: Compare<Timestamp>,
    /// `created_at`.
    pub created_at: Compare<Timestamp>,
}

impl Tx {
    /// Returns how the balance of an account is known, or a fresh id and the present time.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn known_balance(&mut self, account: AccountId) -> Result<Known<BalanceId>> {
        let on = &mut self.on();
        let sql = "SELECT id, created_at FROM balances WHERE account_id = $1";
        type Row = (crate::column::Text<BalanceId>, crate::column::At);
        let env = &on.shared.env;
        Ok(match one!(on, Row, sql, account.to_string())? {
            Some((id, created_at)) => Known { id: id.0, created_at: created_at.0 },
            None => Known { id: BalanceId::new(env), created_at: env.now() },
        })
    }

    /// Adds or renews the balance of an account.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the link has been erased; [`StoreError::Conflict`] when the account's balance is
    /// known by another id.
    pub async fn upsert_balance(&mut self, link: LinkId, balance: &NewBalance) -> Result<()> {
        let on = &mut self.on();
        let key = link_key::hold(on, link).await?;
        let id = balance.id.to_string();
        let body = key.seal(&on.shared.env, Place::new("balances", "body", &id), &balance.body)?;
        let touched = exec!(
            on,
            "INSERT INTO balances (id, link_id, account_id, created_at, collected_at, body)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (account_id) DO UPDATE SET collected_at = excluded.collected_at, body = excluded.body
             WHERE balances.id = excluded.id AND balances.link_id = excluded.link_id",
            id.as_str(),
            link.to_string(),
            balance.account.to_string(),
            us(balance.created_at),
            us(balance.collected_at),
            body,
        )?;
        if touched == 1 { Ok(()) } else { Err(StoreError::Conflict) }
    }
}

reads! {
    /// Returns a balance of an application.
    fn balance(application: ApplicationId, id: BalanceId) -> Option<Stored<BalanceId>> = by_id;
    /// Returns an application's balances, newest first.
    fn balances(application: ApplicationId, filter: &BalanceFilter, paging: Paging) -> Page<Stored<BalanceId>> = list;
    /// Counts a link's balances.
    fn count_balances(link: LinkId) -> i64 = count;
}

async fn count(on: &mut On<'_>, link: LinkId) -> Result<i64> {
    let row = one!(on, (i64,), "SELECT count(*) FROM balances WHERE link_id = $1", link.to_string())?;
    Ok(row.map_or(0, |(count,)| count))
}

async fn by_id(on: &mut On<'_>, application: ApplicationId, id: BalanceId) -> Result<Option<Stored<BalanceId>>> {
    let sql = "SELECT b.id, b.link_id, b.body FROM balances b JOIN links l ON l.id = b.link_id
        WHERE b.id = $1 AND l.application_id = $2";
    let row = one!(on, SealedRow, sql, id.to_string(), application.to_string())?;
    Ok(open_all(on, "balances", row.into_iter().collect()).await?.pop())
}

async fn list(
    on: &mut On<'_>,
    application: ApplicationId,
    filter: &BalanceFilter,
    paging: Paging,
) -> Result<Page<Stored<BalanceId>>> {
    let mut select = Select::from("balances b JOIN links l ON l.id = b.link_id");
    select.eq("l.application_id", &application);
    select.one_of("b.link_id", &filter.link);
    select.one_of("b.account_id", &filter.account);
    select.one_of("b.id", &filter.id);
    select.compare("b.collected_at", &filter.collected_at);
    select.compare("b.created_at", &filter.created_at);
    let count = select.count(on).await?;
    let page = select.page(" ORDER BY b.created_at DESC, b.id", paging);
    let rows = rows!(on, SealedRow, "SELECT b.id, b.link_id, b.body FROM ", page)?;
    Ok(Page { count, items: open_all(on, "balances", rows).await? })
}
