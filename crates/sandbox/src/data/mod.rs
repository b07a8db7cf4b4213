//! The data APIs of the banks: customers, accounts, credit cards, credit, investments and exchanges.
//!
//! Written from the standard alone (sections 7 and 11 of the reference), so that a misreading in the receiver
//! cannot cancel out. Every request carries an [`Access`] in its extensions.

mod accounts;
mod call;
mod cards;
mod company_facts;
mod credit;
mod customers;
mod facts;
mod investments;
mod paging;
mod person_facts;
mod reply;
#[cfg(test)]
mod tests;
mod transaction;
mod window;

pub(crate) use investments::VERSIONS as INVESTMENT_VERSIONS;

use axum::Router;
use axum::response::Response;
use http::Uri;

use crate::Access;
use crate::people::{Account, Company, People, Person};

/// Version of the accounts API in `x-v`.
const ACCOUNTS_VERSION: &str = "2.5.0";
/// Version of the customers API in `x-v`.
const CUSTOMERS_VERSION: &str = "2.3.0";

/// One line of the Resources API.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// The product's own id.
    pub resource_id: String,
    /// The kind of product, such as `ACCOUNT`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Such as `AVAILABLE`.
    pub status: &'static str,
}

/// Serves the data APIs, such as `/customers/v2/…` and `/accounts/v2/…`; to be nested under a brand's `…/open-banking`,
/// behind the token check that puts an [`Access`] into the request's extensions.
pub fn router(people: People) -> Router {
    accounts::router()
        .merge(customers::router())
        .merge(cards::router())
        .merge(credit::router())
        .merge(investments::router())
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(people)
}

/// The resources that `access` reaches, for the bank's Resources API.
pub fn resources(people: &People, access: &Access) -> Vec<Resource> {
    let mut all = accounts::resources(people, access);
    all.extend(cards::resources(people, access));
    all.extend(credit::resources(people, access));
    all.extend(investments::resources(people, access));
    all
}

/// Says whether a call asks for a further page with a key that is good: such calls use nothing up.
pub(crate) fn continues(access: &Access, uri: &Uri) -> bool {
    let query = uri.query().unwrap_or_default().as_bytes();
    let key = url::form_urlencoded::parse(query).find(|(name, _)| name == "pagination-key");
    key.is_some_and(|(_, key)| paging::is_alive(access, uri.path(), &key))
}

/// The person behind the grant, and the company they act for, if both are known.
fn holder(people: &People, access: &Access) -> Option<(&'static Person, Option<&'static Company>)> {
    let person = people.by_document(&access.person)?;
    match access.company.as_deref() {
        None => Some((person, None)),
        Some(cnpj) => Some((person, Some(people.company(cnpj)?))),
    }
}

/// The accounts that the person holds, or the company they act for, and that they chose.
fn chosen<'a>(people: &'a People, access: &Access) -> Vec<&'a Account> {
    let Some((person, company)) = holder(people, access) else { return Vec::new() };
    let mut accounts = people.accounts_of(access.brand, person, company);
    accounts.retain(|account| access.may_read(&account.id));
    accounts
}

async fn method_not_allowed(uri: Uri) -> Response {
    reply::Problem::MethodNotAllowed.answer(version_of(uri.path()), None)
}

fn version_of(path: &str) -> &'static str {
    const VERSIONS: [(&str, &str); 2] = [("customers", CUSTOMERS_VERSION), ("credit-cards-accounts", cards::VERSION)];
    let credit = credit::APIS.iter().map(|api| (api.name, api.version));
    let mut versions = VERSIONS.into_iter().chain(credit);
    let found = versions.find(|(family, _)| path.split('/').any(|segment| segment == *family));
    found.map(|(_, version)| version).or_else(|| investments::version_of(path)).unwrap_or(ACCOUNTS_VERSION)
}
