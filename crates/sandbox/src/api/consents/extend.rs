//! `POST /consents/{consentId}/extends` and `GET /consents/{consentId}/extensions`.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::body::{self, Renewal};
use super::create::end;
use super::{documents, own, wire};
use crate::api::envelope::{success, timestamp};
use crate::api::resources::Paging;
use crate::api::{ApiError, Held};
use crate::network::Bank;
use crate::people::Conduct;
use crate::state::{CONSENTS, Consent, Extension, StateError, Status};

/// The longest customer header kept, in bytes.
const MAX_HEADER: usize = 500;

/// Gives a consent another end, without the bank's pages.
pub(super) async fn extend(
    State(bank): State<Bank>,
    Path(id): Path<String>,
    held: Held,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, ApiError> {
    let ip_address = customer_header(&headers, "x-fapi-customer-ip-address")?;
    let user_agent = customer_header(&headers, "x-customer-user-agent")?;
    require_own_token(&held, &id)?;
    let consent = own(&bank, &held, &id)?;
    if let Some(forced) = bank.strike(&["consents", "consents:extends"], &documents(&consent)).await {
        return Ok(forced);
    }
    let mut extension = renewal(&bank, &consent, body::read(&bytes)?)?;
    (extension.ip_address, extension.user_agent) = (ip_address, user_agent);
    let renewed = bank.net.db.write(move |tx| {
        let Some(mut consent) = tx.get(&CONSENTS, &id)? else { return Ok::<_, StateError>(None) };
        consent.expires_at = extension.expires_at;
        consent.extensions.push(extension);
        tx.put(&CONSENTS, &id, &consent)?;
        Ok(Some(consent))
    });
    let renewed = renewed.await?.ok_or_else(ApiError::not_found)?;
    Ok(success(StatusCode::CREATED, &wire(&bank, &renewed)))
}

/// Lists the renewals of a consent, the last first.
pub(super) async fn history(
    State(bank): State<Bank>,
    Path(id): Path<String>,
    held: Held,
    Query(paging): Query<Paging>,
) -> Result<Response, ApiError> {
    held.require_client("consents")?;
    let consent = own(&bank, &held, &id)?;
    if let Some(forced) = bank.strike(&["consents", "consents:extensions"], &documents(&consent)).await {
        return Ok(forced);
    }
    let items: Vec<Value> = consent.extensions.iter().rev().map(past).collect();
    let address = format!("{}/consents/v3/consents/{id}/extensions", bank.net.urls.api(bank.brand));
    Ok(success(StatusCode::OK, &paging.page()?.of(&items, &address, &timestamp(bank.now()))?))
}

/// A header that tells of the person at the receiver; renewals need both.
fn customer_header(headers: &HeaderMap, name: &str) -> Result<String, ApiError> {
    let value = headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let value = value.filter(|value| !value.is_empty() && value.len() <= MAX_HEADER);
    value.map(str::to_owned).ok_or_else(|| ApiError::bad_request(format!("{name} é obrigatório.")))
}

/// The token must be the person's, for this very consent.
fn require_own_token(held: &Held, id: &str) -> Result<(), ApiError> {
    let Some((grant, _)) = &held.granted else {
        return Err(ApiError::unauthorised("É necessário um token autorizado pelo cliente."));
    };
    if grant.consent_id == id {
        return held.require(&format!("consent:{id}"));
    }
    Err(ApiError::forbidden("O token pertence a outro consentimento."))
}

/// Checks a renewal by the rules of the standard.
fn renewal(bank: &Bank, consent: &Consent, asked: Renewal) -> Result<Extension, ApiError> {
    let now = bank.now();
    let logged_user = asked.logged_user.cpf()?;
    let business = asked.business_entity.map(body::Party::cnpj).transpose()?;
    entitled(bank, consent, &logged_user, business.as_deref())?;
    if consent.status != Status::Authorised {
        return Err(ApiError::unprocessable("ESTADO_CONSENTIMENTO_INVALIDO", "O consentimento não está autorizado."));
    }
    if several_approvers(bank, &logged_user) {
        return Err(ApiError::unprocessable("DEPENDE_MULTIPLA_ALCADA", "Necessário aprovação de múltipla alçada."));
    }
    let expires_at = end(asked.expiration_date_time.as_deref(), now)?;
    later(consent.expires_at, expires_at)?;
    Ok(Extension {
        requested_at: now,
        previous: consent.expires_at,
        expires_at,
        logged_user,
        ip_address: String::new(),
        user_agent: String::new(),
    })
}

/// A person renews their own consent; a company's may be renewed by anybody who acts for it.
fn entitled(bank: &Bank, consent: &Consent, user: &str, business: Option<&str>) -> Result<(), ApiError> {
    let same = match consent.business.as_deref() {
        None => consent.logged_user == user && business.is_none(),
        Some(cnpj) => {
            business == Some(cnpj) && bank.net.people.by_document(user).is_some_and(|person| person.acts_for(cnpj))
        }
    };
    if same { Ok(()) } else { Err(ApiError::forbidden("Este usuário não pode renovar o consentimento.")) }
}

fn several_approvers(bank: &Bank, user: &str) -> bool {
    bank.net.people.by_document(user).is_some_and(|person| person.conduct == Conduct::AwaitsSecondHolder)
}

/// The new end must lie after the current one; no end lies after every end.
fn later(current: Option<Timestamp>, new: Option<Timestamp>) -> Result<(), ApiError> {
    match (current, new) {
        (_, None) => Ok(()),
        (Some(current), Some(new)) if new > current => Ok(()),
        _ => Err(ApiError::unprocessable("DATA_EXPIRACAO_INVALIDA", "A nova data deve ser posterior à data vigente.")),
    }
}

/// A renewal as the standard writes it.
fn past(extension: &Extension) -> Value {
    let mut item = json!({
        "loggedUser": {"document": {"identification": extension.logged_user, "rel": "CPF"}},
        "requestDateTime": timestamp(extension.requested_at),
        "xFapiCustomerIpAddress": extension.ip_address,
        "xCustomerUserAgent": extension.user_agent,
    });
    if let Some(end) = extension.expires_at {
        item["expirationDateTime"] = timestamp(end).into();
    }
    if let Some(end) = extension.previous {
        item["previousExpirationDateTime"] = timestamp(end).into();
    }
    item
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_renewal_only_ever_moves_the_end_away() {
        let day =
            |day: i8| Some(jiff::civil::date(2026, 12, day).to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp());
        assert!(later(day(1), day(2)).is_ok());
        assert!(later(day(1), None).is_ok());
        assert!(later(None, None).is_ok());
        for (current, new) in [(day(2), day(2)), (day(2), day(1)), (None, day(1))] {
            assert_eq!(later(current, new).unwrap_err().code, "DATA_EXPIRACAO_INVALIDA");
        }
    }
}
