//! How far the fetching of a link's data has come: one row per round, resource and scope (an account, or nothing).

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use vinculo_domain::{LinkId, Resource};

use crate::column::{At, Text, us};
use crate::on::{On, all, exec, one, reads};
use crate::seal::{LinkKey, Place};
use crate::{Result, Tx, link_key};

/// How far one part of a round has come.
#[derive(Debug, Clone)]
pub struct Progress {
    /// Link.
    pub link: LinkId,
    /// Round: the `request_id` that started it.
    pub round: String,
    /// Resource.
    pub resource: Resource,
    /// Account, or empty.
    pub scope: String,
    /// Page to go on with; sealed. `None` before the first page and after the last.
    pub next_url: Option<SecretString>,
    /// Records stored so far.
    pub records: i64,
    /// Whether it is complete.
    pub done: bool,
    /// Why it ended without being complete, as a code.
    pub error: Option<String>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it last came on.
    pub updated_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    link_id: Text<LinkId>,
    round: String,
    resource: Text<Resource>,
    scope: String,
    next_url: Option<Vec<u8>>,
    records: i64,
    done: bool,
    error: Option<String>,
    started_at: At,
    updated_at: At,
}

fn row_id(link: LinkId, round: &str, resource: Resource, scope: &str) -> String {
    format!("{link}/{round}/{resource}/{scope}")
}

impl Tx {
    /// Writes how far a part has come.
    ///
    /// # Errors
    /// [`StoreError::NotFound`](crate::StoreError::NotFound) when the link has been erased.
    pub async fn put_progress(&mut self, progress: &Progress) -> Result<()> {
        let on = &mut self.on();
        let key = link_key::hold(on, progress.link).await?;
        let id = row_id(progress.link, &progress.round, progress.resource, &progress.scope);
        let place = Place::new("fetch_progress", "next_url", &id);
        let env = &on.shared.env;
        let seal = |url: &SecretString| key.seal(env, place, url.expose_secret());
        let next_url = progress.next_url.as_ref().map(seal).transpose()?;
        exec!(
            on,
            "INSERT INTO fetch_progress
                (link_id, round, resource, scope, next_url, records, done, error, started_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (link_id, round, resource, scope) DO UPDATE SET next_url = excluded.next_url,
                records = excluded.records, done = excluded.done, error = excluded.error,
                updated_at = excluded.updated_at",
            progress.link.to_string(),
            &progress.round,
            progress.resource.as_str(),
            &progress.scope,
            next_url,
            progress.records,
            progress.done,
            progress.error.as_deref(),
            us(progress.started_at),
            us(progress.updated_at),
        )?;
        Ok(())
    }

    /// Forgets how far a round had come: it has ended.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError) when the database fails.
    pub async fn forget_round(&mut self, link: LinkId, round: &str) -> Result<()> {
        let sql = "DELETE FROM fetch_progress WHERE link_id = $1 AND round = $2";
        exec!(self.on(), sql, link.to_string(), round)?;
        Ok(())
    }
}

reads! {
    /// Returns how far one part of a round has come.
    fn progress(link: LinkId, round: &str, resource: Resource, scope: &str) -> Option<Progress> = of_part;
    /// Returns how far all parts of a round have come.
    fn progress_of_round(link: LinkId, round: &str) -> Vec<Progress> = of_round;
}

async fn of_part(
    on: &mut On<'_>,
    link: LinkId,
    round: &str,
    resource: Resource,
    scope: &str,
) -> Result<Option<Progress>> {
    let Some(key) = link_key::read(on, link).await? else { return Ok(None) };
    let sql = "SELECT * FROM fetch_progress WHERE link_id = $1 AND round = $2 AND resource = $3 AND scope = $4";
    let row = one!(on, Row, sql, link.to_string(), round, resource.as_str(), scope)?;
    row.map(|row| open(&key, row)).transpose()
}

async fn of_round(on: &mut On<'_>, link: LinkId, round: &str) -> Result<Vec<Progress>> {
    let Some(key) = link_key::read(on, link).await? else { return Ok(Vec::new()) };
    let sql = "SELECT * FROM fetch_progress WHERE link_id = $1 AND round = $2 ORDER BY resource, scope";
    let rows = all!(on, Row, sql, link.to_string(), round)?;
    rows.into_iter().map(|row| open(&key, row)).collect()
}

fn open(key: &LinkKey, row: Row) -> Result<Progress> {
    let id = row_id(row.link_id.0, &row.round, row.resource.0, &row.scope);
    let place = Place::new("fetch_progress", "next_url", &id);
    let next_url = row.next_url.map(|sealed| key.open(place, &sealed).map(SecretString::from)).transpose()?;
    Ok(Progress {
        link: row.link_id.0,
        round: row.round,
        resource: row.resource.0,
        scope: row.scope,
        next_url,
        records: row.records,
        done: row.done,
        error: row.error,
        started_at: row.started_at.0,
        updated_at: row.updated_at.0,
    })
}
