//! What was used of the network's monthly allowance.

use crate::on::{On, all, exec, reads};
use crate::{Result, Tx};

/// One kind of call, of one link, in one month.
#[derive(Debug, Clone, Copy)]
pub struct AllowanceKey<'a> {
    /// The id of the link: the network counts by consent.
    pub link: &'a str,
    /// `2026-11`, in Brasília.
    pub month: &'a str,
    /// Name of the endpoint.
    pub endpoint: &'a str,
    /// The institution's identifier of what it belongs to; empty for none. Kept as a keyed hash.
    pub scope: &'a str,
}

impl Tx {
    /// Takes one call out of the allowance. Returns false when `limit` calls have been taken.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError) when the database fails.
    pub async fn take_allowance(&mut self, key: AllowanceKey<'_>, limit: i64) -> Result<bool> {
        let on = &mut self.on();
        let scope = scope(on, &key).await?;
        let sql = "INSERT INTO allowance_used (link, month, endpoint, scope, used) VALUES ($1, $2, $3, $4, 1)
             ON CONFLICT (link, month, endpoint, scope) DO UPDATE SET used = allowance_used.used + 1
             WHERE allowance_used.used < $5";
        Ok(exec!(on, sql, key.link, key.month, key.endpoint, scope, limit)? == 1)
    }

    /// Gives one call back that the institution has not counted.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError) when the database fails.
    pub async fn give_back_allowance(&mut self, key: AllowanceKey<'_>) -> Result<()> {
        let on = &mut self.on();
        let scope = scope(on, &key).await?;
        let sql = "UPDATE allowance_used SET used = used - 1
             WHERE link = $1 AND month = $2 AND endpoint = $3 AND scope = $4 AND used > 0";
        exec!(on, sql, key.link, key.month, key.endpoint, scope)?;
        Ok(())
    }

    /// Forgets the months before `month`.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError) when the database fails.
    pub async fn forget_allowances(&mut self, month: &str) -> Result<u64> {
        exec!(self.on(), "DELETE FROM allowance_used WHERE month < $1", month)
    }
}

async fn scope(on: &mut On<'_>, key: &AllowanceKey<'_>) -> Result<String> {
    if key.scope.is_empty() { Ok(String::new()) } else { Ok(on.hasher().await?.short("allowance", &[key.scope])) }
}

reads! {
    /// Returns the calls of a link in a month by endpoint; of an endpoint with accounts those of the busiest one.
    fn allowance_used(link: &str, month: &str) -> Vec<(String, i64)> = used;
}

async fn used(on: &mut On<'_>, link: &str, month: &str) -> Result<Vec<(String, i64)>> {
    let sql = "SELECT endpoint, max(used) FROM allowance_used WHERE link = $1 AND month = $2
        GROUP BY endpoint ORDER BY endpoint";
    all!(on, (String, i64), sql, link, month)
}
