//! The authorization endpoint.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::StatusCode;
use vinculo_fapi::oauth_error::code;
use vinculo_fapi::par::AuthorizationQuery;

use super::pending::{self, Pending};
use super::view::{Hint, LoginPage, PageError, page, see_other};
use super::{back, decide};
use crate::network::Bank;
use crate::state::{OutcomeKind, Used};

/// Shows the login page. The pushed request stays unused: only a login uses it up, not a visit.
pub(super) async fn authorize(State(bank): State<Bank>, RawQuery(query): RawQuery) -> Response {
    let outcome = visited(&bank, query.as_deref().unwrap_or_default()).await;
    bank.shown(outcome)
}

async fn visited(bank: &Bank, query: &str) -> Result<Response, PageError> {
    let query = AuthorizationQuery::parse(query).map_err(|error| PageError::invalid(&error.error))?;
    let pending = pending::open(bank, &query.client_id, &query.request_uri)?;
    if query.nonce.as_ref().is_some_and(|nonce| *nonce != pending.pushed.nonce) {
        return Err(PageError::invalid(code::INVALID_REQUEST));
    }
    let documents = [pending.consent.logged_user.as_str(), pending.consent.business.as_deref().unwrap_or_default()];
    match bank.net.outcomes.take(bank.brand.slug, &["authorize"], &documents).await {
        Some(OutcomeKind::Approved) => forced(bank, &pending, Used::Approved).await,
        Some(OutcomeKind::Denied) => forced(bank, &pending, Used::Denied).await,
        Some(kind) => match bank.answer(&kind).await {
            Some(response) => Ok(response),
            None => Ok(login_page(bank, &pending, "", None)),
        },
        None => Ok(login_page(bank, &pending, "", None)),
    }
}

/// Lets the person of the consent log in and answer, without a page.
async fn forced(bank: &Bank, pending: &Pending, answer: Used) -> Result<Response, PageError> {
    let id = decide::begin(bank, pending, &pending.consent.logged_user, None).await?.ok_or_else(PageError::gone)?;
    let offers = decide::offers(bank, &pending.consent.logged_user, &pending.consent);
    let chosen = offers.into_iter().map(|offer| offer.id).collect();
    match answer {
        Used::Approved => decide::approve(bank, &id, chosen).await?,
        Used::Denied | Used::Refused => decide::deny(bank, &id).await?,
    }
    let (interaction, pending) = pending::interaction(bank, &id)?;
    Ok(see_other(&back::address(bank, &id, &interaction, &pending).await?))
}

/// The login page, with what went wrong before, if anything.
pub(super) fn login_page(bank: &Bank, pending: &Pending, document: &str, problem: Option<&str>) -> Response {
    let person = bank.net.people.by_document(&pending.consent.logged_user);
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let template = LoginPage {
        brand: bank.brand,
        receiver: &pending.client.name,
        client_id: &pending.client.id,
        request_uri: &pending.request_uri,
        document,
        company: pending.consent.business.is_some(),
        problem,
        hint: person.map(|person| Hint { name: person.name, login: person.login }),
    };
    page(status, &template)
}
