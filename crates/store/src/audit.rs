//! The audit log: who did what to what. Only ever added to; nothing personal in it.

use jiff::Timestamp;
use vinculo_domain::{ApplicationId, AuditId};

use crate::column::{At, Text, us};
use crate::on::{On, exec, reads};
use crate::query::{OneOf, Page, Paging, Select, rows};
use crate::{Result, Tx};

/// An entry of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Id.
    pub id: AuditId,
    /// Application, if it concerns one.
    pub application: Option<ApplicationId>,
    /// When.
    pub at: Timestamp,
    /// Who: `user`, `api:<key id>`, `system`, `operator`.
    pub actor: String,
    /// What: `link.created`, `consent.revoked`…
    pub action: String,
    /// To what: an id.
    pub subject: String,
    /// Details as a JSON object.
    pub detail: String,
}

/// Filters of the audit log.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Application.
    pub application: Option<ApplicationId>,
    /// What.
    pub action: OneOf<String>,
    /// To what.
    pub subject: OneOf<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Text<AuditId>,
    application_id: Option<Text<ApplicationId>>,
    at: At,
    actor: String,
    action: String,
    subject: String,
    detail: String,
}

impl From<Row> for AuditEntry {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0,
            application: row.application_id.map(|v| v.0),
            at: row.at.0,
            actor: row.actor,
            action: row.action,
            subject: row.subject,
            detail: row.detail,
        }
    }
}

impl Tx {
    /// Adds an entry.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError) when the database fails.
    pub async fn append_audit(&mut self, entry: &AuditEntry) -> Result<()> {
        exec!(
            self.on(),
            "INSERT INTO audit (id, application_id, at, actor, action, subject, detail)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            entry.id.to_string(),
            entry.application.map(|id| id.to_string()),
            us(entry.at),
            &entry.actor,
            &entry.action,
            &entry.subject,
            &entry.detail,
        )?;
        Ok(())
    }
}

reads! {
    /// Returns the audit log, newest first.
    fn audit_log(filter: &AuditFilter, paging: Paging) -> Page<AuditEntry> = list;
}

async fn list(on: &mut On<'_>, filter: &AuditFilter, paging: Paging) -> Result<Page<AuditEntry>> {
    let mut select = Select::from("audit");
    select.eq_opt("application_id", filter.application.as_ref());
    select.one_of("action", &filter.action);
    select.one_of("subject", &filter.subject);
    let count = select.count(on).await?;
    let rows = rows!(on, Row, "SELECT * FROM ", select.page(" ORDER BY at DESC, id", paging))?;
    Ok(Page { count, items: rows.into_iter().map(Into::into).collect() })
}
