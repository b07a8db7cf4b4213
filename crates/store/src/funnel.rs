//! How far sessions have come, counted.

use jiff::Timestamp;
use vinculo_domain::{ApplicationId, ConsentId, InstitutionCode, SessionId, Stage};

use crate::column::{Text, us};
use crate::on::{On, all, exec, reads};
use crate::{Result, Tx};

/// A stage that a session reached.
#[derive(Debug, Clone)]
pub struct Reached<'a> {
    /// Session.
    pub session: &'a SessionId,
    /// Stage.
    pub stage: Stage,
    /// Institution, once one was chosen.
    pub institution: Option<&'a InstitutionCode>,
    /// Consent, once there is one at the bank.
    pub consent: Option<ConsentId>,
    /// When.
    pub at: Timestamp,
}

/// How many reached a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageCount {
    /// Institution; `None` before one was chosen.
    pub institution: Option<String>,
    /// Stage.
    pub stage: Stage,
    /// Sessions that reached it.
    pub sessions: i64,
    /// Consents that reached it: several of one session count as several.
    pub consents: i64,
}

/// Which sessions are counted.
#[derive(Debug, Clone, Copy)]
pub struct FunnelFilter {
    /// Only of this application.
    pub application: Option<ApplicationId>,
    /// Opened at this time or later.
    pub from: Timestamp,
    /// Opened before this time.
    pub to: Timestamp,
}

impl Tx {
    /// Notes that a session has reached a stage. Returns false when that is known.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError) when the database fails.
    pub async fn reach_stage(&mut self, reached: &Reached<'_>) -> Result<bool> {
        let sql = "INSERT INTO session_stages (session_id, stage, institution, consent_id, at)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
        let written = exec!(
            self.on(),
            sql,
            reached.session.as_str(),
            reached.stage.as_str(),
            reached.institution.map(|code| code.as_str()).unwrap_or_default(),
            reached.consent.map(|id| id.to_string()).unwrap_or_default(),
            us(reached.at),
        )?;
        Ok(written == 1)
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    institution: String,
    stage: Text<Stage>,
    sessions: i64,
    consents: i64,
}

reads! {
    /// Counts the stages that sessions reached, per institution. Sessions that were opened in the time of the filter;
    /// sign-ins to the portal are none of them.
    fn stage_counts(filter: FunnelFilter) -> Vec<StageCount> = counts;
}

async fn counts(on: &mut On<'_>, filter: FunnelFilter) -> Result<Vec<StageCount>> {
    let application = filter.application.map(|id| id.to_string()).unwrap_or_default();
    let sql = "SELECT g.institution AS institution, g.stage AS stage, count(DISTINCT g.session_id) AS sessions,
            count(*) AS consents
         FROM session_stages g JOIN widget_sessions s ON s.id = g.session_id
         JOIN applications a ON a.id = s.application_id AND NOT a.hidden
         WHERE s.created_at >= $1 AND s.created_at < $2 AND ($3 = '' OR s.application_id = $3)
         GROUP BY g.institution, g.stage ORDER BY g.institution, g.stage";
    let rows = all!(on, Row, sql, us(filter.from), us(filter.to), application)?;
    let open = |row: Row| StageCount {
        institution: (!row.institution.is_empty()).then_some(row.institution),
        stage: row.stage.0,
        sessions: row.sessions,
        consents: row.consents,
    };
    Ok(rows.into_iter().map(open).collect())
}
