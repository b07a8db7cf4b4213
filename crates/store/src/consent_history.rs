//! The history of consents: who, when, what text, which permissions, which term, each change. Written with the change
//! itself; evidence that outlives the link, and nothing personal in it.

use jiff::Timestamp;
use serde_json::json;
use vinculo_domain::{ConsentId, ConsentStatus, PermissionSet};

use crate::column::{At, Text, us};
use crate::on::{On, all, exec, one, reads};
use crate::{Consent, Result, StoreError, Tx};

/// One change of a consent, and how it stood then.
#[derive(Debug, Clone, PartialEq)]
pub struct ConsentChange {
    /// Counts the changes from 1.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// Who: `user`, `institution`, `application`.
    pub actor: String,
    /// What: `created`, `authorised`, `renewed`, `rejected`, `expired`, `expiry_changed`.
    pub what: String,
    /// Where it stood from then on.
    pub status: ConsentStatus,
    /// When it ended from then on.
    pub expires_at: Option<Timestamp>,
    /// What it allowed.
    pub permissions: PermissionSet,
    /// More, as a JSON object.
    pub detail: String,
}

/// Adds a line, with how the consent stands now.
pub(crate) async fn note(on: &mut On<'_>, id: ConsentId, actor: &str, what: &str, detail: &str) -> Result<()> {
    let now = us(on.shared.env.now());
    exec!(
        on,
        "INSERT INTO consent_changes (consent_id, number, at, actor, what, status, expires_at, permissions, detail)
         SELECT c.id, (SELECT coalesce(max(h.number), 0) + 1 FROM consent_changes h WHERE h.consent_id = c.id),
            $2, $3, $4, c.status, c.expires_at, c.permissions, $5
         FROM consents c WHERE c.id = $1",
        id.to_string(),
        now,
        actor,
        what,
        detail,
    )?;
    Ok(())
}

/// The first line: what was put to the user. The text follows from the release and the language.
pub(crate) async fn begin(on: &mut On<'_>, consent: &Consent) -> Result<()> {
    let locale = match &consent.session {
        Some(session) => {
            one!(on, (String,), "SELECT locale FROM widget_sessions WHERE id = $1", session.as_str())?.map(|(l,)| l)
        }
        None => None,
    };
    let detail = json!({
        "purpose": consent.purpose,
        "duration_days": consent.duration.days(),
        "text": {"release": env!("CARGO_PKG_VERSION"), "locale": locale},
    });
    note(on, consent.id, "user", "created", &detail.to_string()).await
}

#[derive(sqlx::FromRow)]
struct Row {
    number: i64,
    at: At,
    actor: String,
    what: String,
    status: Text<ConsentStatus>,
    expires_at: Option<At>,
    permissions: String,
    detail: String,
}

impl Tx {
    /// Notes when the bank was asked for a consent.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn note_consent_check(&mut self, id: ConsentId, at: Timestamp) -> Result<()> {
        exec!(self.on(), "UPDATE consents SET checked_at = $2 WHERE id = $1", id.to_string(), us(at))?;
        Ok(())
    }
}

reads! {
    /// Returns the history of a consent, oldest first, at most 1000 lines.
    fn consent_history(id: ConsentId) -> Vec<ConsentChange> = history;
    /// Returns authorised consents of links for which the bank was not asked since `before`, longest ago first.
    fn consents_to_check(before: Timestamp, limit: u32) -> Vec<ConsentId> = to_check;
    /// Returns authorised consents that end from `from` on and up to `to`, soonest first, behind `after`.
    fn consents_ending(
        from: Timestamp,
        to: Timestamp,
        after: Option<(Timestamp, ConsentId)>,
        limit: u32,
    ) -> Vec<(ConsentId, Timestamp)> = ending;
}

async fn history(on: &mut On<'_>, id: ConsentId) -> Result<Vec<ConsentChange>> {
    let sql = "SELECT number, at, actor, what, status, expires_at, permissions, detail FROM consent_changes
        WHERE consent_id = $1 ORDER BY number LIMIT 1000";
    let rows = all!(on, Row, sql, id.to_string())?;
    rows.into_iter().map(open).collect()
}

fn open(row: Row) -> Result<ConsentChange> {
    Ok(ConsentChange {
        number: row.number,
        at: row.at.0,
        actor: row.actor,
        what: row.what,
        status: row.status.0,
        expires_at: row.expires_at.map(|at| at.0),
        permissions: serde_json::from_str(&row.permissions).map_err(|_| StoreError::Corrupt("consent_changes"))?,
        detail: row.detail,
    })
}

async fn to_check(on: &mut On<'_>, before: Timestamp, limit: u32) -> Result<Vec<ConsentId>> {
    let sql = "SELECT id FROM consents WHERE status = 'AUTHORISED' AND coalesce(checked_at, created_at) <= $1
        AND record IS NOT NULL ORDER BY coalesce(checked_at, created_at) LIMIT $2";
    let rows = all!(on, (Text<ConsentId>,), sql, us(before), i64::from(limit))?;
    Ok(rows.into_iter().map(|(id,)| id.0).collect())
}

async fn ending(
    on: &mut On<'_>,
    from: Timestamp,
    to: Timestamp,
    after: Option<(Timestamp, ConsentId)>,
    limit: u32,
) -> Result<Vec<(ConsentId, Timestamp)>> {
    let (at, id) = after.map_or((i64::MIN, String::new()), |(at, id)| (us(at), id.to_string()));
    let sql =
        "SELECT id, expires_at FROM consents WHERE status = 'AUTHORISED' AND expires_at >= $1 AND expires_at <= $2
            AND (expires_at > $3 OR (expires_at = $3 AND id > $4))
        ORDER BY expires_at, id LIMIT $5";
    let rows = all!(on, (Text<ConsentId>, At), sql, us(from), us(to), at, id, i64::from(limit))?;
    Ok(rows.into_iter().map(|(id, at)| (id.0, at.0)).collect())
}
