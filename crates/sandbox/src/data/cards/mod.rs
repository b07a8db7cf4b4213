//! `/credit-cards-accounts/v2`: card accounts, limits, bills, transactions (section 11.3 of the reference).

mod filter;
mod wire;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use serde_json::Value;

use super::call::Call;
use super::paging::Paging;
use super::reply::{Links, Meta, Problem, ok};
use super::window::{self, Reach};
use super::{Resource, holder};
use crate::Access;
use crate::people::cards::{CardAccount, CardEntry};
use crate::people::history::local_date;
use crate::people::{People, ResourceStatus};
use filter::Filter;

/// Version of the API in `x-v`.
pub(super) const VERSION: &str = "2.4.0";

const LIST: &str = "/credit-cards-accounts/v2/accounts";
const READ: &str = "CREDIT_CARDS_ACCOUNTS_READ";
const DATES: [&str; 2] = ["fromTransactionDate", "toTransactionDate"];

pub(super) fn router() -> Router<People> {
    const ONE: &str = "/credit-cards-accounts/v2/accounts/{id}";
    Router::new()
        .route(LIST, get(list))
        .route(ONE, get(detail))
        .route(&format!("{ONE}/limits"), get(limits))
        .route(&format!("{ONE}/bills"), get(bills))
        .route(&format!("{ONE}/bills/{{bill}}/transactions"), get(bill_transactions))
        .route(&format!("{ONE}/transactions"), get(transactions))
        .route(&format!("{ONE}/transactions-current"), get(transactions_current))
}

type Answer = Result<Response, Problem>;

fn answered(call: &Call, answer: Answer) -> Response {
    answer.unwrap_or_else(|problem| problem.answer(VERSION, Some(call.access.now)))
}

/// The card accounts that the person holds, or the company they act for, and that they chose.
fn chosen(people: &People, access: &Access) -> Vec<CardAccount> {
    let Some((person, company)) = holder(people, access) else { return Vec::new() };
    let mut cards = people.cards_of(access.brand, person, company);
    cards.retain(|card| access.may_read(&card.id));
    cards
}

/// The lines of the Resources API.
pub(super) fn resources(people: &People, access: &Access) -> Vec<Resource> {
    let today = local_date(access.now);
    let line = |card: CardAccount| {
        let status = card.status(today).as_str();
        Resource { resource_id: card.id, kind: "CREDIT_CARD_ACCOUNT", status }
    };
    if access.allows(READ) { chosen(people, access).into_iter().map(line).collect() } else { Vec::new() }
}

/// The card account asked for, if the consent holds `permission` and the account, and the account can be read.
fn open(people: &People, call: &Call, permission: &str, id: &str) -> Result<CardAccount, Problem> {
    call.needs(permission)?;
    let card = chosen(people, &call.access).into_iter().find(|card| card.id == id).ok_or(Problem::ResourceForbidden)?;
    Problem::of_status(card.status(local_date(call.access.now))).map_or(Ok(card), Err)
}

async fn list(State(people): State<People>, call: Call) -> Response {
    let answer = || -> Answer {
        call.needs(READ)?;
        let paging = Paging::of(&call, LIST.to_owned())?;
        let mut cards = chosen(&people, &call.access);
        cards.retain(|card| card.status(local_date(call.access.now)) == ResourceStatus::Available);
        let data: Vec<Value> = cards.iter().map(|card| wire::line(call.access.brand, card)).collect();
        paged(&call, &paging, &data)
    };
    answered(&call, answer())
}

/// Answers with a page of `items` and their number.
fn paged(call: &Call, paging: &Paging<'_>, items: &[Value]) -> Answer {
    let total = items.len();
    let meta = Meta::counted(call.access.now, total, paging.pages(total));
    Ok(ok(VERSION, &items[paging.cut(total)?], paging.links(total), meta))
}

async fn detail(State(people): State<People>, Path(id): Path<String>, call: Call) -> Response {
    let answer = || -> Answer {
        let card = open(&people, &call, READ, &id)?;
        let data = wire::detail(&card, local_date(call.access.now));
        Ok(ok(VERSION, data, call.links(&format!("{LIST}/{id}")), Meta::counted(call.access.now, 1, 1)))
    };
    answered(&call, answer())
}

