//! `GET /consents/{consentId}`.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;

use super::{documents, own, wire};
use crate::api::envelope::success;
use crate::api::{ApiError, Held};
use crate::network::Bank;

/// Shows where a consent stands.
pub(super) async fn read(State(bank): State<Bank>, Path(id): Path<String>, held: Held) -> Result<Response, ApiError> {
    held.require_client("consents")?;
    let consent = own(&bank, &held, &id)?;
    if let Some(forced) = bank.strike(&["consents", "consents:read"], &documents(&consent)).await {
        return Ok(forced);
    }
    Ok(success(StatusCode::OK, &wire(&bank, &consent)))
}
