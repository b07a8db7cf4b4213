//! Visits to the portal: what an address of the portal stands for.

use jiff::Timestamp;
use vinculo_domain::{Document, Locale};

use crate::column::{At, Text, us};
use crate::on::{On, all, exec, one, reads};
use crate::seal::Place;
use crate::{Result, StoreError, Tx};

/// A visit to the portal.
#[derive(Clone, PartialEq, Eq)]
pub struct PortalVisit {
    /// The token that opened it; without `proven` its configuration says whose consents are seen, and of which application.
    pub token: String,
    /// Language of the pages.
    pub locale: Locale,
    /// Until when.
    pub expires_at: Timestamp,
    /// Of a visit that was opened by signing in at a bank: who did.
    pub proven: Option<Proven>,
}

/// Who has signed in, and where.
#[derive(Clone, PartialEq, Eq)]
pub struct Proven {
    /// The document that the bank has confirmed.
    pub document: Document,
    /// The fingerprint of what the browser holds; no other browser sees the visit.
    pub browser: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    token_jti: String,
    locale: Text<Locale>,
    expires_at: At,
    person: Option<Vec<u8>>,
    browser: Option<String>,
}

async fn hash(on: &mut On<'_>, id: &str) -> Result<String> {
    Ok(on.hasher().await?.text("portal", &[id]))
}

fn person_of(hash: &str) -> Place<'_> {
    Place::new("portal_visits", "person", hash)
}

impl Tx {
    /// Adds a visit under an id that only the visitor knows, and forgets those that are over.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn insert_portal_visit(&mut self, id: &str, visit: &PortalVisit) -> Result<()> {
        let on = &mut self.on();
        let now = us(on.shared.env.now());
        exec!(on, "DELETE FROM portal_visits WHERE expires_at <= $1", now)?;
        let hash = hash(on, id).await?;
        let shared = on.shared;
        let seal = |proven: &Proven| shared.master.seal_text(&shared.env, person_of(&hash), proven.document.as_str());
        let person = visit.proven.as_ref().map(seal).transpose()?;
        exec!(
            on,
            "INSERT INTO portal_visits (id_hash, token_jti, locale, expires_at, person, browser)
             VALUES ($1, $2, $3, $4, $5, $6)",
            hash.as_str(),
            visit.token.as_str(),
            visit.locale.as_str(),
            us(visit.expires_at),
            person,
            visit.proven.as_ref().map(|proven| proven.browser.as_str()),
        )?;
        Ok(())
    }

    /// Ends a visit: its address opens nothing from now on.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn end_portal_visit(&mut self, id: &str) -> Result<()> {
        let on = &mut self.on();
        let hash = hash(on, id).await?;
        exec!(on, "DELETE FROM portal_visits WHERE id_hash = $1", hash)?;
        Ok(())
    }
}

/// Ends the visits of a person or company who is to be forgotten. Returns how many.
pub(crate) async fn forget(on: &mut On<'_>, digits: &str) -> Result<u64> {
    let sql = "SELECT id_hash, person FROM portal_visits WHERE person IS NOT NULL";
    let mut forgotten = 0;
    for (hash, sealed) in all!(on, (String, Vec<u8>), sql)? {
        if on.shared.master.open_text(person_of(&hash), &sealed)? == digits {
            forgotten += exec!(on, "DELETE FROM portal_visits WHERE id_hash = $1", &hash)?;
        }
    }
    Ok(forgotten)
}

reads! {
    /// Returns the visit of an id, unless it is over.
    fn portal_visit(id: &str) -> Option<PortalVisit> = by_id;
}

async fn by_id(on: &mut On<'_>, id: &str) -> Result<Option<PortalVisit>> {
    let (hash, now) = (hash(on, id).await?, us(on.shared.env.now()));
    let sql = "SELECT token_jti, locale, expires_at, person, browser FROM portal_visits
         WHERE id_hash = $1 AND expires_at > $2";
    let Some(row) = one!(on, Row, sql, &hash, now)? else { return Ok(None) };
    let proven =
        row.person.zip(row.browser).map(|(sealed, browser)| proven(on, &hash, &sealed, browser)).transpose()?;
    Ok(Some(PortalVisit { token: row.token_jti, locale: row.locale.0, expires_at: row.expires_at.0, proven }))
}

fn proven(on: &On<'_>, hash: &str, sealed: &[u8], browser: String) -> Result<Proven> {
    let text = on.shared.master.open_text(person_of(hash), sealed)?;
    let document = text.parse().map_err(|_| StoreError::Corrupt("portal_visits"))?;
    Ok(Proven { document, browser })
}
