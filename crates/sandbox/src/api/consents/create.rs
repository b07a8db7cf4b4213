//! `POST /consents`.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::body::{self, NewConsent};
use super::{documents, wire};
use crate::api::envelope::success;
use crate::api::{ApiError, Held, groups};
use crate::chance;
use crate::network::Bank;
use crate::state::{CONSENTS, Consent, Status};

/// The old spelling of "for an indeterminate time".
const INDETERMINATE: &str = "2300-01-01T00:00:00Z";

/// Makes a consent that waits for its authorisation.
pub(super) async fn create(State(bank): State<Bank>, held: Held, bytes: Bytes) -> Result<Response, ApiError> {
    held.require_client("consents")?;
    let consent = consent(&bank, &held, body::read(&bytes)?)?;
    if let Some(forced) = bank.strike(&["consents", "consents:create"], &documents(&consent)).await {
        return Ok(forced);
    }
    let answer = wire(&bank, &consent);
    bank.net.db.write(move |tx| tx.put(&CONSENTS, &consent.id, &consent)).await?;
    Ok(success(StatusCode::CREATED, &answer))
}

fn consent(bank: &Bank, held: &Held, new: NewConsent) -> Result<Consent, ApiError> {
    let now = bank.now();
    let logged_user = new.logged_user.cpf()?;
    let business = new.business_entity.map(body::Party::cnpj).transpose()?;
    let expires_at = end(new.expiration_date_time.as_deref(), now)?;
    let permissions = groups::admit(&new.permissions, business.is_some(), bank.brand)?;
    Ok(Consent {
        id: format!("urn:{}:{}", bank.brand.slug, chance::uuid()),
        brand: bank.brand.slug.to_owned(),
        client_id: held.token.client_id.clone(),
        logged_user,
        business,
        permissions,
        expires_at,
        created_at: now,
        status: Status::AwaitingAuthorisation,
        status_at: now,
        rejection: None,
        linked: new.is_linked,
        accounts: Vec::new(),
        extensions: Vec::new(),
    })
}

/// The end asked for: in the future, at most a year ahead.
pub(super) fn end(text: Option<&str>, now: Timestamp) -> Result<Option<Timestamp>, ApiError> {
    if text == Some(INDETERMINATE) {
        return Ok(None);
    }
    let Some(end) = body::date_time(text)? else { return Ok(None) };
    if end <= now || end > a_year_after(now) {
        return Err(ApiError::unprocessable(
            "DATA_EXPIRACAO_INVALIDA",
            "A data de expiração deve estar no futuro, no máximo um ano à frente.",
        ));
    }
    Ok(Some(end))
}

fn a_year_after(now: Timestamp) -> Timestamp {
    let here: DateTime = now.to_zoned(TimeZone::UTC).datetime();
    let there = here.checked_add(Span::new().years(1)).and_then(|there| there.to_zoned(TimeZone::UTC));
    there.map_or(now, |there| there.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_lies_within_a_year() {
        let now: Timestamp = "2026-11-22T09:00:00Z".parse().unwrap();
        for good in ["2026-11-22T09:00:01Z", "2027-11-22T09:00:00Z"] {
            assert!(end(Some(good), now).unwrap().is_some(), "{good}");
        }
        for bad in ["2026-11-22T09:00:00Z", "2027-11-22T09:00:01Z", "2020-01-01T00:00:00Z"] {
            assert_eq!(end(Some(bad), now).unwrap_err().code, "DATA_EXPIRACAO_INVALIDA", "{bad}");
        }
    }

    #[test]
    fn no_end_and_the_old_dummy_mean_indeterminate() {
        let now: Timestamp = "2026-11-22T09:00:00Z".parse().unwrap();
        assert_eq!(end(None, now).unwrap(), None);
        assert_eq!(end(Some(INDETERMINATE), now).unwrap(), None);
    }
}
