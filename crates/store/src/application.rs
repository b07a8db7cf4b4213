//! Applications: the customers of the API.

use jiff::Timestamp;
use vinculo_domain::ApplicationId;

use crate::column::{At, Text, us};
use crate::on::{On, all, exec, one, reads};
use crate::{Result, Tx};

/// A customer of the API. Everything else belongs to exactly one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Id.
    pub id: ApplicationId,
    /// Name, shown to people.
    pub name: String,
    /// Settings as a JSON object (hosts that may frame the widget and the like); `{}` when there are none.
    pub settings: String,
    /// When it was made.
    pub created_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Text<ApplicationId>,
    name: String,
    settings: String,
    created_at: At,
}

impl From<Row> for Application {
    fn from(row: Row) -> Self {
        Self { id: row.id.0, name: row.name, settings: row.settings, created_at: row.created_at.0 }
    }
}

impl Tx {
    /// Adds an application.
    ///
    /// # Errors
    /// [`StoreError::Conflict`](crate::StoreError::Conflict) when the id is taken.
    pub async fn insert_application(&mut self, application: &Application) -> Result<()> {
        exec!(
            self.on(),
            "INSERT INTO applications (id, name, settings, created_at) VALUES ($1, $2, $3, $4)",
            application.id.to_string(),
            &application.name,
            &application.settings,
            us(application.created_at),
        )?;
        Ok(())
    }
}

reads! {
    /// Returns an application. The portal's own is hidden from all of these.
    fn application(id: ApplicationId) -> Option<Application> = by_id;
    /// Returns the oldest application with this name.
    fn application_by_name(name: &str) -> Option<Application> = by_name;
    /// Returns all applications, oldest first.
    fn applications() -> Vec<Application> = list;
}

async fn by_id(on: &mut On<'_>, id: ApplicationId) -> Result<Option<Application>> {
    Ok(one!(on, Row, "SELECT * FROM applications WHERE id = $1 AND NOT hidden", id.to_string())?.map(Into::into))
}

async fn by_name(on: &mut On<'_>, name: &str) -> Result<Option<Application>> {
    let sql = "SELECT * FROM applications WHERE name = $1 AND NOT hidden ORDER BY created_at, id LIMIT 1";
    Ok(one!(on, Row, sql, name)?.map(Into::into))
}

async fn list(on: &mut On<'_>) -> Result<Vec<Application>> {
    let rows = all!(on, Row, "SELECT * FROM applications WHERE NOT hidden ORDER BY created_at, id LIMIT 10000")?;
    Ok(rows.into_iter().map(Into::into).collect())
}
