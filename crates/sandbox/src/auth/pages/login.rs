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
use crate::people::Person;
use crate::state::{INTERACTIONS, Used};

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
        if pending.pushed.interaction.is_some() {
            return Err(PageError::gone());
        }
        let text = "CPF, e-mail ou senha incorretos. Confira os dados e tente de novo.";
        return Ok(login_page(bank, &pending, document, Some(text)));
    };
    let refused = refusal(bank, &pending, person).map(|_| Used::Refused);
    let begun = decide::begin(bank, &pending, person.cpf, refused).await?;
    let id = begun.map_or_else(|| resumed(bank, &pending, person), Ok)?;
    Ok(see_other(&format!("{}/s/{id}", bank.issuer())))
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
fn resumed(bank: &Bank, pending: &Pending, person: &Person) -> Result<String, PageError> {
    let found = pending::find(bank, &pending.client.id, &pending.request_uri)?;
    let id = found.pushed.interaction.ok_or_else(PageError::gone)?;
    let interaction = bank.net.db.get(&INTERACTIONS, &id)?.ok_or_else(PageError::gone)?;
    let same = interaction.person == person.cpf && interaction.used.is_none();
    if same { Ok(id) } else { Err(PageError::gone()) }
}

/// Why the person may not answer this request.
pub(super) enum Refusal {
    /// The consent names another CPF.
    OtherPerson,
    /// The person does not act for the consent's company.
    NotForCompany,
    /// The bank serves only companies, and the consent names none.
    CompanyMissing,
    /// The consent has ended meanwhile.
    Over,
}

/// Checks that the person is the one of the consent, and entitled to the company's data where it is about a company.
pub(super) fn refusal(bank: &Bank, pending: &Pending, person: &Person) -> Option<Refusal> {
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
        &DonePage { brand: bank.brand, receiver: &pending.client.name, back: &back, approved: false },
    ))
}
