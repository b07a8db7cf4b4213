//! When links are refreshed.

use jiff::Timestamp;
use vinculo_domain::{LinkId, RefreshRate, Resource};

use crate::column::{At, Text, us};
use crate::on::{On, all, exec, one, reads};
use crate::{Result, Tx};

/// How fresh a link is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Freshness {
    /// When the next look is due.
    pub refresh_at: Option<Timestamp>,
    /// When everything was last read.
    pub full_read_at: Option<Timestamp>,
    /// Until when the monthly limit leaves no full reading.
    pub full_not_before: Option<Timestamp>,
}

impl Tx {
    /// Says when a link is due to be refreshed; `None` for never.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError) when the database fails.
    pub async fn schedule_refresh(&mut self, id: LinkId, at: Option<Timestamp>) -> Result<()> {
        exec!(self.on(), "UPDATE links SET refresh_at = $2 WHERE id = $1", id.to_string(), at.map(us))?;
        Ok(())
    }

    /// Brings the next refresh of a link forward to `at`, if there is one and it is later.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError) when the database fails.
    pub async fn hasten_refresh(&mut self, id: LinkId, at: Timestamp) -> Result<()> {
        let sql = "UPDATE links SET refresh_at = $2 WHERE id = $1 AND refresh_at > $2";
        exec!(self.on(), sql, id.to_string(), us(at))?;
        Ok(())
    }

    /// Sets how often a recurrent link is refreshed, the next time at `next`. Returns false when there is no such link.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError) when the database fails.
    pub async fn set_refresh_rate(&mut self, id: LinkId, rate: RefreshRate, next: Timestamp) -> Result<bool> {
        let sql = "UPDATE links SET refresh_rate = $2, refresh_at = $3 WHERE id = $1 AND access_mode = 'recurrent'";
        Ok(exec!(self.on(), sql, id.to_string(), rate.as_str(), us(next))? == 1)
    }

    /// Notes that everything was read.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError) when the database fails.
    pub async fn note_full_read(&mut self, id: LinkId, at: Timestamp) -> Result<()> {
        exec!(self.on(), "UPDATE links SET full_read_at = $2 WHERE id = $1", id.to_string(), us(at))?;
        Ok(())
    }

    /// Notes until when nothing but the latest is read; what was noted before and is later stands.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError) when the database fails.
    pub async fn put_off_full_reads(&mut self, id: LinkId, until: Timestamp) -> Result<()> {
        let sql = "UPDATE links SET full_not_before = $2
             WHERE id = $1 AND (full_not_before IS NULL OR full_not_before < $2)";
        exec!(self.on(), sql, id.to_string(), us(until))?;
        Ok(())
    }
}

reads! {
    /// Returns how fresh a link is kept.
    fn freshness(id: LinkId) -> Option<Freshness> = freshness;
    /// Returns links that are due to be refreshed at `now`, longest due first.
    fn due_refreshes(now: Timestamp, limit: u32) -> Vec<(LinkId, RefreshRate)> = due;
    /// Counts the records of a resource that came to a link at `since` or later.
    fn count_new(link: LinkId, resource: Resource, since: Timestamp) -> i64 = new;
}

async fn freshness(on: &mut On<'_>, id: LinkId) -> Result<Option<Freshness>> {
    type Row = (Option<At>, Option<At>, Option<At>);
    let sql = "SELECT refresh_at, full_read_at, full_not_before FROM links WHERE id = $1";
    let at = |at: Option<At>| at.map(|at| at.0);
    let row = one!(on, Row, sql, id.to_string())?;
    Ok(row.map(|(next, full, not)| Freshness {
        refresh_at: at(next),
        full_read_at: at(full),
        full_not_before: at(not),
    }))
}

async fn due(on: &mut On<'_>, now: Timestamp, limit: u32) -> Result<Vec<(LinkId, RefreshRate)>> {
    let sql = "SELECT id, refresh_rate FROM links WHERE status = 'valid' AND access_mode = 'recurrent'
        AND refresh_at <= $1 AND refresh_rate IS NOT NULL ORDER BY refresh_at LIMIT $2";
    let rows = all!(on, (Text<LinkId>, Text<RefreshRate>), sql, us(now), i64::from(limit))?;
    Ok(rows.into_iter().map(|(id, rate)| (id.0, rate.0)).collect())
}

async fn new(on: &mut On<'_>, link: LinkId, resource: Resource, since: Timestamp) -> Result<i64> {
    let sql = match resource {
        Resource::Owners => "SELECT count(*) FROM owners WHERE link_id = $1 AND created_at >= $2",
        Resource::Accounts => "SELECT count(*) FROM accounts WHERE link_id = $1 AND created_at >= $2",
        Resource::Balances => "SELECT count(*) FROM balances WHERE link_id = $1 AND collected_at >= $2",
        Resource::Transactions => "SELECT count(*) FROM transactions WHERE link_id = $1 AND created_at >= $2",
        Resource::Investments => "SELECT count(*) FROM investments WHERE link_id = $1 AND created_at >= $2",
        Resource::InvestmentTransactions => {
            "SELECT count(*) FROM investment_transactions WHERE link_id = $1 AND created_at >= $2"
        }
        Resource::Exchanges => "SELECT count(*) FROM exchanges WHERE link_id = $1 AND created_at >= $2",
        Resource::Bills => "SELECT count(*) FROM bills WHERE link_id = $1 AND created_at >= $2",
    };
    Ok(one!(on, (i64,), sql, link.to_string(), us(since))?.map_or(0, |(count,)| count))
}