async fn limits(State(people): State<People>, Path(id): Path<String>, call: Call) -> Response {
    let answer = || -> Answer {
        let card = open(&people, &call, "CREDIT_CARDS_ACCOUNTS_LIMITS_READ", &id)?;
        let used = people.card_used(&card, call.access.now);
        let data = wire::limits(&card, used, local_date(call.access.now));
        let meta = Meta::counted(call.access.now, data.len(), 1);
        Ok(ok(VERSION, data, call.links(&format!("{LIST}/{id}/limits")), meta))
    };
    answered(&call, answer())
}

async fn bills(State(people): State<People>, Path(id): Path<String>, call: Call) -> Response {
    let answer = || -> Answer {
        let card = open(&people, &call, "CREDIT_CARDS_ACCOUNTS_BILLS_READ", &id)?;
        let paging = Paging::of(&call, format!("{LIST}/{id}/bills"))?;
        let (from, to) = window::any(&call, ["fromDueDate", "toDueDate"])?;
        let mut bills = people.bills(&card, paging.as_of);
        bills.retain(|bill| from.is_none_or(|from| bill.due >= from) && to.is_none_or(|to| bill.due <= to));
        let data: Vec<Value> = bills.iter().map(wire::bill).collect();
        paged(&call, &paging, &data)
    };
    answered(&call, answer())
}

async fn bill_transactions(
    State(people): State<People>,
    Path((id, bill)): Path<(String, String)>,
    call: Call,
) -> Response {
    let answer = || -> Answer {
        let card = open(&people, &call, "CREDIT_CARDS_ACCOUNTS_BILLS_TRANSACTIONS_READ", &id)?;
        let paging = Paging::of(&call, format!("{LIST}/{id}/bills/{bill}/transactions"))?;
        let (from, to) = window::any(&call, DATES)?;
        let filter = Filter::of(&call)?;
        let mut entries = people.bill_entries(&card, &bill, paging.as_of).ok_or(Problem::ResourceForbidden)?;
        entries.retain(|entry| from.is_none_or(|from| entry.date >= from) && to.is_none_or(|to| entry.date <= to));
        entries.retain(|entry| filter.admits(entry));
        let data: Vec<Value> = entries.iter().map(|entry| wire::bill_transaction(&card, entry, &bill)).collect();
        paged(&call, &paging, &data)
    };
    answered(&call, answer())
}

async fn transactions(State(people): State<People>, Path(id): Path<String>, call: Call) -> Response {
    answered(&call, history(&people, &call, &id, "transactions", Reach::Year))
}

async fn transactions_current(State(people): State<People>, Path(id): Path<String>, call: Call) -> Response {
    answered(&call, history(&people, &call, &id, "transactions-current", Reach::Week))
}

fn history(people: &People, call: &Call, id: &str, what: &str, reach: Reach) -> Answer {
    let card = open(people, call, "CREDIT_CARDS_ACCOUNTS_TRANSACTIONS_READ", id)?;
    let paging = Paging::of(call, format!("{LIST}/{id}/{what}"))?;
    let (from, to) = window::dates(call, DATES, reach, paging.as_of)?;
    let filter = Filter::of(call)?;
    let mut entries = people.card_entries(&card, from, to, paging.as_of);
    entries.retain(|entry| filter.admits(entry));
    let at = paging.as_of;
    statement(call, &paging, &entries, |entry| wire::transaction(&card, entry, at))
}

/// Answers with a page of transactions: no totals, no last page.
fn statement(call: &Call, paging: &Paging<'_>, entries: &[CardEntry], write: impl Fn(&CardEntry) -> Value) -> Answer {
    let total = entries.len();
    let data: Vec<Value> = entries[paging.cut(total)?].iter().map(write).collect();
    let links = Links { last: None, ..paging.links(total) };
    Ok(ok(VERSION, data, links, Meta::at(call.access.now)))
}
