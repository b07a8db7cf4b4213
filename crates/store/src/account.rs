//! Accounts.

use std::collections::HashMap;

use jiff::Timestamp;
use vinculo_domain::{AccountId, Amount, ApplicationId, InstitutionCode, LinkId, fold};

use crate::change::{self, Which};
use crate::column::{scaled, us};
use crate::on::{On, all, exec, one, reads};
use crate::owner::{contains, sealed_list};
use crate::query::{Compare, OneOf, Page, Paging, Select, Stored, rows};
use crate::record::{KnownRecords, Lookup, SealedRow, hash_keys, known, open, open_all, text_of};
use crate::seal::{LinkKey, Place};
use crate::{Result, StoreError, Tx, link_key};

/// An account to be stored. Numbers and names are kept outside of the body as keyed hashes only.
#[derive(Clone)]
pub struct NewAccount {
    /// Our id, from [`Tx::known_accounts`].
    pub id: AccountId,
    /// The bank's id of the account.
    pub bank_key: String,
    /// Institution.
    pub institution: InstitutionCode,
    /// `category`.
    pub category: Option<String>,
    /// `type`.
    pub kind: String,
    /// `currency`.
    pub currency: Option<String>,
    /// `number`.
    pub number: Option<String>,
    /// `public_identification_name`.
    pub public_identification_name: Option<String>,
    /// `public_identification_value`.
    pub public_identification_value: Option<String>,
    /// `balance.current`.
    pub balance_current: Option<Amount>,
    /// `balance.available`.
    pub balance_available: Option<Amount>,
    /// When it was first stored.
    pub created_at: Timestamp,
    /// When it was read at the bank.
    pub collected_at: Timestamp,
    /// JSON text as the API serves it.
    pub body: String,
}

/// Filters of the list of accounts (belvo-api.md, section 4.1).
#[derive(Debug, Clone, Default)]
pub struct AccountFilter {
    /// `link`.
    pub link: OneOf<LinkId>,
    /// `id`.
    pub id: OneOf<AccountId>,
    /// `balance__available`.
    pub balance_available: Compare<Amount>,
    /// `balance__current`.
    pub balance_current: Compare<Amount>,
    /// `category`.
    pub category: OneOf<String>,
    /// `created_at`.
    pub created_at: Compare<Timestamp>,
    /// `currency`.
    pub currency: OneOf<String>,
    /// `institution`.
    pub institution: OneOf<InstitutionCode>,
    /// `name`, exactly.
    pub name: Option<String>,
    /// `name__icontains`.
    pub name_contains: Option<String>,
    /// `number`.
    pub number: OneOf<String>,
    /// `public_identification_name`.
    pub public_identification_name: Option<String>,
    /// `public_identification_value`.
    pub public_identification_value: Option<String>,
    /// `type`.
    pub kind: OneOf<String>,
}

const UPSERT: &str =
    "INSERT INTO accounts (id, application_id, link_id, bank_key, institution, category, kind, currency,
        number_hash, public_name_hash, public_value_hash, balance_current, balance_available, created_at,
        collected_at, body)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
     ON CONFLICT (bank_key) DO UPDATE SET category = excluded.category, kind = excluded.kind,
        currency = excluded.currency, number_hash = excluded.number_hash,
        public_name_hash = excluded.public_name_hash, public_value_hash = excluded.public_value_hash,
        balance_current = excluded.balance_current, balance_available = excluded.balance_available,
        collected_at = excluded.collected_at, body = excluded.body
     WHERE accounts.id = excluded.id AND accounts.link_id = excluded.link_id";

impl Tx {
    /// Returns how the accounts with these keys are known.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn known_accounts(&mut self, link: LinkId, bank_keys: &[&str]) -> Result<KnownRecords<AccountId>> {
        let sql = "SELECT id, bank_key, created_at FROM accounts WHERE bank_key IN (";
        known(&mut self.on(), Lookup { sql, parent: link.to_string(), kind: "account" }, bank_keys).await
    }

    /// Adds or renews accounts of a link.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the link has been erased; [`StoreError::Conflict`] when a key is known by another id.
    pub async fn upsert_accounts(
        &mut self,
        application: ApplicationId,
        link: LinkId,
        accounts: &[NewAccount],
    ) -> Result<()> {
        let on = &mut self.on();
        let key = link_key::hold(on, link).await?;
        let link = link.to_string();
        let hashes = hash_keys(on, "account", &link, accounts.iter().map(|a| a.bank_key.as_str())).await?;
        let hasher = on.hasher().await?;
        for (account, bank_key) in accounts.iter().zip(hashes) {
            let id = account.id.to_string();
            let body = key.seal(&on.shared.env, Place::new("accounts", "body", &id), &account.body)?;
            let hash = |kind, value: &Option<String>| value.as_ref().map(|text| hasher.text(kind, &[text]));
            let touched = exec!(
                on,
                UPSERT,
                id.as_str(),
                application.to_string(),
                &link,
                bank_key,
                account.institution.as_str(),
                account.category.as_deref(),
                &account.kind,
                account.currency.as_deref(),
                hash(NUMBER, &account.number),
                hash(PUBLIC_NAME, &account.public_identification_name),
                hash(PUBLIC_VALUE, &account.public_identification_value),
                account.balance_current.map(scaled),
                account.balance_available.map(scaled),
                us(account.created_at),
                us(account.collected_at),
                body,
            )?;
            if touched == 0 {
                return Err(StoreError::Conflict);
            }
        }
        Ok(())
    }

    /// Deletes an account of an application with its balances, bills and transactions; with the last account of a link go its
    /// owners. Returns false when there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn delete_account(&mut self, application: ApplicationId, id: AccountId) -> Result<bool> {
        let on = &mut self.on();
        let (id, application) = (id.to_string(), application.to_string());
        let sql = "SELECT link_id FROM accounts WHERE id = $1 AND application_id = $2";
        let Some((link,)) = one!(on, (String,), sql, &id, application)? else { return Ok(false) };
        let held = change::hold(on, &link).await?;
        if !held || exec!(on, "DELETE FROM accounts WHERE id = $1", &id)? == 0 {
            return Ok(false);
        }
        change::remove(on, &link, Which::OfAccount(&id)).await?;
        exec!(on, "DELETE FROM balances WHERE account_id = $1", &id)?;
        exec!(on, "DELETE FROM bills WHERE account_id = $1", &id)?;
        let sql = "DELETE FROM owners WHERE link_id = $1 AND NOT EXISTS (SELECT 1 FROM accounts WHERE link_id = $1)";
        exec!(on, sql, link)?;
        Ok(true)
    }
}

