//! API keys: a secret id and a password of 256 random bits, of which only the SHA-256 is kept. A password with that
//! much chance in it needs no slow hash.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use vinculo_domain::{ApplicationId, KeyId};

use crate::column::{At, Text, us};
use crate::on::{On, all, exec, one, reads};
use crate::{Application, Result, Tx};

/// A pair of API keys, without the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// The secret id.
    pub id: KeyId,
    /// Application that it opens.
    pub application: ApplicationId,
    /// What its owner calls it.
    pub label: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was revoked; it opens nothing since.
    pub revoked_at: Option<Timestamp>,
}

/// A fresh pair: the only moment at which the password is known.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    /// The secret id.
    pub id: KeyId,
    /// The secret password: 64 hex characters.
    pub password: SecretString,
}

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The application.
    pub application: Application,
    /// The key that was shown.
    pub key: KeyId,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Text<KeyId>,
    application_id: Text<ApplicationId>,
    label: Option<String>,
    created_at: At,
    revoked_at: Option<At>,
}

impl From<Row> for ApiKey {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.0,
            application: row.application_id.0,
            label: row.label,
            created_at: row.created_at.0,
            revoked_at: row.revoked_at.map(|at| at.0),
        }
    }
}

#[derive(sqlx::FromRow)]
struct Proof {
    id: Text<KeyId>,
    password_sha256: Vec<u8>,
    application_id: Text<ApplicationId>,
    name: String,
    settings: String,
    application_created_at: At,
}

fn hash(password: &str) -> Vec<u8> {
    digest(&SHA256, password.as_bytes()).as_ref().to_vec()
}

impl Tx {
    /// Makes a pair of keys for an application.
    ///
    /// # Errors
    /// [`StoreError::NotFound`](crate::StoreError::NotFound) when there is no such application.
    pub async fn create_key(&mut self, application: ApplicationId, label: Option<&str>) -> Result<NewApiKey> {
        let on = &mut self.on();
        let env = &on.shared.env;
        let key = NewApiKey { id: KeyId::new(env), password: SecretString::from(env.secret()) };
        exec!(
            on,
            "INSERT INTO api_keys (id, application_id, label, password_sha256, created_at) VALUES ($1, $2, $3, $4, $5)",
            key.id.to_string(),
            application.to_string(),
            label,
            hash(key.password.expose_secret()),
            us(env.now()),
        )?;
        Ok(key)
    }

    /// Revokes a key. Returns false when there is none, or when it had been revoked.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError) when the database fails.
    pub async fn revoke_key(&mut self, id: KeyId) -> Result<bool> {
        let on = &mut self.on();
        let now = us(on.shared.env.now());
        let sql = "UPDATE api_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
        Ok(exec!(on, sql, id.to_string(), now)? == 1)
    }
}

reads! {
    /// Returns an application's keys, oldest first, revoked ones too.
    fn keys(application: ApplicationId) -> Vec<ApiKey> = list;
    /// Returns who calls with this secret id and password, or `None`. Takes the same time whether the id is unknown or
    /// the password wrong, apart from the database's own.
    fn authenticate(secret_id: &str, password: &str) -> Option<Caller> = authenticate;
}

async fn list(on: &mut On<'_>, application: ApplicationId) -> Result<Vec<ApiKey>> {
    let sql = "SELECT id, application_id, label, created_at, revoked_at FROM api_keys WHERE application_id = $1
        ORDER BY created_at, id LIMIT 10000";
    let rows = all!(on, Row, sql, application.to_string())?;
    Ok(rows.into_iter().map(Into::into).collect())
}

async fn authenticate(on: &mut On<'_>, secret_id: &str, password: &str) -> Result<Option<Caller>> {
    let Ok(id) = secret_id.parse::<KeyId>() else { return Ok(None) };
    let sql = "SELECT k.id, k.password_sha256, a.id AS application_id, a.name, a.settings,
            a.created_at AS application_created_at
        FROM api_keys k JOIN applications a ON a.id = k.application_id WHERE k.id = $1 AND k.revoked_at IS NULL";
    let proof = one!(on, Proof, sql, id.to_string())?;
    let stored = proof.as_ref().map_or(&[0; 32][..], |proof| &proof.password_sha256);
    let right = verify_slices_are_equal(stored, &hash(password)).is_ok();
    Ok(proof.filter(|_| right).map(|proof| Caller {
        application: Application {
            id: proof.application_id.0,
            name: proof.name,
            settings: proof.settings,
            created_at: proof.application_created_at.0,
        },
        key: proof.id.0,
    }))
}
