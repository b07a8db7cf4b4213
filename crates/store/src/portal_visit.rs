//! Visits to the portal: what an address of the portal stands for.

use jiff::Timestamp;
use vinculo_domain::Locale;

use crate::column::{At, Text, us};
use crate::on::{On, exec, one, reads};
use crate::{Result, Tx};

/// A visit to the portal.
#[derive(Clone, PartialEq, Eq)]
pub struct PortalVisit {
    /// The token that opened it; its configuration says whose consents are seen.
    pub token: String,
    /// Language of the pages.
    pub locale: Locale,
    /// Until when.
    pub expires_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    token_jti: String,
    locale: Text<Locale>,
    expires_at: At,
}

async fn hash(on: &mut On<'_>, id: &str) -> Result<String> {
    Ok(on.hasher().await?.text("portal", &[id]))
}

impl Tx {
    /// Adds a visit under an id that only the visitor knows, and forgets those that are over.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError) when the database fails.
    pub async fn insert_portal_visit(&mut self, id: &str, visit: &PortalVisit) -> Result<()> {
        let on = &mut self.on();
        let now = us(on.shared.env.now());
        exec!(on, "DELETE FROM portal_visits WHERE expires_at <= $1", now)?;
        let hash = hash(on, id).await?;
        exec!(
            on,
            "INSERT INTO portal_visits (id_hash, token_jti, locale, expires_at) VALUES ($1, $2, $3, $4)",
            hash,
            visit.token.as_str(),
            visit.locale.as_str(),
            us(visit.expires_at),
        )?;
        Ok(())
    }
}

reads! {
    /// Returns the visit of an id, unless it is over.
    fn portal_visit(id: &str) -> Option<PortalVisit> = by_id;
}

async fn by_id(on: &mut On<'_>, id: &str) -> Result<Option<PortalVisit>> {
    let (hash, now) = (hash(on, id).await?, us(on.shared.env.now()));
    let sql = "SELECT token_jti, locale, expires_at FROM portal_visits WHERE id_hash = $1 AND expires_at > $2";
    let row = one!(on, Row, sql, hash, now)?;
    Ok(row.map(|row| PortalVisit { token: row.token_jti, locale: row.locale.0, expires_at: row.expires_at.0 }))
}
