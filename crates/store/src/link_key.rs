//! The key of each link, wrapped under the master key. Erasing the row makes everything sealed under it unreadable,
//! backups of the other tables included.

use secrecy::zeroize::Zeroizing;
use vinculo_domain::LinkId;

use crate::column::us;
use crate::on::{On, all, exec, one, sql};
use crate::seal::{LinkKey, Place};
use crate::{Result, StoreError, Tx, dialect};

fn place(link: &str) -> Place<'_> {
    Place::new("data_keys", "wrapped", link)
}

/// Unwraps a key.
pub(crate) fn unwrap(on: &On<'_>, link: LinkId, wrapped: &[u8]) -> Result<LinkKey> {
    LinkKey::new(&on.shared.master.open(place(&link.to_string()), wrapped)?)
}

/// The key of a link for reading; `None` when it was erased.
pub(crate) async fn read(on: &mut On<'_>, link: LinkId) -> Result<Option<LinkKey>> {
    let row = one!(on, (Vec<u8>,), "SELECT wrapped FROM data_keys WHERE link_id = $1", link.to_string())?;
    row.map(|(wrapped,)| unwrap(on, link, &wrapped)).transpose()
}

/// The key of a link for writing under it: until the transaction ends nobody can erase the link, so nothing can be
/// written for a link that is gone.
pub(crate) async fn hold(on: &mut On<'_>, link: LinkId) -> Result<LinkKey> {
    let lock = dialect::share_lock(on);
    let row: Option<(Vec<u8>,)> = sql!(on, DB, conn => {
        let mut query = sqlx::QueryBuilder::<DB>::new("SELECT wrapped FROM data_keys WHERE link_id = ");
        query.push_bind(link.to_string()).push(lock);
        query.build_query_as().fetch_optional(conn).await
    })?;
    let (wrapped,) = row.ok_or(StoreError::NotFound)?;
    unwrap(on, link, &wrapped)
}

/// Makes the key of a link unless it has one.
pub(crate) async fn make(on: &mut On<'_>, link: LinkId) -> Result<()> {
    let (shared, id) = (on.shared, link.to_string());
    let bytes = Zeroizing::new(shared.env.bytes::<32>());
    let wrapped = shared.master.seal(&shared.env, place(&id), &*bytes)?;
    let sql =
        "INSERT INTO data_keys (link_id, wrapped, created_at) VALUES ($1, $2, $3) ON CONFLICT (link_id) DO NOTHING";
    exec!(on, sql, id, wrapped, us(shared.env.now()))?;
    Ok(())
}

impl Tx {
    /// Wraps up to `limit` link keys anew that stand under an older master key, starting behind link `after`. Returns
    /// the last link looked at, or `None` when all have been: then the older master key may go once tokens, sessions
    /// and jobs sealed under it are over.
    ///
    /// # Errors
    /// [`StoreError::Sealed`] when a key cannot be unwrapped.
    pub async fn rewrap_keys(&mut self, after: Option<LinkId>, limit: u32) -> Result<Option<LinkId>> {
        let on = &mut self.on();
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let sql = "SELECT link_id, wrapped FROM data_keys WHERE link_id > $1 ORDER BY link_id LIMIT $2";
        let rows = all!(on, (String, Vec<u8>), sql, after, i64::from(limit))?;
        let last = rows.last().and_then(|(id, _)| id.parse().ok());
        for (id, wrapped) in rows {
            if !on.shared.master.is_current(&wrapped) {
                let plain = on.shared.master.open(place(&id), &wrapped)?;
                let fresh = on.shared.master.seal(&on.shared.env, place(&id), &plain)?;
                exec!(on, "UPDATE data_keys SET wrapped = $2 WHERE link_id = $1", id, fresh)?;
            }
        }
        Ok(last)
    }
}
