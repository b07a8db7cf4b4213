//! The numbers of a link's changes, by which readers follow its transactions (`sync`).
//!
//! They are given out while the link's row is held until the database transaction ends: a number is visible only after all
//! smaller ones of its link are. Numbers may be missing; none comes later.

use jiff::Timestamp;
use vinculo_domain::LinkId;

use crate::on::{On, exec, one};
use crate::transaction::add_to_count;
use crate::{Result, StoreError, link_key};

/// Takes `count` numbers of a link and returns the one before the first of them. Holds the link's row.
///
/// # Errors
/// [`StoreError::NotFound`] when there is no such link.
pub(crate) async fn take(on: &mut On<'_>, link: &str, count: usize) -> Result<i64> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let sql =
        "UPDATE links SET transaction_changes = transaction_changes + $2 WHERE id = $1 RETURNING transaction_changes";
    let (last,) = one!(on, (i64,), sql, link, count)?.ok_or(StoreError::NotFound)?;
    Ok(last - count)
}

/// Holds a link as whoever stores records for it does: the key before the row. Returns false when it has been erased.
pub(crate) async fn hold(on: &mut On<'_>, link: &str) -> Result<bool> {
    let id: LinkId = link.parse().map_err(|_| StoreError::Corrupt("links"))?;
    let held = match link_key::hold(on, id).await {
        Ok(_) => take(on, link, 0).await.map(|_| ()),
        Err(error) => Err(error),
    };
    match held {
        Ok(()) => Ok(true),
        Err(StoreError::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Which transactions of a link.
#[derive(Clone, Copy)]
pub(crate) enum Which<'a> {
    One(&'a str),
    OfAccount(&'a str),
}

/// Notes that transactions are gone; the rows are still there. Returns how many.
pub(crate) async fn note_gone(on: &mut On<'_>, link: &str, which: Which<'_>) -> Result<i64> {
    let before = take(on, link, 0).await?;
    let (sql, value) = match which {
        Which::One(id) => (
            "INSERT INTO removed_transactions (id, link_id, account_id, added_change, removed_change)
             SELECT id, link_id, account_id, added_change, $3 + row_number() OVER (ORDER BY added_change)
             FROM transactions WHERE link_id = $1 AND id = $2
             ON CONFLICT (id) DO UPDATE SET removed_change = excluded.removed_change",
            id,
        ),
        Which::OfAccount(account) => (
            "INSERT INTO removed_transactions (id, link_id, account_id, added_change, removed_change)
             SELECT id, link_id, account_id, added_change, $3 + row_number() OVER (ORDER BY added_change)
             FROM transactions WHERE link_id = $1 AND account_id = $2
             ON CONFLICT (id) DO UPDATE SET removed_change = excluded.removed_change",
            account,
        ),
    };
    let gone = exec!(on, sql, link, value, before)?;
    take(on, link, usize::try_from(gone).unwrap_or(usize::MAX)).await?;
    Ok(i64::try_from(gone).unwrap_or(i64::MAX))
}

/// Deletes transactions of a link and notes it. Returns how many.
pub(crate) async fn remove(on: &mut On<'_>, link: &str, which: Which<'_>) -> Result<i64> {
    let gone = note_gone(on, link, which).await?;
    match which {
        Which::One(id) => exec!(on, "DELETE FROM transactions WHERE link_id = $1 AND id = $2", link, id)?,
        Which::OfAccount(account) => {
            exec!(on, "DELETE FROM transactions WHERE link_id = $1 AND account_id = $2", link, account)?
        }
    };
    add_to_count(on, link, -gone).await?;
    Ok(gone)
}

/// A keyed hash of what a body says, whenever it was read.
pub(crate) async fn content(on: &mut On<'_>, body: &str, collected_at: Timestamp) -> Result<String> {
    let read = format!("\"collected_at\":\"{collected_at:.6}\"");
    Ok(on.hasher().await?.short("transaction content", &[&body.replacen(&read, "", 1)]))
}
