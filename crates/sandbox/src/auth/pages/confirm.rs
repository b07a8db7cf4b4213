//! The confirmation page and its answer.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use jiff::Timestamp;
use jiff::tz::{TimeZone, offset};
use vinculo_fapi::oauth_error::code;

use super::decide::Offer;
use super::pending::{self, Pending};
use super::view::{Choice, ConfirmPage, DonePage, PageError, RefusedPage, page, see_other};
use super::{back, categories, decide};
use crate::network::Bank;
use crate::people::Conduct;
use crate::state::{Interaction, Refusal, Used};

/// The months, as they are written.
const MONTHS: [&str; 12] = [
    "janeiro",
    "fevereiro",
    "março",
    "abril",
    "maio",
    "junho",
    "julho",
    "agosto",
    "setembro",
    "outubro",
    "novembro",
    "dezembro",
];

/// Shows what an interaction is at: the question, or the way back.
pub(super) async fn show(State(bank): State<Bank>, Path(id): Path<String>) -> Response {
    let outcome = shown(&bank, &id, None).await;
    bank.shown(outcome)
}

async fn shown(bank: &Bank, id: &str, problem: Option<&str>) -> Result<Response, PageError> {
    let (interaction, pending) = pending::interaction(bank, id)?;
    if interaction.used.is_none() {
        if interaction.expires_at <= bank.now() {
            return Err(PageError::gone());
        }
        return question(bank, id, &interaction, &pending, problem);
    }
    let address = back::address(bank, id, &interaction, &pending).await?;
    if interaction.used == Some(Used::Refused) {
        return Ok(refused(bank, &interaction, &pending, &address));
    }
    let approved = interaction.used == Some(Used::Approved);
    let person = bank.net.people.by_document(&interaction.person);
    let returns = !approved || person.is_none_or(|person| person.conduct != Conduct::NeverReturns);
    let back = returns.then_some(address.as_str());
    let template = DonePage { brand: bank.brand, receiver: &pending.client.name, back, approved };
    Ok(page(StatusCode::OK, &template))
}

/// Takes the answer: approval with at least one account or card where there is any, or cancellation.
pub(super) async fn answer(State(bank): State<Bank>, Path(id): Path<String>, body: Bytes) -> Response {
    let outcome = answered(&bank, &id, &body).await;
    bank.shown(outcome)
}

async fn answered(bank: &Bank, id: &str, body: &Bytes) -> Result<Response, PageError> {
    let (interaction, pending) = pending::interaction(bank, id)?;
    let form: Vec<(String, String)> = url::form_urlencoded::parse(body).into_owned().collect();
    let decision = form.iter().find(|(name, _)| name == "decision").map(|(_, value)| value.as_str());
    match decision {
        Some("approve") => {
            let offered = decide::offers(bank, &interaction.person, &pending.consent);
            let chosen = chosen(&form, &offered);
            if chosen.is_empty() && !offered.is_empty() && interaction.used.is_none() {
                let what = if offered.iter().all(|offer| offer.card) { "um cartão" } else { "uma conta" };
                return shown(bank, id, Some(&format!("Escolha ao menos {what} para compartilhar."))).await;
            }
            decide::approve(bank, id, chosen).await?;
        }
        Some("deny") => decide::deny(bank, id).await?,
        _ => return Err(PageError::invalid(code::INVALID_REQUEST)),
    }
    Ok(see_other(&format!("{}/s/{id}", bank.issuer())))
}

/// The accounts and cards that were ticked, of those that were offered.
fn chosen(form: &[(String, String)], offered: &[Offer]) -> Vec<String> {
    let ticked = |offer: &&Offer| form.iter().any(|(name, value)| name == "resource" && *value == offer.id);
    offered.iter().filter(ticked).map(|offer| offer.id.clone()).collect()
}

