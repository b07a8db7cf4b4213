//! `DELETE /consents/{consentId}`.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;

use super::{documents, own};
use crate::api::{ApiError, Held};
use crate::network::Bank;
use crate::state::{CONSENTS, RejectedBy, RejectionCode, StateError, Status};

/// Ends a consent; every token of it is dead from then on, because tokens live only as long as their consent.
pub(super) async fn revoke(State(bank): State<Bank>, Path(id): Path<String>, held: Held) -> Result<Response, ApiError> {
    held.require_client("consents")?;
    let consent = own(&bank, &held, &id)?;
    if let Some(forced) = bank.strike(&["consents", "consents:delete"], &documents(&consent)).await {
        return Ok(forced);
    }
    let now = bank.now();
    let ended = bank.net.db.write(move |tx| {
        let Some(consent) = tx.get(&CONSENTS, &id)? else { return Ok::<_, StateError>(false) };
        let mut consent = consent.at(now);
        let code = match consent.status {
            Status::AwaitingAuthorisation => RejectionCode::CustomerManuallyRejected,
            Status::Authorised => RejectionCode::CustomerManuallyRevoked,
            Status::Rejected => return Ok(false),
        };
        consent.end(now, RejectedBy::User, code);
        tx.put(&CONSENTS, &id, &consent)?;
        Ok(true)
    });
    if ended.await? {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Err(ApiError::unprocessable("CONSENTIMENTO_EM_STATUS_REJEITADO", "O consentimento já está no status REJECTED."))
}
