//! Changes of webhook endpoints.

use jiff::Timestamp;
use secrecy::ExposeSecret;
use vinculo_domain::{EndpointId, EventType};

use crate::column::us;
use crate::endpoint::place;
use crate::on::{On, exec};
use crate::{Endpoint, PauseReason, Result, StoreError, Tx};

/// The sealed columns of an endpoint.
struct Sealed {
    authorization: Option<Vec<u8>>,
    signing: Option<Vec<u8>>,
}

fn seal(on: &On<'_>, endpoint: &Endpoint) -> Result<Sealed> {
    let (shared, id) = (on.shared, endpoint.id.to_string());
    let seal = |column, text: &str| shared.master.seal_text(&shared.env, place(column, &id), text);
    let authorization = endpoint.authorization.as_ref();
    let authorization = authorization.map(|secret| seal("authorization", secret.expose_secret())).transpose()?;
    let signing = match &endpoint.signing {
        Some(secrets) => {
            let text = serde_json::to_string(secrets).map_err(|_| StoreError::Corrupt("webhook_endpoints"))?;
            Some(seal("signing", &text)?)
        }
        None => None,
    };
    Ok(Sealed { authorization, signing })
}

fn names(types: Option<&Vec<EventType>>) -> Result<Option<String>> {
    let names = types.map(|types| types.iter().map(|kind| kind.as_str()).collect::<Vec<_>>());
    names.map(|names| serde_json::to_string(&names)).transpose().map_err(|_| StoreError::Corrupt("webhook_endpoints"))
}

impl Tx {
    /// Adds an endpoint.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such application.
    pub async fn insert_endpoint(&mut self, endpoint: &Endpoint) -> Result<()> {
        let on = &mut self.on();
        let Sealed { authorization, signing } = seal(on, endpoint)?;
        let types = names(endpoint.types.as_ref())?;
        exec!(
            on,
            "INSERT INTO webhook_endpoints (id, application_id, url, \"authorization\", signing, types, old_codes, active,
                created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            endpoint.id.to_string(),
            endpoint.application.to_string(),
            &endpoint.url,
            authorization,
            signing,
            types,
            endpoint.old_codes,
            endpoint.active,
            us(endpoint.created_at),
        )?;
        Ok(())
    }

    /// Writes what an application may change in an endpoint: address, authorization, signing secrets, types, codes. What
    /// the deliveries note of it stays. Returns false when there is none, or when it was removed.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn update_endpoint(&mut self, endpoint: &Endpoint) -> Result<bool> {
        let on = &mut self.on();
        let Sealed { authorization, signing } = seal(on, endpoint)?;
        let types = names(endpoint.types.as_ref())?;
        let touched = exec!(
            on,
            "UPDATE webhook_endpoints SET url = $2, \"authorization\" = $3, signing = $4, types = $5, old_codes = $6
             WHERE id = $1 AND removed_at IS NULL",
            endpoint.id.to_string(),
            &endpoint.url,
            authorization,
            signing,
            types,
            endpoint.old_codes,
        )?;
        Ok(touched == 1)
    }

    /// Removes an endpoint: it gets nothing more and its secrets are erased; what was delivered stays on record. Returns
    /// false when there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn remove_endpoint(&mut self, id: EndpointId) -> Result<bool> {
        let on = &mut self.on();
        let now = us(on.shared.env.now());
        let sql =
            "UPDATE webhook_endpoints SET active = FALSE, \"authorization\" = NULL, signing = NULL, removed_at = $2
             WHERE id = $1 AND removed_at IS NULL";
        Ok(exec!(on, sql, id.to_string(), now)? == 1)
    }

    /// Pauses an endpoint: its events are held until [`Tx::resume_endpoint`]. Returns false when it is not active.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn pause_endpoint(&mut self, id: EndpointId, reason: PauseReason) -> Result<bool> {
        let on = &mut self.on();
        let now = us(on.shared.env.now());
        let sql =
            "UPDATE webhook_endpoints SET active = FALSE, paused_at = $2, pause_reason = $3 WHERE id = $1 AND active";
        Ok(exec!(on, sql, id.to_string(), now, reason.as_str())? == 1)
    }

    /// Sends events to a paused endpoint again. What was held is released by [`Tx::release_deliveries`]. Returns false
    /// when it is active or removed.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn resume_endpoint(&mut self, id: EndpointId) -> Result<bool> {
        let sql =
            "UPDATE webhook_endpoints SET active = TRUE, paused_at = NULL, pause_reason = NULL, failing_since = NULL
             WHERE id = $1 AND NOT active AND removed_at IS NULL";
        Ok(exec!(self.on(), sql, id.to_string())? == 1)
    }

    /// Notes since when an endpoint has been failing, `None` when it works; the first failure counts.
    ///
    /// # Errors
    /// [`StoreError`] when the database fails.
    pub async fn note_endpoint(&mut self, id: EndpointId, failing_since: Option<Timestamp>) -> Result<()> {
        let sql = "UPDATE webhook_endpoints SET failing_since = CASE WHEN $2 IS NULL THEN NULL
                ELSE coalesce(failing_since, $2) END WHERE id = $1";
        exec!(self.on(), sql, id.to_string(), failing_since.map(us))?;
        Ok(())
    }
}
