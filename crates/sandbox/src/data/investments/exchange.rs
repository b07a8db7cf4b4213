//! `/exchanges/v1`: foreign money bought and sold, with the events of each operation.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::paper::amount;
use super::{Days, investor};
use crate::Access;
use crate::data::Resource;
use crate::data::call::Call;
use crate::data::paging::Paging;
use crate::data::reply::{Meta, Problem, ok, seconds};
use crate::people::history::Money;
use crate::people::investments::{Exchange, ExchangeEvent, ExchangeEventKind, Held, Terms};
use crate::people::{People, ResourceStatus};

pub(super) const SCOPE: &str = "exchanges";
pub(super) const VERSION: &str = "1.1.0";
const PERMISSION: &str = "EXCHANGES_READ";
const LIST: &str = "/exchanges/v1/operations";

pub(super) fn router() -> Router<People> {
    Router::new()
        .route(LIST, get(list))
        .route("/exchanges/v1/operations/{id}", get(detail))
        .route("/exchanges/v1/operations/{id}/events", get(events))
}

/// The operations that a grant reaches.
pub(super) fn resources(people: &People, access: &Access) -> Vec<Resource> {
    if !access.allows(PERMISSION) {
        return Vec::new();
    }
    let line =
        |held: Held<Exchange>| Resource { resource_id: held.item.id, kind: "EXCHANGE", status: held.status.as_str() };
    all(people, access, Days::of(access)).into_iter().map(line).collect()
}

fn all(people: &People, access: &Access, days: Days) -> Vec<Held<Exchange>> {
    investor(people, access).map(|investor| investor.exchanges(days.today, days.shared)).unwrap_or_default()
}

/// The operation asked for, if the consent holds the permission and mentions it, and it can be read.
fn open(people: &People, call: &Call, id: &str) -> Result<Exchange, Problem> {
    call.needs(PERMISSION)?;
    let found = all(people, &call.access, Days::of(&call.access)).into_iter().find(|held| held.item.id == id);
    let held = found.ok_or(Problem::ResourceForbidden)?;
    Problem::of_status(held.status).map_or(Ok(held.item), Err)
}

type Answer = Result<Response, Problem>;

fn answered(call: &Call, answer: Answer) -> Response {
    answer.unwrap_or_else(|problem| problem.answer(VERSION, Some(call.access.now)))
}

async fn list(State(people): State<People>, call: Call) -> Response {
    let answer = || -> Answer {
        call.needs(PERMISSION)?;
        let paging = Paging::of(&call, LIST.to_owned())?;
        let mut held = all(&people, &call.access, Days::at(&call, paging.as_of));
        held.retain(|held| held.status == ResourceStatus::Available);
        let total = held.len();
        let line = |held: &Held<Exchange>| {
            json!({
                "brandName": call.access.brand.name,
                "companyCnpj": call.access.brand.cnpj,
                "operationId": held.item.id,
            })
        };
        let data: Vec<Value> = held[paging.cut(total)?].iter().map(line).collect();
        Ok(ok(VERSION, data, paging.links(total), Meta::counted(call.access.now, total, paging.pages(total))))
    };
    answered(&call, answer())
}

async fn detail(State(people): State<People>, Path(id): Path<String>, call: Call) -> Response {
    let answer = open(&people, &call, &id).map(|operation| {
        let data = written(&call.access, &operation);
        ok(VERSION, data, call.links(&format!("{LIST}/{id}")), Meta::at(call.access.now))
    });
    answered(&call, answer)
}

async fn events(State(people): State<People>, Path(id): Path<String>, call: Call) -> Response {
    let answer = || -> Answer {
        let operation = open(&people, &call, &id)?;
        let paging = Paging::of(&call, format!("{LIST}/{id}/events"))?;
        let today = Days::at(&call, paging.as_of).today;
        let seen: Vec<ExchangeEvent> = operation.events().into_iter().filter(|event| event.date <= today).collect();
        let total = seen.len();
        let numbered = seen.iter().enumerate().map(|(n, event)| event_written(&operation, n, event));
        let data: Vec<Value> = numbered.skip(paging.cut(total)?.start).take(paging.cut(total)?.len()).collect();
        Ok(ok(VERSION, data, paging.links(total), Meta::counted(call.access.now, total, paging.pages(total))))
    };
    answered(&call, answer())
}

/// The operation with the terms that it has come to.
fn written(access: &Access, operation: &Exchange) -> Value {
    let today = Days::of(access).today;
    let mut data = terms(operation, &operation.terms(today));
    data["authorizedInstitutionCnpjNumber"] = access.brand.cnpj.into();
    data["authorizedInstitutionName"] = access.brand.legal_name.into();
    data["operationNumber"] = operation.number().into();
    data["operationType"] = if operation.buys() { "COMPRA" } else { "VENDA" }.into();
    data["operationDate"] = operation.events().first().map(|event| seconds(event.at)).into();
    data["deliveryForeignCurrency"] = operation.delivery().into();
    data["operationCategoryCode"] = operation.category().into();
    data
}

/// The terms, under the names that operation and event share.
fn terms(operation: &Exchange, terms: &Terms) -> Value {
    let foreign = |money: Money| json!({ "amount": money.to_string(), "currency": operation.currency() });
    let mut data = json!({
        "dueDate": terms.due.to_string(),
        "localCurrencyOperationTax": { "amount": terms.rate.to_string(), "currency": "BRL" },
        "localCurrencyOperationValue": amount(terms.local()),
        "foreignOperationValue": foreign(terms.foreign),
    });
    if operation.is_future() {
        data["operationOutstandingBalance"] = foreign(terms.outstanding);
        data["localCurrencyAdvancePercentage"] = "0.000000".into();
    } else {
        let total = terms.total(operation.buys()).to_string();
        data["vetAmount"] = json!({ "amount": total, "currency": "BRL" });
    }
    data
}

fn event_written(operation: &Exchange, n: usize, event: &ExchangeEvent) -> Value {
    let mut data = match event.kind {
        ExchangeEventKind::Cancelled => json!({}),
        _ => terms(operation, &event.terms),
    };
    data["eventSequenceNumber"] = format!("{:012}", n + 1).into();
    data["eventType"] = event.kind.code().into();
    data["eventDate"] = seconds(event.at).into();
    data["deliveryForeignCurrency"] = operation.delivery().into();
    data["operationCategoryCode"] = operation.category().into();
    if let Some((code, name, country)) = operation.other_side() {
        data["foreignPartie"] = json!({
            "relationshipCode": code,
            "foreignPartieName": name,
            "foreignPartieCountryCode": country,
        });
    }
    data
}
