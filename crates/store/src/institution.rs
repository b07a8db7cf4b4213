//! Institutions, as the directory names them.

use jiff::Timestamp;
use vinculo_domain::{Institution, InstitutionCode, InstitutionStatus, fold};

use crate::column::{At, Text, us};
use crate::on::{On, all, exec, one, reads};
use crate::query::{OneOf, Page, Paging, Select, rows};
use crate::{Result, StoreError, Tx};

/// Filters of the list of institutions. What is the same for all of them (country, type) the caller decides.
#[derive(Debug, Clone, Default)]
pub struct InstitutionFilter {
    /// Code; the API calls it `name`.
    pub code: OneOf<InstitutionCode>,
    /// Part of the display name, without regard to case and accents.
    pub display_name: Option<String>,
    /// `healthy` (degraded ones included) or `down`.
    pub status: OneOf<String>,
    /// Web site.
    pub website: Option<String>,
}

/// What we have seen of an institution lately, beside what the directory says of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InstitutionHealth {
    /// The last calls, in the caller's own words; `None` when there is nothing to remember.
    pub recent: Option<String>,
    /// How it looks to us, and until when that holds.
    pub observed: Option<(InstitutionStatus, Timestamp)>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    status: Text<InstitutionStatus>,
    body: String,
}

#[derive(sqlx::FromRow)]
struct HealthRow {
    observed: Option<Text<InstitutionStatus>>,
    observed_until: Option<At>,
    recent: Option<String>,
}

/// The worse of what the directory says and of what we have seen, as long as that holds. `$n` is now.
macro_rules! effective {
    ($now:literal) => {
        concat!(
            "CASE WHEN status = 'down' THEN 'down' WHEN observed_until > ",
            $now,
            " AND observed <> 'healthy' THEN observed ELSE status END"
        )
    };
}

fn open(row: Row) -> Result<Institution> {
    let mut institution: Institution =
        serde_json::from_str(&row.body).map_err(|_| StoreError::Corrupt("institutions"))?;
    institution.id = row.id;
    institution.status = row.status.0;
    Ok(institution)
}

impl Tx {
    /// Adds or renews an institution by its code and returns its number: given once, from 9256 upwards, and kept. Its
    /// status is the directory's; what we have seen of it stays beside, see [`Tx::set_institution_health`].
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another process adds one at the same moment: try again.
    pub async fn upsert_institution(&mut self, institution: &Institution, seen_at: Timestamp) -> Result<i64> {
        let body = serde_json::to_string(institution).map_err(|_| StoreError::Corrupt("institutions"))?;
        let sql = "INSERT INTO institutions
                (id, code, display_name, folded_name, website, status, active, body, seen_at)
             VALUES ((SELECT coalesce(max(id), 9255) + 1 FROM institutions), $1, $2, $3, $4, $5, TRUE, $6, $7)
             ON CONFLICT (code) DO UPDATE SET display_name = excluded.display_name, folded_name = excluded.folded_name,
                website = excluded.website, status = excluded.status, active = TRUE, body = excluded.body, seen_at = excluded.seen_at
             RETURNING id";
        let row = one!(
            self.on(),
            (i64,),
            sql,
            institution.code.as_str(),
            &institution.display_name,
            fold(&institution.display_name),
            institution.website.as_deref(),
            institution.status.as_str(),
            body,
            us(seen_at),
        )?;
        row.map(|(id,)| id).ok_or(StoreError::NotFound)
    }

    /// Takes those out of the list that the directory has not named since `seen_at`. They stay known to their links.
    /// Returns how many.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn retire_institutions(&mut self, seen_at: Timestamp) -> Result<u64> {
        let sql = "UPDATE institutions SET active = FALSE WHERE seen_at < $1 AND active";
        exec!(self.on(), sql, us(seen_at))
    }

    /// Keeps what we have seen of an institution. Returns false when there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn set_institution_health(&mut self, code: &InstitutionCode, health: &InstitutionHealth) -> Result<bool> {
        let sql = "UPDATE institutions SET observed = $2, observed_until = $3, recent = $4 WHERE code = $1";
        let (status, until) = health.observed.unzip();
        let status = status.map(InstitutionStatus::as_str);
        Ok(exec!(self.on(), sql, code.as_str(), status, until.map(us), health.recent.as_deref())? == 1)
    }
}

