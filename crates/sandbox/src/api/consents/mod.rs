//! Consents v3.

mod body;
mod create;
mod extend;
mod read;
mod revoke;

use axum::Router;
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::envelope::timestamp;
use super::{ApiError, Held};
use crate::network::Bank;
use crate::state::{CONSENTS, Consent};

/// Everything below `/consents/v3`.
pub(super) fn router(bank: Bank) -> Router {
    Router::new()
        .route("/consents", post(create::create))
        .route("/consents/{id}", get(read::read).delete(revoke::revoke))
        .route("/consents/{id}/extends", post(extend::extend))
        .route("/consents/{id}/extensions", get(extend::history))
        .with_state(bank)
}

/// Finds a consent of the caller: 404 where there is none, 403 where it is another client's.
fn own(bank: &Bank, held: &Held, id: &str) -> Result<Consent, ApiError> {
    let found = bank.net.db.get(&CONSENTS, id)?.filter(|consent| consent.brand == bank.brand.slug);
    let consent = found.ok_or_else(ApiError::not_found)?;
    if consent.client_id != held.token.client_id {
        return Err(ApiError::forbidden("O consentimento pertence a outra instituição receptora."));
    }
    Ok(consent.at(bank.now()))
}

/// The documents that forced outcomes may name.
fn documents(consent: &Consent) -> Vec<&str> {
    std::iter::once(consent.logged_user.as_str()).chain(consent.business.as_deref()).collect()
}

/// The consent as the standard writes it.
fn wire(bank: &Bank, consent: &Consent) -> Value {
    let mut data = json!({
        "consentId": consent.id,
        "creationDateTime": timestamp(consent.created_at),
        "status": consent.status,
        "statusUpdateDateTime": timestamp(consent.status_at),
        "permissions": consent.permissions,
    });
    if let Some(end) = consent.expires_at {
        data["expirationDateTime"] = timestamp(end).into();
    }
    if let Some(rejection) = consent.rejection {
        data["rejection"] = json!({"rejectedBy": rejection.by, "reason": {"code": rejection.code}});
    }
    if let Some(linked) = consent.linked {
        data["journey"] = json!({"isLinked": linked});
    }
    let address = format!("{}/consents/v3/consents/{}", bank.net.urls.api(bank.brand), consent.id);
    json!({"data": data, "links": {"self": address}, "meta": {"requestDateTime": timestamp(bank.now())}})
}
