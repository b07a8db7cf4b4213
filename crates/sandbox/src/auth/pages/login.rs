//! The login form.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use vinculo_fapi::http::Form;
use vinculo_fapi::oauth_error::code;

use super::authorize::login_page;
use super::pending::{self, Pending};
use super::view::{DonePage, PageError, page, see_other};
use super::{back, decide};
use crate::network::Bank;
use crate::people::{Conduct, Person};
use crate::state::{INTERACTIONS, Refusal};

/// Wrong passwords that end a visit.
const MOST_WRONG: u8 = 5;

/// Logs a person in, which uses the pushed request up, and leads to the confirmation page.
pub(super) async fn login(State(bank): State<Bank>, body: Bytes) -> Response {
    let outcome = posted(&bank, &body).await;
    bank.shown(outcome)
}

async fn posted(bank: &Bank, body: &Bytes) -> Result<Response, PageError> {
    let form = Form::parse(body).map_err(|_| PageError::invalid(code::INVALID_REQUEST))?;
    let pending = asked_for(bank, &form)?;
    let document = form.get("document").unwrap_or_default().trim();
    let Some(person) = person(bank, document, form.get("password").unwrap_or_default()) else {
        return wrong(bank, &pending, document).await;
    };
    enter(bank, &pending, person.cpf, refusal(bank, &pending, person)).await
}

/// Uses the pushed request up and leads to the page that follows.
async fn enter(bank: &Bank, pending: &Pending, cpf: &str, refusal: Option<Refusal>) -> Result<Response, PageError> {
    let begun = decide::begin(bank, pending, cpf, refusal).await?;
    let id = begun.map_or_else(|| resumed(bank, pending, cpf), Ok)?;
    Ok(see_other(&format!("{}/s/{id}", bank.issuer())))
}

/// Shows the form again; after too many wrong passwords the bank ends the visit.
async fn wrong(bank: &Bank, pending: &Pending, document: &str) -> Result<Response, PageError> {
    if pending.pushed.interaction.is_some() {
        return Err(PageError::gone());
    }
    if decide::count_wrong(bank, pending).await? >= MOST_WRONG {
        return enter(bank, pending, &pending.consent.logged_user, Some(Refusal::WrongPassword)).await;
    }
    let text = "CPF, e-mail ou senha incorretos. Confira os dados e tente de novo.";
    Ok(login_page(bank, pending, document, Some(text)))
}

/// The request that the form carries: not expired; used up only if a login has just been posted twice.
fn asked_for(bank: &Bank, form: &Form) -> Result<Pending, PageError> {
    let missing = || PageError::invalid(code::INVALID_REQUEST);
    let client = form.get("client_id").ok_or_else(missing)?;
    let request_uri = form.get("request_uri").ok_or_else(missing)?;
    let pending = pending::find(bank, client, request_uri)?;
    if pending.pushed.expires_at <= bank.now() {
        return Err(PageError::gone());
    }
    Ok(pending)
}

/// The person with this login, if they bank here and the password is theirs.
fn person(bank: &Bank, login: &str, password: &str) -> Option<&'static Person> {
    let person = bank.net.people.by_login(login)?;
    (person.password_matches(password) && person.banks_with(bank.brand)).then_some(person)
}

/// The same person posted the login form twice: both lead to the same page, as long as it waits for an answer.
fn resumed(bank: &Bank, pending: &Pending, cpf: &str) -> Result<String, PageError> {
    let found = pending::find(bank, &pending.client.id, &pending.request_uri)?;
    let id = found.pushed.interaction.ok_or_else(PageError::gone)?;
    let interaction = bank.net.db.get(&INTERACTIONS, &id)?.ok_or_else(PageError::gone)?;
    let same = interaction.person == cpf && interaction.used.is_none();
    if same { Ok(id) } else { Err(PageError::gone()) }
}

/// Checks that the person is the one of the consent, entitled to the company's data where it is about a company, and
/// somebody whom the bank lets in.
fn refusal(bank: &Bank, pending: &Pending, person: &Person) -> Option<Refusal> {
    let consent = &pending.consent;
    if consent.status != crate::state::Status::AwaitingAuthorisation {
        return Some(Refusal::Over);
    }
    if person.cpf != consent.logged_user {
        return Some(Refusal::OtherPerson);
    }
    match consent.business.as_deref() {
        Some(cnpj) if !bank.brand.companies || !person.acts_for(cnpj) => Some(Refusal::NotForCompany),
        None if !bank.brand.persons => Some(Refusal::CompanyMissing),
        _ => barred(person.conduct),
    }
}

fn barred(conduct: Conduct) -> Option<Refusal> {
    match conduct {
        Conduct::LockedOut => Some(Refusal::LockedOut),
        Conduct::LoggedInElsewhere => Some(Refusal::LoggedInElsewhere),
        Conduct::ScopeRefused => Some(Refusal::Scope),
        _ => None,
    }
}

/// Leaves without a login: the receiver hears `access_denied`. The consent may still be tried again.
pub(super) async fn cancel(State(bank): State<Bank>, body: Bytes) -> Response {
    let outcome = cancelled(&bank, &body);
    bank.shown(outcome)
}

fn cancelled(bank: &Bank, body: &Bytes) -> Result<Response, PageError> {
    let form = Form::parse(body).map_err(|_| PageError::invalid(code::INVALID_REQUEST))?;
    let pending = asked_for(bank, &form)?;
    let back = back::denied(&pending, "the person left the login page");
    Ok(page(
        http::StatusCode::OK,
        &DonePage { brand: bank.brand, receiver: &pending.client.name, back: Some(&back), approved: false },
    ))
}