const NUMBER: &str = "account number";
const PUBLIC_NAME: &str = "public identification name";
const PUBLIC_VALUE: &str = "public identification value";
const COLUMNS: &str = "SELECT id, link_id, body FROM ";
const ORDER: &str = " ORDER BY created_at DESC, id";

reads! {
    /// Returns an account of an application.
    fn account(application: ApplicationId, id: AccountId) -> Option<Stored<AccountId>> = by_id;
    /// Returns an application's accounts, newest first.
    fn accounts(application: ApplicationId, filter: &AccountFilter, paging: Paging) -> Page<Stored<AccountId>> = list;
    /// Returns all accounts of a link, in the order in which they were stored: for jobs.
    fn accounts_of_link(link: LinkId) -> Vec<Stored<AccountId>> = of_link;
    /// Counts a link's accounts.
    fn count_accounts(link: LinkId) -> i64 = count;
}

async fn count(on: &mut On<'_>, link: LinkId) -> Result<i64> {
    let row = one!(on, (i64,), "SELECT count(*) FROM accounts WHERE link_id = $1", link.to_string())?;
    Ok(row.map_or(0, |(count,)| count))
}

async fn by_id(on: &mut On<'_>, application: ApplicationId, id: AccountId) -> Result<Option<Stored<AccountId>>> {
    let sql = "SELECT id, link_id, body FROM accounts WHERE id = $1 AND application_id = $2";
    let row = one!(on, SealedRow, sql, id.to_string(), application.to_string())?;
    Ok(open_all(on, "accounts", row.into_iter().collect()).await?.pop())
}

async fn of_link(on: &mut On<'_>, link: LinkId) -> Result<Vec<Stored<AccountId>>> {
    let sql = "SELECT id, link_id, body FROM accounts WHERE link_id = $1 ORDER BY created_at, id";
    let rows = all!(on, SealedRow, sql, link.to_string())?;
    open_all(on, "accounts", rows).await
}

/// The bodies of the accounts that transactions refer to, under the keys of their links.
pub(crate) async fn bodies(
    on: &mut On<'_>,
    ids: &[AccountId],
    keys: &HashMap<LinkId, LinkKey>,
) -> Result<HashMap<AccountId, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut select = Select::from("accounts");
    select.one_of("id", &Some(ids.to_vec()));
    let rows = rows!(on, SealedRow, COLUMNS, select)?;
    let opened = rows.iter().filter_map(|row| keys.get(&row.link_id.0).map(|key| open(key, "accounts", row)));
    opened.map(|record| record.map(|record: Stored<AccountId>| (record.id, record.body))).collect()
}

async fn list(
    on: &mut On<'_>,
    application: ApplicationId,
    filter: &AccountFilter,
    paging: Paging,
) -> Result<Page<Stored<AccountId>>> {
    let select = conditions(on, application, filter).await?;
    if filter.name.is_some() || filter.name_contains.is_some() {
        let part = filter.name_contains.as_deref().map(fold);
        let matches = |body: &str| {
            filter.name.as_ref().is_none_or(|name| text_of(body, "name").as_ref() == Some(name))
                && part.as_ref().is_none_or(|part| contains(body, "name", part))
        };
        return sealed_list(on, "accounts", select, paging, matches).await;
    }
    let count = select.count(on).await?;
    let rows = rows!(on, SealedRow, COLUMNS, select.page(ORDER, paging))?;
    Ok(Page { count, items: open_all(on, "accounts", rows).await? })
}

async fn conditions(on: &mut On<'_>, application: ApplicationId, filter: &AccountFilter) -> Result<Select> {
    let hasher = on.hasher().await?;
    let mut select = Select::from("accounts");
    select.eq("application_id", &application);
    select.one_of("link_id", &filter.link);
    select.one_of("id", &filter.id);
    select.compare("balance_available", &filter.balance_available);
    select.compare("balance_current", &filter.balance_current);
    select.one_of("category", &filter.category);
    select.compare("created_at", &filter.created_at);
    select.one_of("currency", &filter.currency);
    select.one_of("institution", &filter.institution);
    let numbers = filter.number.as_ref().map(|all| all.iter().map(|one| hasher.text(NUMBER, &[one])).collect());
    select.one_of("number_hash", &numbers);
    let hash = |kind, value: &Option<String>| value.as_ref().map(|text| hasher.text(kind, &[text]));
    select.eq_opt("public_name_hash", hash(PUBLIC_NAME, &filter.public_identification_name).as_ref());
    select.eq_opt("public_value_hash", hash(PUBLIC_VALUE, &filter.public_identification_value).as_ref());
    select.one_of("kind", &filter.kind);
    Ok(select)
}
