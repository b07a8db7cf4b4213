//! Following a link's transactions: what came, changed and went since a cursor.
//!
//! A reader goes through the changes in the order of their numbers, in runs. A run ends at the number that was the last one
//! when it began, so it ends however fast records arrive, and what changes meanwhile belongs to the next run. In a run a
//! transaction stands at the number at which it came, with the body that it has now; or, when it came before the run, at
//! the number of its last change. So nobody is told twice that one came, and no page shifts under a reader.

use std::collections::HashMap;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use vinculo_domain::{AccountId, ApplicationId, LinkId, TransactionId};

use crate::column::Text;
use crate::on::{On, all, one, reads};
use crate::query::Paging;
use crate::seal::LinkKey;
use crate::transaction::{Row, StoredTransaction, open};
use crate::{Result, account, link_key};

const NUMBERS: usize = 24;
const MAC: usize = 16;

/// Where a reader stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransactionCursor {
    application: ApplicationId,
    link: LinkId,
    /// Where its run began: everything up to here has been read.
    base: i64,
    /// Where its run ends.
    end: i64,
    /// The last change that was read.
    at: i64,
}

/// A page of changes.
#[derive(Debug, Clone)]
pub struct TransactionChanges {
    /// What came.
    pub added: Vec<StoredTransaction>,
    /// What changed and had come before.
    pub modified: Vec<StoredTransaction>,
    /// What is gone, with its account. The reader may not have been told of it.
    pub removed: Vec<(TransactionId, AccountId)>,
    /// JSON text of each account, as the API serves it.
    pub accounts: HashMap<AccountId, String>,
    /// The cursor to go on with, as text.
    pub next: String,
    /// Whether there is more already: in this run, or in the next.
    pub more: bool,
}

impl TransactionCursor {
    fn numbers(&self) -> [u8; NUMBERS] {
        let mut bytes = [0; NUMBERS];
        for (place, number) in bytes.chunks_exact_mut(8).zip([self.base, self.end, self.at]) {
            place.copy_from_slice(&number.to_be_bytes());
        }
        bytes
    }

    /// The run that a page belongs to: the one that is going on, or a new one up to `now`.
    fn run(self, now: i64) -> Self {
        if self.at < self.end { self } else { Self { base: self.at, end: now, ..self } }
    }

    async fn mac(&self, on: &mut On<'_>) -> Result<[u8; MAC]> {
        let numbers = URL_SAFE_NO_PAD.encode(self.numbers());
        let parts = [self.application.to_string(), self.link.to_string(), numbers];
        let full = on.hasher().await?.full("transaction cursor", &[&parts[0], &parts[1], &parts[2]]);
        let mut mac = [0; MAC];
        mac.copy_from_slice(&full[..MAC]);
        Ok(mac)
    }

    async fn text(&self, on: &mut On<'_>) -> Result<String> {
        let mac = self.mac(on).await?;
        Ok(URL_SAFE_NO_PAD.encode([&self.numbers()[..], &mac].concat()))
    }
}

reads! {
    /// Reads the cursor of an application and a link; without a text it stands before the first change. `None` when it is not
    /// one that we made for them, or from a future that this database does not know (it was restored).
    fn transaction_cursor(application: ApplicationId, link: LinkId, text: Option<&str>) -> Option<TransactionCursor> = cursor;
    /// Returns the changes behind a cursor, at most `size` (held between 1 and 1000); `None` when the application has no such
    /// link.
    fn transaction_changes(from: &TransactionCursor, size: u32) -> Option<TransactionChanges> = changes;
}

async fn cursor(
    on: &mut On<'_>,
    application: ApplicationId,
    link: LinkId,
    text: Option<&str>,
) -> Result<Option<TransactionCursor>> {
    let mut cursor = TransactionCursor { application, link, base: 0, end: 0, at: 0 };
    let Some(text) = text else { return Ok(Some(cursor)) };
    let Some((numbers, mac)) = parts(text) else { return Ok(None) };
    [cursor.base, cursor.end, cursor.at] = numbers;
    let expected = cursor.mac(on).await?;
    if verify_slices_are_equal(&expected, &mac).is_err() {
        return Ok(None);
    }
    let known = last_change(on, &cursor).await?.is_none_or(|last| cursor.end <= last);
    Ok(known.then_some(cursor))
}

