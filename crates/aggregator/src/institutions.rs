//! Institutions, from the directory into the store.

use vinculo_store::StoreError;

use crate::{Aggregator, Error};

/// Institutions written in one transaction.
const BATCH: usize = 200;

/// Reads the directory and brings the store's list up to it. An institution that has left the directory leaves the list
/// and stays known to its links. Returns how many the directory names.
///
/// # Errors
/// The directory cannot be read, or names nobody: then the list stays as it is. The store fails.
pub async fn refresh(aggregator: &Aggregator) -> Result<usize, Error> {
    let found = aggregator.connector().institutions().await?;
    if found.is_empty() {
        return Err(vinculo_connector::ConnectorError::Internal("the directory names no institution".to_owned()).into());
    }
    let seen_at = aggregator.env().now();
    for batch in found.chunks(BATCH) {
        let mut tx = aggregator.store().begin().await?;
        for institution in batch {
            tx.upsert_institution(institution, seen_at).await?;
        }
        tx.commit().await?;
    }
    let mut tx = aggregator.store().begin().await?;
    let retired = tx.retire_institutions(seen_at).await?;
    tx.commit().await.map_err(|error: StoreError| Error::from(error))?;
    tracing::info!(institutions = found.len(), retired, "directory read");
    Ok(found.len())
}
