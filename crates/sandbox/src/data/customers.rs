//! `/customers/v2`: who the holder is.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use serde_json::Value;

use super::call::Call;
use super::paging::Paging;
use super::reply::{Meta, Problem, ok};
use super::{CUSTOMERS_VERSION as VERSION, company_facts, person_facts};
use crate::people::{Company, People, Person};

const PERSON_IDENTIFICATION: &str = "CUSTOMERS_PERSONAL_IDENTIFICATIONS_READ";
const COMPANY_IDENTIFICATION: &str = "CUSTOMERS_BUSINESS_IDENTIFICATIONS_READ";
// The spelling is the standard's.
const PERSON_MORE: &str = "CUSTOMERS_PERSONAL_ADITTIONALINFO_READ";
const COMPANY_MORE: &str = "CUSTOMERS_BUSINESS_ADITTIONALINFO_READ";

const PERSON_IDENTIFICATIONS: &str = "/customers/v2/personal/identifications";
const PERSON_QUALIFICATIONS: &str = "/customers/v2/personal/qualifications";
const PERSON_RELATIONS: &str = "/customers/v2/personal/financial-relations";
const COMPANY_IDENTIFICATIONS: &str = "/customers/v2/business/identifications";
const COMPANY_QUALIFICATIONS: &str = "/customers/v2/business/qualifications";
const COMPANY_RELATIONS: &str = "/customers/v2/business/financial-relations";

pub(super) fn router() -> Router<People> {
    Router::new()
        .route(PERSON_IDENTIFICATIONS, get(person_identifications))
        .route(PERSON_QUALIFICATIONS, get(person_qualifications))
        .route(PERSON_RELATIONS, get(person_relations))
        .route(COMPANY_IDENTIFICATIONS, get(company_identifications))
        .route(COMPANY_QUALIFICATIONS, get(company_qualifications))
        .route(COMPANY_RELATIONS, get(company_relations))
}

fn answered(call: &Call, answer: Result<Response, Problem>) -> Response {
    answer.unwrap_or_else(|problem| problem.answer(VERSION, Some(call.access.now)))
}

/// The person whose own data the consent shares.
fn person(people: &People, call: &Call, permission: &str) -> Result<&'static Person, Problem> {
    call.needs(permission)?;
    match call.access.company {
        None => people.by_document(&call.access.person).ok_or(Problem::ResourceForbidden),
        Some(_) => Err(Problem::ResourceForbidden),
    }
}

/// The company whose data the consent shares.
fn company(people: &People, call: &Call, permission: &str) -> Result<&'static Company, Problem> {
    call.needs(permission)?;
    let company = call.access.company.as_deref().and_then(|cnpj| people.company(cnpj));
    let person = people.by_document(&call.access.person);
    company
        .filter(|company| person.is_some_and(|person| person.acts_for(company.cnpj)))
        .ok_or(Problem::ResourceForbidden)
}

fn single(call: &Call, path: &str, data: Value) -> Response {
    ok(VERSION, data, call.links(path), Meta::at(call.access.now))
}

/// Answers with a list of one, with the rules of paging.
fn list_of_one(call: &Call, path: &str, data: Value) -> Result<Response, Problem> {
    let paging = Paging::of(call, path.to_owned())?;
    paging.cut(1)?;
    Ok(ok(VERSION, [data], paging.links(1), Meta::at(call.access.now)))
}

async fn person_identifications(State(people): State<People>, call: Call) -> Response {
    let answer = person(&people, &call, PERSON_IDENTIFICATION).and_then(|person| {
        list_of_one(&call, PERSON_IDENTIFICATIONS, person_facts::identification(&call.access, person))
    });
    answered(&call, answer)
}

async fn person_qualifications(State(people): State<People>, call: Call) -> Response {
    let answer = person(&people, &call, PERSON_MORE)
        .map(|person| single(&call, PERSON_QUALIFICATIONS, person_facts::qualification(&people, &call.access, person)));
    answered(&call, answer)
}

async fn person_relations(State(people): State<People>, call: Call) -> Response {
    let answer = person(&people, &call, PERSON_MORE)
        .map(|person| single(&call, PERSON_RELATIONS, person_facts::relation(&people, &call.access, person)));
    answered(&call, answer)
}

async fn company_identifications(State(people): State<People>, call: Call) -> Response {
    let answer = company(&people, &call, COMPANY_IDENTIFICATION).and_then(|company| {
        list_of_one(&call, COMPANY_IDENTIFICATIONS, company_facts::identification(&people, &call.access, company))
    });
    answered(&call, answer)
}

async fn company_qualifications(State(people): State<People>, call: Call) -> Response {
    let answer = company(&people, &call, COMPANY_MORE)
        .map(|company| single(&call, COMPANY_QUALIFICATIONS, company_facts::qualification(&call.access, company)));
    answered(&call, answer)
}

async fn company_relations(State(people): State<People>, call: Call) -> Response {
    let answer = company(&people, &call, COMPANY_MORE)
        .map(|company| single(&call, COMPANY_RELATIONS, company_facts::relation(&people, &call.access, company)));
    answered(&call, answer)
}
