//! What tokens and sessions know of a person beside any link.

use vinculo_domain::{Document, SessionId};

use crate::column::{Text, us};
use crate::on::{On, all, exec};
use crate::session::state_of;
use crate::token::config_of;
use crate::{Result, Tx};

impl Tx {
    /// Forgets a person in all tokens, sessions and visits to the portal, of every application: sealed contents that name the
    /// document are erased, an unfinished session ends at the next sweep, and a visit at once. Returns how many of them.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError) when the database fails or sealed content cannot be opened.
    pub async fn forget_person(&mut self, document: &Document) -> Result<u64> {
        self.empty_log_after_commit();
        let on = &mut self.on();
        let digits = document.as_str();
        let visits = crate::portal_visit::forget(on, digits).await?;
        Ok(visits + forget_sessions(on, digits).await? + forget_tokens(on, digits).await?)
    }
}

async fn forget_sessions(on: &mut On<'_>, digits: &str) -> Result<u64> {
    let sql = "SELECT id, state FROM widget_sessions WHERE state IS NOT NULL";
    let mut forgotten = 0;
    for (id, sealed) in all!(on, (Text<SessionId>, Vec<u8>), sql)? {
        if on.shared.master.open_text(state_of(&id.0), &sealed)?.contains(digits) {
            let now = us(on.shared.env.now());
            let sql = "UPDATE widget_sessions SET state = NULL, external_id = NULL, version = version + 1,
                    expires_at = CASE WHEN status = 'open' AND expires_at > $2 THEN $2 ELSE expires_at END
                 WHERE id = $1";
            forgotten += exec!(on, sql, id.0.as_str(), now)?;
        }
    }
    Ok(forgotten)
}

async fn forget_tokens(on: &mut On<'_>, digits: &str) -> Result<u64> {
    let mut forgotten = 0;
    for (jti, sealed) in all!(on, (String, Vec<u8>), "SELECT jti, config FROM tokens WHERE config IS NOT NULL")? {
        if on.shared.master.open_text(config_of(&jti), &sealed)?.contains(digits) {
            forgotten += exec!(on, "UPDATE tokens SET config = NULL WHERE jti = $1", &jti)?;
        }
    }
    Ok(forgotten)
}
