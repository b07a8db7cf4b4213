//! What all records of the API have in common.
//!
//! A record is known by the bank's own key, of which a keyed hash is kept. Read it again and it keeps our id and its
//! `created_at`: ask with `known_…` before the body is written, since the body carries both.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use jiff::Timestamp;
use vinculo_domain::{Env, LinkId};

use crate::column::{At, Text};
use crate::on::{On, sql};
use crate::query::Stored;
use crate::seal::{LinkKey, Place};
use crate::{Result, link_key};

/// How a record is known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known<Id> {
    /// Our id.
    pub id: Id,
    /// When it was first stored.
    pub created_at: Timestamp,
}

/// The records that are known of those asked for, by the bank's key.
#[derive(Debug, Clone)]
pub struct KnownRecords<Id>(HashMap<String, Known<Id>>);

impl<Id: Copy + From<uuid::Uuid>> KnownRecords<Id> {
    /// Returns how a record is known, or a fresh id and the present time.
    pub fn get_or_new(&mut self, bank_key: &str, env: &Env) -> Known<Id> {
        let fresh = || Known { id: Id::from(env.uuid()), created_at: env.now() };
        *self.0.entry(bank_key.to_owned()).or_insert_with(fresh)
    }

    /// Returns how a record is known.
    pub fn get(&self, bank_key: &str) -> Option<Known<Id>> {
        self.0.get(bank_key).copied()
    }
}

/// How many records one statement carries: 20 columns stay far below the 32 766 values that SQLite binds.
pub(crate) const BATCH: usize = 500;

/// Looks up records that are unique within `parent`; `sql` ends before the list of hashes. The hash covers the parent.
pub(crate) struct Lookup {
    pub(crate) sql: &'static str,
    pub(crate) parent: String,
    pub(crate) kind: &'static str,
}

/// Hashes a bank's key: unique within its parent, meaningless outside.
pub(crate) async fn hash_keys<'k>(
    on: &mut On<'_>,
    kind: &str,
    parent: &str,
    keys: impl IntoIterator<Item = &'k str>,
) -> Result<Vec<String>> {
    let hasher = on.hasher().await?;
    Ok(keys.into_iter().map(|key| hasher.short(kind, &[parent, key])).collect())
}

type KnownRow<Id> = (Text<Id>, String, At);

pub(crate) async fn known<Id>(on: &mut On<'_>, lookup: Lookup, keys: &[&str]) -> Result<KnownRecords<Id>>
where
    Id: Copy + Send + Unpin + std::str::FromStr<Err = vinculo_domain::Invalid>,
{
    let mut found = HashMap::with_capacity(keys.len());
    for batch in keys.chunks(BATCH) {
        let hashes = hash_keys(on, lookup.kind, &lookup.parent, batch.iter().copied()).await?;
        let by_hash: HashMap<&str, &str> = hashes.iter().map(String::as_str).zip(batch.iter().copied()).collect();
        let found_rows: Vec<KnownRow<Id>> = sql!(on, DB, conn => {
            let mut query = sqlx::QueryBuilder::<DB>::new(lookup.sql);
            let mut list = query.separated(", ");
            for hash in &hashes {
                list.push_bind(hash.as_str());
            }
            query.push(")");
            // Planned anew each time: a plan from when the table was empty would read all of it.
            query.build_query_as().persistent(false).fetch_all(conn).await
        })?;
        for (id, hash, created_at) in found_rows {
            if let Some(key) = by_hash.get(hash.as_str()) {
                found.insert((*key).to_owned(), Known { id: id.0, created_at: created_at.0 });
            }
        }
    }
    Ok(KnownRecords(found))
}

/// Keeps the last of each bank key: banks repeat records within a page, and one statement may touch a row only once.
pub(crate) fn last_of_each<T>(items: &[T], key: impl Fn(&T) -> &str) -> Vec<&T> {
    let mut at: HashMap<&str, usize> = HashMap::with_capacity(items.len());
    let mut kept: Vec<&T> = Vec::with_capacity(items.len());
    for item in items {
        match at.get(key(item)) {
            Some(&index) => kept[index] = item,
            None => {
                at.insert(key(item), kept.len());
                kept.push(item);
            }
        }
    }
    kept
}

/// A sealed record as read.
#[derive(sqlx::FromRow)]
pub(crate) struct SealedRow {
    pub(crate) id: String,
    pub(crate) link_id: Text<LinkId>,
    pub(crate) body: Vec<u8>,
}

/// Opens rows of one table, reading the key of each link once. A link that is erased meanwhile has no records.
pub(crate) async fn open_all<Id: std::str::FromStr>(
    on: &mut On<'_>,
    table: &'static str,
    rows: Vec<SealedRow>,
) -> Result<Vec<Stored<Id>>> {
    let mut keys: HashMap<LinkId, Option<LinkKey>> = HashMap::new();
    let mut opened = Vec::with_capacity(rows.len());
    for row in rows {
        let link = row.link_id.0;
        if let Entry::Vacant(slot) = keys.entry(link) {
            slot.insert(link_key::read(on, link).await?);
        }
        if let Some(Some(key)) = keys.get(&link) {
            opened.push(open(key, table, &row)?);
        }
    }
    Ok(opened)
}

/// Opens one row under its link's key.
pub(crate) fn open<Id: std::str::FromStr>(key: &LinkKey, table: &'static str, row: &SealedRow) -> Result<Stored<Id>> {
    let body = key.open(Place::new(table, "body", &row.id), &row.body)?;
    let id = row.id.parse().map_err(|_| crate::StoreError::Corrupt(table))?;
    Ok(Stored { id, link: row.link_id.0, body })
}

/// The text of one top-level key of a body, for the few filters that only the sealed part can answer.
pub(crate) fn text_of(body: &str, key: &str) -> Option<String> {
    let fields: HashMap<&str, &serde_json::value::RawValue> = serde_json::from_str(body).ok()?;
    serde_json::from_str::<Option<String>>(fields.get(key)?.get()).ok().flatten()
}
