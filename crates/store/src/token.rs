//! Widget access tokens: what stays on the server under the token's `jti`.

use jiff::Timestamp;
use vinculo_domain::{ApplicationId, KeyId, LinkId};

use crate::column::{At, Text, us};
use crate::on::{On, exec, one, reads};
use crate::seal::Place;
use crate::{Result, Tx};

/// A token that was given out. The configuration is sealed: it names people.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// Id in the JWT: 32 hex characters.
    pub jti: String,
    /// Application that asked for it.
    pub application: ApplicationId,
    /// Key that asked for it.
    pub key: Option<KeyId>,
    /// `consent_link_creation` or `consent_management`.
    pub feature: String,
    /// The `WidgetConfig` as JSON; `None` once the link that came of it has been erased.
    pub config: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it opens the widget.
    pub expires_at: Timestamp,
    /// When a link came of it; it is dead since.
    pub used_at: Option<Timestamp>,
    /// The link that came of it, or that it is for.
    pub link: Option<LinkId>,
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Token").field("application", &self.application).finish_non_exhaustive()
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    jti: String,
    application_id: Text<ApplicationId>,
    key_id: Option<Text<KeyId>>,
    feature: String,
    config: Option<Vec<u8>>,
    created_at: At,
    expires_at: At,
    used_at: Option<At>,
    link_id: Option<Text<LinkId>>,
}

pub(crate) fn config_of(jti: &str) -> Place<'_> {
    Place::new("tokens", "config", jti)
}

impl Tx {
    /// Keeps a token that is about to be given out.
    ///
    /// # Errors
    /// [`StoreError::Conflict`](crate::StoreError::Conflict) when the `jti` is taken.
    pub async fn insert_token(&mut self, token: &Token) -> Result<()> {
        let on = &mut self.on();
        let shared = on.shared;
        let seal = |config: &String| shared.master.seal_text(&shared.env, config_of(&token.jti), config);
        let config = token.config.as_ref().map(seal).transpose()?;
        exec!(
            on,
            "INSERT INTO tokens (jti, application_id, key_id, feature, config, created_at, expires_at, used_at, link_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            &token.jti,
            token.application.to_string(),
            token.key.map(|id| id.to_string()),
            &token.feature,
            config,
            us(token.created_at),
            us(token.expires_at),
            token.used_at.map(us),
            token.link.map(|id| id.to_string()),
        )?;
        Ok(())
    }

    /// Marks a token as used by the link that came of it. Returns false when it had been used before: then no second
    /// link may come of it.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError) when the database fails.
    pub async fn use_token(&mut self, jti: &str, link: LinkId, at: Timestamp) -> Result<bool> {
        let sql = "UPDATE tokens SET used_at = $2, link_id = $3 WHERE jti = $1 AND used_at IS NULL";
        Ok(exec!(self.on(), sql, jti, us(at), link.to_string())? == 1)
    }
}

reads! {
    /// Returns a token.
    fn token(jti: &str) -> Option<Token> = by_jti;
}

async fn by_jti(on: &mut On<'_>, jti: &str) -> Result<Option<Token>> {
    let Some(row) = one!(on, Row, "SELECT * FROM tokens WHERE jti = $1", jti)? else { return Ok(None) };
    let config = row.config.map(|sealed| on.shared.master.open_text(config_of(&row.jti), &sealed)).transpose()?;
    Ok(Some(Token {
        jti: row.jti,
        application: row.application_id.0,
        key: row.key_id.map(|id| id.0),
        feature: row.feature,
        config,
        created_at: row.created_at.0,
        expires_at: row.expires_at.0,
        used_at: row.used_at.map(|at| at.0),
        link: row.link_id.map(|id| id.0),
    }))
}