reads! {
    /// Returns an institution by its number.
    fn institution(id: i64) -> Option<Institution> = by_id;
    /// Returns an institution by its code, also one that has left the directory.
    fn institution_by_code(code: &InstitutionCode) -> Option<Institution> = by_code;
    /// Returns what we have seen of an institution lately.
    fn institution_health(code: &InstitutionCode) -> InstitutionHealth = health;
    /// Tells whether the directory still names an institution.
    fn institution_is_active(code: &InstitutionCode) -> bool = is_active;
    /// Returns the institutions of the directory, by number.
    fn institutions(filter: &InstitutionFilter, paging: Paging) -> Page<Institution> = list;
    /// Returns all institutions of the directory for the search, popular ones first.
    fn all_institutions() -> Vec<Institution> = everything;
}

async fn by_id(on: &mut On<'_>, id: i64) -> Result<Option<Institution>> {
    let sql = concat!("SELECT id, ", effective!("$2"), " AS status, body FROM institutions WHERE id = $1");
    let now = us(on.shared.env.now());
    one!(on, Row, sql, id, now)?.map(open).transpose()
}

async fn by_code(on: &mut On<'_>, code: &InstitutionCode) -> Result<Option<Institution>> {
    let sql = concat!("SELECT id, ", effective!("$2"), " AS status, body FROM institutions WHERE code = $1");
    let now = us(on.shared.env.now());
    one!(on, Row, sql, code.as_str(), now)?.map(open).transpose()
}

async fn health(on: &mut On<'_>, code: &InstitutionCode) -> Result<InstitutionHealth> {
    let sql = "SELECT observed, observed_until, recent FROM institutions WHERE code = $1";
    let row = one!(on, HealthRow, sql, code.as_str())?;
    Ok(row.map_or_else(InstitutionHealth::default, |row| InstitutionHealth {
        recent: row.recent,
        observed: row.observed.map(|v| v.0).zip(row.observed_until.map(|v| v.0)),
    }))
}

async fn is_active(on: &mut On<'_>, code: &InstitutionCode) -> Result<bool> {
    let row = one!(on, (bool,), "SELECT active FROM institutions WHERE code = $1", code.as_str())?;
    Ok(row.is_some_and(|(active,)| active))
}

async fn list(on: &mut On<'_>, filter: &InstitutionFilter, paging: Paging) -> Result<Page<Institution>> {
    let columns = "id, code, display_name, folded_name, website, active, body";
    let mut select = Select::from("(SELECT ");
    select.sql(columns).sql(", CASE WHEN status = 'down' THEN 'down' WHEN observed_until > ");
    select.bind(&on.shared.env.now()).sql(" AND observed <> 'healthy' THEN observed ELSE status END AS status");
    select.sql(" FROM institutions) i").and("active");
    select.one_of("code", &filter.code);
    select.eq_opt("website", filter.website.as_ref());
    let wire = "CASE WHEN status = 'down' THEN 'down' ELSE 'healthy' END";
    select.one_of(wire, &filter.status);
    if let Some(part) = &filter.display_name {
        // No LIKE: `%` and `_` in the value would mean something, and case rules differ between the databases.
        select.and("replace(folded_name, ").bind(&fold(part)).sql(", '') <> folded_name");
    }
    let count = select.count(on).await?;
    let rows = rows!(on, Row, "SELECT id, status, body FROM ", select.page(" ORDER BY id", paging))?;
    Ok(Page { count, items: rows.into_iter().map(open).collect::<Result<_>>()? })
}

async fn everything(on: &mut On<'_>) -> Result<Vec<Institution>> {
    let sql = concat!(
        "SELECT id, ",
        effective!("$1"),
        " AS status, body FROM institutions WHERE active ORDER BY id LIMIT 10000"
    );
    let now = us(on.shared.env.now());
    let rows = all!(on, Row, sql, now)?;
    let mut all = rows.into_iter().map(open).collect::<Result<Vec<_>>>()?;
    all.sort_by_key(|institution| (institution.popularity.unwrap_or(i32::MAX), institution.id));
    Ok(all)
}
