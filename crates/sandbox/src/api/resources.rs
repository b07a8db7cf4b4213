//! Resources v3.

use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::StatusCode;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};

use super::envelope::{success, timestamp};
use super::groups::RESOURCES_READ;
use super::{ApiError, Held, guard};
use crate::data;
use crate::network::Bank;
use crate::people::Conduct;

/// How many items a page has unless the caller says otherwise; also the least a bank answers with.
const DEFAULT_PAGE_SIZE: usize = 25;
/// The most a caller may ask for.
const MAX_PAGE_SIZE: usize = 1000;

/// How long the bank gathers what somebody holds whose data is gathered slowly.
const GATHERING: SignedDuration = SignedDuration::from_secs(30);

/// Everything below `/resources/v3`.
pub(super) fn router(bank: Bank) -> Router {
    Router::new().route("/resources", get(list)).with_state(bank)
}

/// The paging parameters, as text: what is not a number is our refusal, not the framework's.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Paging {
    page: Option<String>,
    page_size: Option<String>,
}

/// A page that exists.
pub(super) struct Page {
    number: usize,
    size: usize,
}

impl Paging {
    /// Checks the parameters.
    pub(super) fn page(&self) -> Result<Page, ApiError> {
        let number = positive("page", self.page.as_deref(), 1)?;
        let size = positive("page-size", self.page_size.as_deref(), DEFAULT_PAGE_SIZE)?;
        if size > MAX_PAGE_SIZE {
            return Err(ApiError::unprocessable("PARAMETRO_INVALIDO", "page-size deve ser no máximo 1000."));
        }
        Ok(Page { number, size: size.max(DEFAULT_PAGE_SIZE) })
    }
}

fn positive(name: &str, text: Option<&str>, default: usize) -> Result<usize, ApiError> {
    let Some(text) = text else { return Ok(default) };
    let number = text.parse().ok().filter(|number| *number >= 1);
    number.ok_or_else(|| ApiError::bad_request(format!("{name} deve ser um inteiro maior que zero.")))
}

impl Page {
    /// Cuts the page out of `all` and writes the whole answer.
    pub(super) fn of<T: serde::Serialize>(&self, all: &[T], address: &str, now: &str) -> Result<Value, ApiError> {
        let pages = all.len().div_ceil(self.size).max(1);
        if self.number > pages {
            return Err(ApiError::unprocessable("PAGE_NOT_FOUND", "A página solicitada não existe."));
        }
        let start = (self.number - 1) * self.size;
        let items = &all[start..all.len().min(start + self.size)];
        Ok(json!({
            "data": items,
            "links": self.links(address, pages),
            "meta": {"totalRecords": all.len(), "totalPages": pages, "requestDateTime": now},
        }))
    }

    fn links(&self, address: &str, pages: usize) -> Value {
        let link = |page: usize| format!("{address}?page={page}&page-size={}", self.size);
        let mut links = json!({"self": link(self.number)});
        if self.number > 1 {
            links["first"] = link(1).into();
            links["prev"] = link(self.number - 1).into();
        }
        if self.number < pages {
            links["next"] = link(self.number + 1).into();
            links["last"] = link(pages).into();
        }
        links
    }
}

async fn list(State(bank): State<Bank>, held: Held, Query(paging): Query<Paging>) -> Result<Response, ApiError> {
    held.require("resources")?;
    let Some((grant, consent)) = &held.granted else {
        return Err(ApiError::unauthorised("É necessário um token autorizado pelo cliente."));
    };
    if !consent.holds(RESOURCES_READ) {
        return Err(ApiError::forbidden("O consentimento não contém RESOURCES_READ."));
    }
    if let Some(forced) = bank.strike(&["resources"], &held.documents()).await {
        return Ok(forced);
    }
    let access = guard::access(&bank, grant, consent);
    let person = bank.net.people.by_document(&access.person);
    let slow = person.is_some_and(|person| person.conduct == Conduct::GatheredSlowly);
    if slow && access.now < consent.status_at + GATHERING {
        return Ok(StatusCode::ACCEPTED.into_response());
    }
    let resources = data::resources(&bank.net.people, &access);
    let address = format!("{}/resources/v3/resources", access.base_url);
    let body = paging.page()?.of(&resources, &address, &timestamp(access.now))?;
    Ok(success(StatusCode::OK, &body))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paging(page: Option<&str>, size: Option<&str>) -> Paging {
        Paging { page: page.map(str::to_owned), page_size: size.map(str::to_owned) }
    }

    fn code(paging: &Paging) -> String {
        paging.page().err().map(|error| format!("{} {}", error.status.as_u16(), error.code)).unwrap()
    }

    #[test]
    fn pages_are_cut_and_linked() {
        let all: Vec<u32> = (0..60).collect();
        let middle = paging(Some("2"), None).page().unwrap().of(&all, "https://b/r", "now").unwrap();
        assert_eq!(middle["data"].as_array().unwrap().len(), 25);
        assert_eq!(middle["links"]["next"], "https://b/r?page=3&page-size=25");
        assert_eq!(middle["links"]["prev"], "https://b/r?page=1&page-size=25");
        let last = paging(Some("3"), None).page().unwrap().of(&all, "https://b/r", "now").unwrap();
        assert_eq!(last["data"].as_array().unwrap().len(), 10);
        assert!(last["links"].get("next").is_none());
        assert_eq!(last["meta"]["totalPages"], 3);
    }

    #[test]
    fn the_first_page_always_exists_and_none_after_the_last() {
        let none: [u32; 0] = [];
        assert!(paging(None, None).page().unwrap().of(&none, "a", "now").is_ok());
        let beyond = paging(Some("2"), None).page().unwrap().of(&none, "a", "now").unwrap_err();
        assert_eq!((beyond.status.as_u16(), beyond.code.as_str()), (422, "PAGE_NOT_FOUND"));
    }

    #[test]
    fn bad_parameters_are_refused() {
        assert_eq!(code(&paging(Some("0"), None)), "400 PARAMETRO_INVALIDO");
        assert_eq!(code(&paging(Some("x"), None)), "400 PARAMETRO_INVALIDO");
        assert_eq!(code(&paging(None, Some("-1"))), "400 PARAMETRO_INVALIDO");
        assert_eq!(code(&paging(None, Some("1001"))), "422 PARAMETRO_INVALIDO");
    }
}
