//! Transactions that were not final and become something else: the id stays where the same payment comes back as a
//! final one.

use jiff::Timestamp;
use jiff::civil::Date;
use vinculo_domain::{AccountId, LinkId, TransactionId};

use crate::change::{self, Which};
use crate::column::{At, Text, us};
use crate::on::{On, all, exec};
use crate::seal::Place;
use crate::transaction::add_to_count;
use crate::{Result, Tx, link_key};

/// A final transaction may be dated so many days before and after the pending one that it replaces.
const DAYS: std::ops::RangeInclusive<i32> = -3..=10;

/// What became of transactions that were not final.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settled {
    /// They are final now, under their old ids.
    pub kept: Vec<TransactionId>,
    /// They are gone: nothing like them came.
    pub gone: Vec<TransactionId>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Text<TransactionId>,
    link_id: Text<LinkId>,
    value_date: Text<Date>,
    amount: i64,
    currency: Option<String>,
    kind: Option<String>,
    created_at: At,
    collected_at: At,
    added_change: i64,
    body: Vec<u8>,
}

impl Row {
    /// How far the other one is from this pending one, when it can be the same payment.
    fn distance(&self, other: &Row) -> Option<i32> {
        let same = self.amount == other.amount && self.currency == other.currency && self.kind == other.kind;
        let days = self.value_date.0.until(other.value_date.0).ok()?.get_days();
        (same && DAYS.contains(&days)).then_some(days.abs())
    }
}

const COLUMNS: &str = "SELECT id, link_id, value_date, amount, currency, kind, created_at, collected_at,
     added_change, body FROM transactions
     WHERE link_id = (SELECT link_id FROM accounts WHERE id = $1) AND account_id = $1 AND ";

/// When a round's first page of an account was read.
const BEGUN: &str = "(SELECT min(r.collected_at) FROM transactions r
     WHERE r.link_id = (SELECT link_id FROM accounts WHERE id = $1) AND r.account_id = $1 AND r.round = $2)";

impl Tx {
    /// Looks for what became of an account's transactions that are provisional with a `value_date` from `from` to
    /// `to` and that `round` did not bring. Where `round` brought a final one for the first time that can be the same payment,
    /// it takes over the id; the others are deleted.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError) when the database fails or sealed content cannot be opened.
    pub async fn settle_pending(&mut self, account: AccountId, from: Date, to: Date, round: &str) -> Result<Settled> {
        let on = &mut self.on();
        let sql = format!("{COLUMNS} provisional AND value_date >= $2 AND value_date <= $3 AND round <> $4");
        let (from, to) = (from.to_string(), to.to_string());
        let pending: Vec<Row> = select(on, &sql, account, &[&from, &to, round]).await?;
        if pending.is_empty() {
            return Ok(Settled::default());
        }
        // Whoever was known before the round read its first page has a life of its own.
        let sql = format!("{COLUMNS} round = $2 AND NOT provisional AND created_at >= {BEGUN}");
        let mut fresh: Vec<Row> = select(on, &sql, account, &[round]).await?;
        let mut settled = Settled::default();
        for old in pending {
            let near = fresh.iter().enumerate().filter_map(|(at, row)| Some((old.distance(row)?, at))).min();
            match near {
                Some((_, at)) => {
                    take_over(on, &old, &fresh.swap_remove(at)).await?;
                    settled.kept.push(old.id.0);
                }
                None => {
                    let (link, id) = (old.link_id.0.to_string(), old.id.0.to_string());
                    change::remove(on, &link, Which::One(&id)).await?;
                    settled.gone.push(old.id.0);
                }
            }
        }
        Ok(settled)
    }
}

async fn select(on: &mut On<'_>, sql: &str, account: AccountId, more: &[&str]) -> Result<Vec<Row>> {
    let sql = || sqlx::AssertSqlSafe(sql.to_owned());
    match more {
        [a, b, c] => all!(on, Row, sql(), account.to_string(), *a, *b, *c),
        [a] => all!(on, Row, sql(), account.to_string(), *a),
        _ => Ok(Vec::new()),
    }
}

/// Puts the final transaction in the place of the pending one: its own id is gone, the pending one's has changed.
async fn take_over(on: &mut On<'_>, old: &Row, new: &Row) -> Result<()> {
    let key = link_key::hold(on, new.link_id.0).await?;
    let (old_id, new_id, link) = (old.id.0.to_string(), new.id.0.to_string(), new.link_id.0.to_string());
    change::note_gone(on, &link, Which::One(&new_id)).await?;
    exec!(on, "DELETE FROM transactions WHERE id = $1", &old_id)?;
    add_to_count(on, &link, -1).await?;
    let body = key.open(Place::new("transactions", "body", &new_id), &new.body)?;
    let body = renamed(&body, (&new_id, new.created_at.0), (&old_id, old.created_at.0));
    let content = change::content(on, &body, new.collected_at.0).await?;
    let body = key.seal(&on.shared.env, Place::new("transactions", "body", &old_id), &body)?;
    let number = change::take(on, &link, 1).await? + 1;
    let sql = "UPDATE transactions SET id = $2, created_at = $3, body = $4, content_hash = $5, added_change = $6,
            last_change = $7
         WHERE id = $1";
    exec!(on, sql, new_id, old_id, us(old.created_at.0), body, content, old.added_change, number)?;
    Ok(())
}

/// The body with another id and time of making; both stand in it once, at the top level.
fn renamed(body: &str, from: (&str, Timestamp), to: (&str, Timestamp)) -> String {
    let id = |id: &str| format!("\"id\":\"{id}\"");
    let made = |at: Timestamp| format!("\"created_at\":\"{at:.6}\"");
    body.replacen(&id(from.0), &id(to.0), 1).replacen(&made(from.1), &made(to.1), 1)
}
