//! Our registrations as a client at the banks' authorization servers (RFC 7591).

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use crate::column::{At, us};
use crate::on::{On, exec, one, reads};
use crate::seal::Place;
use crate::{Result, Tx};

/// One registration.
#[derive(Debug, Clone)]
pub struct Registration {
    /// Authorization server, by its id in the directory.
    pub authorization_server_id: String,
    /// Client id that the bank gave us.
    pub client_id: String,
    /// The bank's answer, or what is kept of it, as JSON; nothing secret.
    pub metadata: String,
    /// Registration access token; sealed.
    pub access_token: Option<SecretString>,
    /// When we first registered.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    authorization_server_id: String,
    client_id: String,
    metadata: String,
    access_token: Option<Vec<u8>>,
    created_at: At,
    updated_at: At,
}

fn token_of(id: &str) -> Place<'_> {
    Place::new("registrations", "access_token", id)
}

impl Tx {
    /// Adds or replaces a registration.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError) when the database fails.
    pub async fn put_registration(&mut self, registration: &Registration) -> Result<()> {
        let on = &mut self.on();
        let (shared, id) = (on.shared, &registration.authorization_server_id);
        let seal = |token: &SecretString| shared.master.seal_text(&shared.env, token_of(id), token.expose_secret());
        let token = registration.access_token.as_ref().map(seal).transpose()?;
        exec!(
            on,
            "INSERT INTO registrations (authorization_server_id, client_id, metadata, access_token, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (authorization_server_id) DO UPDATE SET client_id = excluded.client_id,
                metadata = excluded.metadata, access_token = excluded.access_token, updated_at = excluded.updated_at",
            id,
            &registration.client_id,
            &registration.metadata,
            token,
            us(registration.created_at),
            us(registration.updated_at),
        )?;
        Ok(())
    }

    /// Forgets a registration. Returns false when there was none.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError) when the database fails.
    pub async fn delete_registration(&mut self, authorization_server_id: &str) -> Result<bool> {
        let sql = "DELETE FROM registrations WHERE authorization_server_id = $1";
        Ok(exec!(self.on(), sql, authorization_server_id)? == 1)
    }
}

reads! {
    /// Returns our registration at an authorization server.
    fn registration(authorization_server_id: &str) -> Option<Registration> = by_server;
}

async fn by_server(on: &mut On<'_>, id: &str) -> Result<Option<Registration>> {
    let Some(row) = one!(on, Row, "SELECT * FROM registrations WHERE authorization_server_id = $1", id)? else {
        return Ok(None);
    };
    let open = |sealed: Vec<u8>| on.shared.master.open_text(token_of(id), &sealed).map(SecretString::from);
    Ok(Some(Registration {
        access_token: row.access_token.map(open).transpose()?,
        authorization_server_id: row.authorization_server_id,
        client_id: row.client_id,
        metadata: row.metadata,
        created_at: row.created_at.0,
        updated_at: row.updated_at.0,
    }))
}
