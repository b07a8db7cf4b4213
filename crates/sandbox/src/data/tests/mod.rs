//! Tests of the data APIs, through the router.

mod accounts;
mod cards;
mod conformance;
mod credit;
mod customers;
mod exchanges;
mod investments;
mod paging;
mod permissions;
mod schema;
mod window;

use axum::body::{Body, to_bytes};
use http::{HeaderMap, Request, StatusCode};
use jiff::Timestamp;
use serde_json::Value;
use tower::ServiceExt;

use self::permissions::PERMISSIONS;
use crate::brand::Brand;
use crate::people::{Company, People, Person};
use crate::{Access, BRANDS};

const RALPH: &str = "76109277673";
const JANICE: &str = "96644087000";
const GABRIEL: &str = "87517400444";
const ALICE: &str = "08116143018";

/// An answer, taken apart.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

impl Answer {
    fn code(&self) -> &str {
        self.body["errors"][0]["code"].as_str().unwrap_or_default()
    }

    fn ids(&self) -> Vec<String> {
        let data = self.body["data"].as_array().unwrap();
        data.iter().map(|item| item["transactionId"].as_str().unwrap().to_owned()).collect()
    }
}

/// A grant of everything that `person` (for `company`) holds at `brand`, on a Sunday afternoon.
fn grant(people: &People, brand: &'static Brand, person: &Person, company: Option<&Company>) -> Access {
    let accounts = people.accounts_of(brand, person, company).into_iter().map(|account| account.id.clone());
    let cards = people.cards_of(brand, person, company).into_iter().map(|card| card.id);
    Access {
        brand,
        person: person.cpf.to_owned(),
        company: company.map(|company| company.cnpj.to_owned()),
        permissions: PERMISSIONS.map(str::to_owned).to_vec(),
        consent_id: "urn:mockbank:1".to_owned(),
        accounts: accounts.chain(cards).collect(),
        since: "2026-11-01T12:00:00Z".parse::<Timestamp>().unwrap(),
        client_id: "client".to_owned(),
        now: "2026-11-22T15:04:05.678901Z".parse::<Timestamp>().unwrap(),
        base_url: format!("https://127.0.0.1:8091/{}/open-banking", brand.slug),
    }
}

/// A grant of everything that the person with this CPF holds at the main brand.
fn grant_of(people: &People, cpf: &str) -> Access {
    grant(people, &BRANDS[0], people.by_document(cpf).unwrap(), None)
}

/// Asks, nested as the bank nests it.
async fn get(people: &People, access: &Access, path: &str) -> Answer {
    let path = path.strip_prefix(&access.base_url).unwrap_or(path);
    ask(people, Some(access), "GET", path).await
}

async fn ask(people: &People, access: Option<&Access>, method: &str, path: &str) -> Answer {
    let uri = format!("/some/open-banking{path}");
    let mut request = Request::builder().method(method).uri(uri).body(Body::empty()).unwrap();
    if let Some(access) = access {
        request.extensions_mut().insert(access.clone());
    }
    let app = axum::Router::new().nest("/some/open-banking", super::router(people.clone()));
    let response = app.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, 10 << 20).await.unwrap();
    Answer { status: parts.status, headers: parts.headers, body: serde_json::from_slice(&bytes).unwrap_or_default() }
}