fn question(
    bank: &Bank,
    id: &str,
    interaction: &Interaction,
    pending: &Pending,
    problem: Option<&str>,
) -> Result<Response, PageError> {
    let people = &bank.net.people;
    let person = people.by_document(&interaction.person).ok_or_else(PageError::gone)?;
    let company = pending.consent.business.as_deref().and_then(|cnpj| people.company(cnpj));
    let (holder, document) = match company {
        Some(company) => (company.name, format!("CNPJ {}", masked_cnpj(company.cnpj))),
        None => (person.name, format!("CPF {}", masked_cpf(person.cpf))),
    };
    let offers = decide::offers(bank, person.cpf, &pending.consent).into_iter().enumerate();
    let (cards, accounts): (Vec<Choice>, Vec<Choice>) = offers.map(choice).partition(|choice| choice.card);
    let template = ConfirmPage {
        brand: bank.brand,
        receiver: &pending.client.name,
        action: &format!("{}/s/{id}", bank.issuer()),
        holder,
        document: &document,
        term: &term(pending.consent.created_at, pending.consent.expires_at),
        end: &pending.consent.expires_at.map_or_else(|| "Sem data de término".to_owned(), day),
        accounts: &accounts,
        cards: &cards,
        categories: &categories::of(&pending.consent.permissions),
        joining: &categories::joining(&pending.consent.permissions),
        problem,
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(page(status, &template))
}

fn choice((n, offer): (usize, Offer)) -> Choice {
    let Offer { id, label, pending, card } = offer;
    Choice { number: n + 1, id, label, pending, checked: true, card }
}

/// Why the bank refused, in words for the person.
fn refused(bank: &Bank, interaction: &Interaction, pending: &Pending, address: &str) -> Response {
    let (what, todo) = match interaction.refusal {
        Some(Refusal::OtherPerson) => (
            "O CPF com que você entrou não é o mesmo informado no pedido de compartilhamento.",
            "Volte, confira o CPF informado e entre com a conta do mesmo titular.",
        ),
        Some(Refusal::NotForCompany) => (
            "Seu usuário não pode compartilhar dados da empresa informada no pedido.",
            "Volte, confira o CNPJ informado ou peça a quem representa a empresa neste banco.",
        ),
        Some(Refusal::CompanyMissing) => {
            ("Este banco atende empresas, e o pedido não informa um CNPJ.", "Volte e informe também o CNPJ da empresa.")
        }
        Some(Refusal::LockedOut) => (
            "Seu acesso a este banco está bloqueado.",
            "Desbloqueie pelo aplicativo do banco ou na sua agência e tente de novo.",
        ),
        Some(Refusal::WrongPassword) => (
            "A senha foi errada muitas vezes, e o acesso foi encerrado por segurança.",
            "Volte e tente de novo, ou recupere sua senha no aplicativo do banco.",
        ),
        Some(Refusal::LoggedInElsewhere) => (
            "Você já está com uma sessão aberta em outro aparelho, e o banco permite uma por vez.",
            "Feche a outra sessão, volte e tente de novo.",
        ),
        Some(Refusal::Scope) => {
            ("O banco não oferece a este aplicativo o que foi pedido.", "Volte e escolha outra instituição.")
        }
        Some(Refusal::Risk) => (
            "O banco não concluiu este pedido por segurança, e nada foi compartilhado.",
            "Volte, confira seus dados e tente de novo. Se acontecer outra vez, fale com o banco.",
        ),
        Some(Refusal::TimeIsOver) => (
            "O prazo para autorizar este pedido acabou, e nada foi compartilhado.",
            "Volte e comece de novo: leva só um instante.",
        ),
        Some(Refusal::Over) | None => (
            "O banco não concluiu este pedido, e nada foi compartilhado.",
            "Volte e tente de novo. Se acontecer outra vez, fale com o banco.",
        ),
    };
    let template = RefusedPage { brand: bank.brand, receiver: &pending.client.name, back: address, what, todo };
    page(StatusCode::OK, &template)
}

/// The term in words.
fn term(from: Timestamp, to: Option<Timestamp>) -> String {
    let Some(to) = to else { return "Indeterminado".to_owned() };
    let days = to.duration_since(from).as_hours().saturating_add(12) / 24;
    match days {
        360..=366 => "12 meses".to_owned(),
        59..360 => format!("{} meses", (days + 15) / 30),
        28..59 => "1 mês".to_owned(),
        1 => "1 dia".to_owned(),
        2..28 => format!("{days} dias"),
        _ => "menos de 1 dia".to_owned(),
    }
}

/// A day as people write it, in the time of Brasília.
fn day(at: Timestamp) -> String {
    let date = at.to_zoned(TimeZone::fixed(offset(-3))).date();
    let month = usize::try_from(date.month() - 1).ok().and_then(|month| MONTHS.get(month)).unwrap_or(&"");
    format!("{} de {month} de {}", date.day(), date.year())
}

fn masked_cpf(cpf: &str) -> String {
    format!("•••.{}.{}-••", cpf.get(3..6).unwrap_or_default(), cpf.get(6..9).unwrap_or_default())
}

fn masked_cnpj(cnpj: &str) -> String {
    let part = |range| cnpj.get(range).unwrap_or_default();
    format!("••.{}.{}/{}-••", part(2..5), part(5..8), part(8..12))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn terms_read_as_people_say_them() {
        let from = time("2026-11-22T09:00:00Z");
        for (to, words) in [
            ("2027-11-22T09:00:00Z", "12 meses"),
            ("2027-08-22T09:00:00Z", "9 meses"),
            ("2027-05-22T09:00:00Z", "6 meses"),
            ("2027-02-22T09:00:00Z", "3 meses"),
            ("2026-11-23T09:00:00Z", "1 dia"),
            ("2026-11-29T09:00:00Z", "7 dias"),
        ] {
            assert_eq!(term(from, Some(time(to))), words, "{to}");
        }
        assert_eq!(term(from, None), "Indeterminado");
    }

    #[test]
    fn days_are_those_of_brasilia() {
        assert_eq!(day(time("2027-01-01T02:59:59Z")), "31 de dezembro de 2026");
        assert_eq!(day(time("2027-01-01T03:00:00Z")), "1 de janeiro de 2027");
    }

    #[test]
    fn documents_are_masked() {
        assert_eq!(masked_cpf("76109277673"), "•••.092.776-••");
        assert_eq!(masked_cnpj("50685362006773"), "••.685.362/0067-••");
    }
}