fn parts(text: &str) -> Option<([i64; 3], [u8; MAC])> {
    if text.len() != (NUMBERS + MAC).div_ceil(3) * 4 - 2 {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (numbers, mac) = bytes.split_at_checked(NUMBERS)?;
    let mut read = [0; 3];
    for (number, bytes) in read.iter_mut().zip(numbers.chunks_exact(8)) {
        *number = i64::from_be_bytes(bytes.try_into().ok()?);
    }
    Some((read, mac.try_into().ok()?))
}

async fn last_change(on: &mut On<'_>, cursor: &TransactionCursor) -> Result<Option<i64>> {
    let sql = "SELECT transaction_changes FROM links WHERE id = $1 AND application_id = $2";
    let row = one!(on, (i64,), sql, cursor.link.to_string(), cursor.application.to_string())?;
    Ok(row.map(|(last,)| last))
}

#[derive(sqlx::FromRow)]
struct Changed {
    change: i64,
    #[sqlx(flatten)]
    row: Row,
}

type Gone = (i64, Text<TransactionId>, Text<AccountId>);

enum Change {
    Added(Row),
    Modified(Row),
    Removed(TransactionId, AccountId),
}

const ADDED: &str = "SELECT added_change AS change, id, link_id, account_id, body FROM transactions
     WHERE link_id = $1 AND added_change > $2 AND added_change <= $3 ORDER BY added_change LIMIT $4";
const MODIFIED: &str = "SELECT last_change AS change, id, link_id, account_id, body FROM transactions
     WHERE link_id = $1 AND last_change > added_change AND last_change > $2 AND last_change <= $3 AND added_change <= $5
     ORDER BY last_change LIMIT $4";
const REMOVED: &str = "SELECT removed_change, id, account_id FROM removed_transactions
     WHERE link_id = $1 AND removed_change > $2 AND removed_change <= $3 AND added_change <= $5
     ORDER BY removed_change LIMIT $4";

async fn changes(on: &mut On<'_>, from: &TransactionCursor, size: u32) -> Result<Option<TransactionChanges>> {
    let Some(now) = last_change(on, from).await? else { return Ok(None) };
    let Some(key) = link_key::read(on, from.link).await? else { return Ok(None) };
    let run = from.run(now);
    let size = size.clamp(1, Paging::MAX_SIZE) as usize;
    let mut found = behind(on, &run, size + 1).await?;
    let goes_on = found.len() > size;
    found.truncate(size);
    let at = found.last().filter(|_| goes_on).map_or(run.end, |(change, _)| *change);
    let more = goes_on || now > run.end;
    let next = TransactionCursor { at, ..run }.text(on).await?;
    let mut page = collect(&key, found)?;
    page.accounts = accounts(on, key, from.link, &page).await?;
    Ok(Some(TransactionChanges { next, more, ..page }))
}

/// The first changes of a run behind where it stands, in their order. Each statement may see a later state than the one
/// before it: whatever changed in between has a number behind the end of the run.
async fn behind(on: &mut On<'_>, run: &TransactionCursor, limit: usize) -> Result<Vec<(i64, Change)>> {
    let (link, most) = (run.link.to_string(), i64::try_from(limit).unwrap_or(i64::MAX));
    let mut found: Vec<(i64, Change)> = Vec::new();
    let added = all!(on, Changed, ADDED, &link, run.at, run.end, most)?;
    found.extend(added.into_iter().map(|one| (one.change, Change::Added(one.row))));
    let modified = all!(on, Changed, MODIFIED, &link, run.at, run.end, most, run.base)?;
    found.extend(modified.into_iter().map(|one| (one.change, Change::Modified(one.row))));
    let removed = all!(on, Gone, REMOVED, &link, run.at, run.end, most, run.base)?;
    found.extend(removed.into_iter().map(|(change, id, account)| (change, Change::Removed(id.0, account.0))));
    found.sort_by_key(|(change, _)| *change);
    found.truncate(limit);
    Ok(found)
}

fn collect(key: &LinkKey, found: Vec<(i64, Change)>) -> Result<TransactionChanges> {
    let mut page = TransactionChanges {
        added: Vec::new(),
        modified: Vec::new(),
        removed: Vec::new(),
        accounts: HashMap::new(),
        next: String::new(),
        more: false,
    };
    for (_, change) in found {
        match change {
            Change::Added(row) => page.added.push(open(key, row)?),
            Change::Modified(row) => page.modified.push(open(key, row)?),
            Change::Removed(id, account) => page.removed.push((id, account)),
        }
    }
    Ok(page)
}

async fn accounts(
    on: &mut On<'_>,
    key: LinkKey,
    link: LinkId,
    page: &TransactionChanges,
) -> Result<HashMap<AccountId, String>> {
    let mut ids: Vec<AccountId> = page.added.iter().chain(&page.modified).map(|one| one.account).collect();
    ids.sort_unstable();
    ids.dedup();
    account::bodies(on, &ids, &HashMap::from([(link, key)])).await
}
