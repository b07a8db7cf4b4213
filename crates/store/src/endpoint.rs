//! Webhook endpoints.

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use vinculo_domain::{ApplicationId, EndpointId};

use crate::column::{At, Text, us};
use crate::on::{On, all, exec, one, reads};
use crate::seal::Place;
use crate::{Result, Tx};

/// Where an application wants its events.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Id.
    pub id: EndpointId,
    /// Application.
    pub application: ApplicationId,
    /// Address.
    pub url: String,
    /// Value of the `Authorization` header, sent as it is; sealed.
    pub authorization: Option<SecretString>,
    /// Whether events are sent there.
    pub active: bool,
    /// When it was added.
    pub created_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Text<EndpointId>,
    application_id: Text<ApplicationId>,
    url: String,
    authorization: Option<Vec<u8>>,
    active: bool,
    created_at: At,
}

fn place(id: &str) -> Place<'_> {
    Place::new("webhook_endpoints", "authorization", id)
}

fn open(on: &On<'_>, row: Row) -> Result<Endpoint> {
    let id = row.id.0.to_string();
    let open = |sealed: Vec<u8>| on.shared.master.open_text(place(&id), &sealed).map(SecretString::from);
    Ok(Endpoint {
        id: row.id.0,
        application: row.application_id.0,
        url: row.url,
        authorization: row.authorization.map(open).transpose()?,
        active: row.active,
        created_at: row.created_at.0,
    })
}

impl Tx {
    /// Adds an endpoint.
    ///
    /// # Errors
    /// [`StoreError::NotFound`](crate::StoreError::NotFound) when there is no such application.
    pub async fn insert_endpoint(&mut self, endpoint: &Endpoint) -> Result<()> {
        let on = &mut self.on();
        let shared = on.shared;
        let id = endpoint.id.to_string();
        let seal = |secret: &SecretString| shared.master.seal_text(&shared.env, place(&id), secret.expose_secret());
        let authorization = endpoint.authorization.as_ref().map(seal).transpose()?;
        exec!(
            on,
            "INSERT INTO webhook_endpoints (id, application_id, url, \"authorization\", active, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
            &id,
            endpoint.application.to_string(),
            &endpoint.url,
            authorization,
            endpoint.active,
            us(endpoint.created_at),
        )?;
        Ok(())
    }

    /// Removes an endpoint: it gets nothing more and its `Authorization` is erased; what was delivered stays on record.
    /// Returns false when there is none.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError) when the database fails.
    pub async fn remove_endpoint(&mut self, id: EndpointId) -> Result<bool> {
        let on = &mut self.on();
        let now = us(on.shared.env.now());
        let sql = "UPDATE webhook_endpoints SET active = FALSE, \"authorization\" = NULL, removed_at = $2
             WHERE id = $1 AND removed_at IS NULL";
        Ok(exec!(on, sql, id.to_string(), now)? == 1)
    }
}

reads! {
    /// Returns an endpoint, also a removed one.
    fn endpoint(id: EndpointId) -> Option<Endpoint> = by_id;
    /// Returns an application's endpoints, oldest first, without removed ones.
    fn endpoints(application: ApplicationId) -> Vec<Endpoint> = list;
}

pub(crate) async fn by_id(on: &mut On<'_>, id: EndpointId) -> Result<Option<Endpoint>> {
    let row = one!(on, Row, "SELECT * FROM webhook_endpoints WHERE id = $1", id.to_string())?;
    row.map(|row| open(on, row)).transpose()
}

async fn list(on: &mut On<'_>, application: ApplicationId) -> Result<Vec<Endpoint>> {
    let sql = "SELECT * FROM webhook_endpoints WHERE application_id = $1 AND removed_at IS NULL
        ORDER BY created_at, id LIMIT 1000";
    let rows = all!(on, Row, sql, application.to_string())?;
    rows.into_iter().map(|row| open(on, row)).collect()
}
