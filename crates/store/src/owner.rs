//! Owners: the person or company behind a link.

use jiff::Timestamp;
use vinculo_domain::{ApplicationId, LinkId, OwnerId, fold};

use crate::column::us;
use crate::on::{On, exec, one, reads};
use crate::query::{Compare, OneOf, Page, Paging, Select, Stored, rows};
use crate::record::{KnownRecords, Lookup, SealedRow, hash_keys, known, open_all, text_of};
use crate::seal::Place;
use crate::{Result, StoreError, Tx, link_key};

/// An owner to be stored.
#[derive(Clone)]
pub struct NewOwner {
    /// Our id, from [`Tx::known_owners`].
    pub id: OwnerId,
    /// What tells it from the link's other owners, for example the document.
    pub bank_key: String,
    /// E-mail address, for the filter; only its keyed hash is kept outside of the body.
    pub email: Option<String>,
    /// When it was first stored.
    pub created_at: Timestamp,
    /// When it was read at the bank.
    pub collected_at: Timestamp,
    /// JSON text as the API serves it.
    pub body: String,
}

/// Filters of the list of owners (belvo-api.md, section 4.1).
#[derive(Debug, Clone, Default)]
pub struct OwnerFilter {
    /// `link`.
    pub link: OneOf<LinkId>,
    /// `id`.
    pub id: OneOf<OwnerId>,
    /// `created_at`.
    pub created_at: Compare<Timestamp>,
    /// `email`, exactly but for case.
    pub email: Option<String>,
    /// `display_name__icontains`.
    pub display_name_contains: Option<String>,
}

/// Most rows that are opened to answer a filter on sealed text.
pub(crate) const MAX_OPENED: u32 = 20_000;

impl Tx {
    /// Returns how the owners with these keys are known.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn known_owners(&mut self, link: LinkId, bank_keys: &[&str]) -> Result<KnownRecords<OwnerId>> {
        let sql = "SELECT id, bank_key, created_at FROM owners WHERE bank_key IN (";
        known(&mut self.on(), Lookup { sql, parent: link.to_string(), kind: "owner" }, bank_keys).await
    }

    /// Adds or renews owners of a link.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the link has been erased; [`StoreError::Conflict`] when a key is known by another id.
    pub async fn upsert_owners(&mut self, application: ApplicationId, link: LinkId, owners: &[NewOwner]) -> Result<()> {
        let on = &mut self.on();
        let key = link_key::hold(on, link).await?;
        let link = link.to_string();
        let hashes = hash_keys(on, "owner", &link, owners.iter().map(|o| o.bank_key.as_str())).await?;
        for (owner, hash) in owners.iter().zip(hashes) {
            let id = owner.id.to_string();
            let body = key.seal(&on.shared.env, Place::new("owners", "body", &id), &owner.body)?;
            let email = match &owner.email {
                Some(email) => Some(email_hash(on, email).await?),
                None => None,
            };
            let sql = "INSERT INTO owners
                    (id, application_id, link_id, bank_key, email_hash, created_at, collected_at, body)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                 ON CONFLICT (bank_key) DO UPDATE SET email_hash = excluded.email_hash,
                    collected_at = excluded.collected_at, body = excluded.body WHERE owners.id = excluded.id AND owners.link_id = excluded.link_id";
            let (created, collected) = (us(owner.created_at), us(owner.collected_at));
            if exec!(on, sql, &id, application.to_string(), &link, hash, email, created, collected, body)? == 0 {
                return Err(StoreError::Conflict);
            }
        }
        Ok(())
    }

    /// Deletes an owner of an application. Returns false when there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn delete_owner(&mut self, application: ApplicationId, id: OwnerId) -> Result<bool> {
        let sql = "DELETE FROM owners WHERE id = $1 AND application_id = $2";
        Ok(exec!(self.on(), sql, id.to_string(), application.to_string())? == 1)
    }
}

async fn email_hash(on: &mut On<'_>, email: &str) -> Result<String> {
    Ok(on.hasher().await?.text("email", &[&email.trim().to_lowercase()]))
}

reads! {
    /// Returns an owner of an application.
    fn owner(application: ApplicationId, id: OwnerId) -> Option<Stored<OwnerId>> = by_id;
    /// Returns an application's owners, newest first.
    fn owners(application: ApplicationId, filter: &OwnerFilter, paging: Paging) -> Page<Stored<OwnerId>> = list;
    /// Counts a link's owners.
    fn count_owners(link: LinkId) -> i64 = count;
}

async fn count(on: &mut On<'_>, link: LinkId) -> Result<i64> {
    let row = one!(on, (i64,), "SELECT count(*) FROM owners WHERE link_id = $1", link.to_string())?;
    Ok(row.map_or(0, |(count,)| count))
}

const COLUMNS: &str = "SELECT id, link_id, body FROM ";
const ORDER: &str = " ORDER BY created_at DESC, id";

async fn by_id(on: &mut On<'_>, application: ApplicationId, id: OwnerId) -> Result<Option<Stored<OwnerId>>> {
    let sql = "SELECT id, link_id, body FROM owners WHERE id = $1 AND application_id = $2";
    let row = one!(on, SealedRow, sql, id.to_string(), application.to_string())?;
    Ok(open_all(on, "owners", row.into_iter().collect()).await?.pop())
}

async fn list(
    on: &mut On<'_>,
    application: ApplicationId,
    filter: &OwnerFilter,
    paging: Paging,
) -> Result<Page<Stored<OwnerId>>> {
    let mut select = Select::from("owners");
    select.eq("application_id", &application);
    select.one_of("link_id", &filter.link);
    select.one_of("id", &filter.id);
    select.compare("created_at", &filter.created_at);
    if let Some(email) = &filter.email {
        let hash = email_hash(on, email).await?;
        select.eq("email_hash", &hash);
    }
    if let Some(part) = filter.display_name_contains.as_deref().map(fold) {
        return sealed_list(on, "owners", select, paging, |body| contains(body, "display_name", &part)).await;
    }
    let count = select.count(on).await?;
    let rows = rows!(on, SealedRow, COLUMNS, select.page(ORDER, paging))?;
    Ok(Page { count, items: open_all(on, "owners", rows).await? })
}

/// Tells whether a text of the body contains `part`, which is folded.
pub(crate) fn contains(body: &str, key: &str, part: &str) -> bool {
    text_of(body, key).is_some_and(|text| fold(&text).contains(part))
}

/// A list whose filter only the sealed part can answer: opens what the other filters leave, newest first, and keeps
/// what matches.
pub(crate) async fn sealed_list<Id: std::str::FromStr>(
    on: &mut On<'_>,
    table: &'static str,
    select: Select,
    paging: Paging,
    matches: impl Fn(&str) -> bool,
) -> Result<Page<Stored<Id>>> {
    let (skip, take) = (paging.offset(), paging.limit());
    let (mut count, mut items) = (0, Vec::new());
    let mut part = Paging { page: 1, size: Paging::MAX_SIZE };
    while part.page <= MAX_OPENED / Paging::MAX_SIZE {
        let rows = rows!(on, SealedRow, COLUMNS, select.clone().page(ORDER, part))?;
        let last = rows.len() < Paging::MAX_SIZE as usize;
        for record in open_all::<Id>(on, table, rows).await? {
            if matches(&record.body) {
                if (skip..skip + take).contains(&count) {
                    items.push(record);
                }
                count += 1;
            }
        }
        if last {
            break;
        }
        part.page += 1;
    }
    Ok(Page { count, items })
}
