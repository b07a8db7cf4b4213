//! Institutions, as the directory names them.

use jiff::Timestamp;
use vinculo_domain::{Institution, InstitutionCode, InstitutionStatus, fold};

use crate::column::us;
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

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    status: crate::column::Text<InstitutionStatus>,
    body: String,
}

fn open(row: Row) -> Result<Institution> {
    let mut institution: Institution =
        serde_json::from_str(&row.body).map_err(|_| StoreError::Corrupt("institutions"))?;
    institution.id = row.id;
    institution.status = row.status.0;
    Ok(institution)
}

impl Tx {
    /// Adds or renews an institution by its code and returns its number: given once, from 9256 upwards, and kept. An
    /// institution that was known keeps its status, see [`Tx::set_institution_status`].
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another process adds one at the same moment: try again.
    pub async fn upsert_institution(&mut self, institution: &Institution, seen_at: Timestamp) -> Result<i64> {
        let body = serde_json::to_string(institution).map_err(|_| StoreError::Corrupt("institutions"))?;
        let sql = "INSERT INTO institutions
                (id, code, display_name, folded_name, website, status, active, body, seen_at)
             VALUES ((SELECT coalesce(max(id), 9255) + 1 FROM institutions), $1, $2, $3, $4, $5, TRUE, $6, $7)
             ON CONFLICT (code) DO UPDATE SET display_name = excluded.display_name, folded_name = excluded.folded_name,
                website = excluded.website, active = TRUE, body = excluded.body, seen_at = excluded.seen_at
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

    /// Says how an institution is doing. Returns false when there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn set_institution_status(&mut self, code: &InstitutionCode, status: InstitutionStatus) -> Result<bool> {
        let sql = "UPDATE institutions SET status = $2 WHERE code = $1";
        Ok(exec!(self.on(), sql, code.as_str(), status.as_str())? == 1)
    }
}

reads! {
    /// Returns an institution by its number.
    fn institution(id: i64) -> Option<Institution> = by_id;
    /// Returns an institution by its code, also one that has left the directory.
    fn institution_by_code(code: &InstitutionCode) -> Option<Institution> = by_code;
    /// Returns the institutions of the directory, by number.
    fn institutions(filter: &InstitutionFilter, paging: Paging) -> Page<Institution> = list;
    /// Returns all institutions of the directory for the search, popular ones first.
    fn all_institutions() -> Vec<Institution> = everything;
}

async fn by_id(on: &mut On<'_>, id: i64) -> Result<Option<Institution>> {
    one!(on, Row, "SELECT id, status, body FROM institutions WHERE id = $1", id)?.map(open).transpose()
}

async fn by_code(on: &mut On<'_>, code: &InstitutionCode) -> Result<Option<Institution>> {
    one!(on, Row, "SELECT id, status, body FROM institutions WHERE code = $1", code.as_str())?.map(open).transpose()
}

async fn list(on: &mut On<'_>, filter: &InstitutionFilter, paging: Paging) -> Result<Page<Institution>> {
    let mut select = Select::from("institutions");
    select.and("active");
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
    let rows = all!(on, Row, "SELECT id, status, body FROM institutions WHERE active ORDER BY id LIMIT 10000")?;
    let mut all = rows.into_iter().map(open).collect::<Result<Vec<_>>>()?;
    all.sort_by_key(|institution| (institution.popularity.unwrap_or(i32::MAX), institution.id));
    Ok(all)
}
