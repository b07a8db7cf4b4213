//! `/accounts/v2`: accounts, balances, limits, transactions.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::call::Call;
use super::paging::Paging;
use super::reply::{Meta, Problem, ok, seconds};
use super::transaction::{Amount, Transaction};
use super::window::{self, Reach};
use super::{ACCOUNTS_VERSION as VERSION, Resource, chosen};
use crate::Access;
use crate::people::history::local_date;
use crate::people::{Account, AccountKind, People, ResourceStatus, opaque};

/// The brand that offers reserved balances.
const RESERVES_AT: &str = "mockbank";
const LIST: &str = "/accounts/v2/accounts";

pub(super) fn router() -> Router<People> {
    Router::new()
        .route(LIST, get(list))
        .route("/accounts/v2/accounts/{id}", get(detail))
        .route("/accounts/v2/accounts/{id}/balances", get(balances))
        .route("/accounts/v2/accounts/{id}/reserved-balances", get(reserved_balances))
        .route("/accounts/v2/accounts/{id}/overdraft-limits", get(overdraft_limits))
        .route("/accounts/v2/accounts/{id}/transactions", get(transactions))
        .route("/accounts/v2/accounts/{id}/transactions-current", get(transactions_current))
}

type Answer = Result<Response, Problem>;

fn answered(call: &Call, answer: Answer) -> Response {
    answer.unwrap_or_else(|problem| problem.answer(VERSION, Some(call.access.now)))
}

/// The account asked for, if the consent holds `permission` and the account, and the account can be read.
fn open<'a>(people: &'a People, call: &Call, permission: &str, id: &str) -> Result<&'a Account, Problem> {
    call.needs(permission)?;
    let account = chosen(people, &call.access).into_iter().find(|account| account.id == id);
    let account = account.ok_or(Problem::ResourceForbidden)?;
    Problem::of_status(account.status(local_date(call.access.now))).map_or(Ok(account), Err)
}

/// The lines of the Resources API.
pub(super) fn resources(people: &People, access: &Access) -> Vec<Resource> {
    let today = local_date(access.now);
    let line = |account: &Account| Resource {
        resource_id: account.id.clone(),
        kind: "ACCOUNT",
        status: account.status(today).as_str(),
    };
    if access.allows("ACCOUNTS_READ") { chosen(people, access).into_iter().map(line).collect() } else { Vec::new() }
}

/// Answers with one object.
fn single(call: &Call, path: &str, data: Value) -> Response {
    ok(VERSION, data, call.links(path), Meta::counted(call.access.now, 1, 1))
}

async fn list(State(people): State<People>, call: Call) -> Response {
    let answer = || -> Answer {
        call.needs("ACCOUNTS_READ")?;
        let kind = account_type(&call)?;
        let paging = Paging::of(&call, LIST.to_owned())?;
        let mut accounts = chosen(&people, &call.access);
        accounts.retain(|account| account.status(local_date(call.access.now)) == ResourceStatus::Available);
        accounts.retain(|account| kind.is_none_or(|kind| account.kind == kind));
        let total = accounts.len();
        let data: Vec<Value> = accounts[paging.cut(total)?].iter().map(|account| line(&call, account)).collect();
        Ok(ok(VERSION, data, paging.links(total), Meta::counted(call.access.now, total, paging.pages(total))))
    };
    answered(&call, answer())
}

fn account_type(call: &Call) -> Result<Option<AccountKind>, Problem> {
    const NAME: &str = "accountType";
    let kinds = [AccountKind::Deposit, AccountKind::Savings, AccountKind::Prepaid];
    let find = |text: &str| kinds.into_iter().find(|kind| kind.as_str() == text).ok_or(Problem::Malformed(NAME));
    call.parameter(NAME)?.map(find).transpose()
}

/// An account as the list shows it.
fn line(call: &Call, account: &Account) -> Value {
    let brand = call.access.brand;
    let mut data = json!({
        "brandName": brand.name,
        "companyCnpj": brand.cnpj,
        "type": account.kind.as_str(),
        "compeCode": brand.compe,
        "number": account.number,
        "checkDigit": account.digit.to_string(),
        "accountId": account.id,
    });
    add_branch(&mut data, account);
    data
}

fn add_branch(data: &mut Value, account: &Account) {
    if let Some(branch) = account.branch {
        data["branchCode"] = branch.into();
    }
}

async fn detail(State(people): State<People>, Path(id): Path<String>, call: Call) -> Response {
    let answer = || -> Answer {
        let account = open(&people, &call, "ACCOUNTS_READ", &id)?;
        let mut data = json!({
            "compeCode": call.access.brand.compe,
            "number": account.number,
            "checkDigit": account.digit.to_string(),
            "type": account.kind.as_str(),
            "subtype": account.subtype(),
            "currency": "BRL",
        });
        add_branch(&mut data, account);
        Ok(single(&call, &format!("{LIST}/{id}"), data))
    };
    answered(&call, answer())
}

async fn balances(State(people): State<People>, Path(id): Path<String>, call: Call) -> Response {
    let answer = || -> Answer {
        let account = open(&people, &call, "ACCOUNTS_BALANCES_READ", &id)?;
        let held = people.balances(account, call.access.now);
        let mut data = json!({
            "availableAmount": Amount::from(held.available),
            "blockedAmount": Amount::from(held.blocked),
            "automaticallyInvestedAmount": Amount::from(held.with_invested),
            "updateDateTime": seconds(call.access.now),
        });
        if call.access.brand.slug == RESERVES_AT {
            data["hasReservedBalance"] = people.reserved(account, call.access.now).is_some().into();
        }
        Ok(single(&call, &format!("{LIST}/{id}/balances"), data))
    };
    answered(&call, answer())
}

async fn reserved_balances(State(people): State<People>, Path(id): Path<String>, call: Call) -> Response {
    let answer = || -> Answer {
        let account = open(&people, &call, "ACCOUNTS_BALANCES_READ", &id)?;
        if call.access.brand.slug != RESERVES_AT {
            return Err(Problem::NoSuchProduct);
        }
        let reserves: Vec<Value> =
            people.reserved(account, call.access.now).map(|held| reserve(account, held.into())).into_iter().collect();
        let count = reserves.len();
        Ok(ok(
            VERSION,
            reserves,
            call.links(&format!("{LIST}/{id}/reserved-balances")),
            Meta::counted(call.access.now, count, 1),
        ))
    };
    answered(&call, answer())
}

fn reserve(account: &Account, held: Amount) -> Value {
    let id = opaque(&format!("reserve|{}", account.id));
    let mut available = json!(held);
    available["remuneration"] = json!({
        "postFixedIndexerPercentage": "1.000000",
        "rateType": "EXPONENCIAL",
        "indexer": "CDI",
        "calculation": "DIAS_UTEIS",
        "ratePeriodicity": "ANUAL",
    });
    json!({
        "reservedName": "Férias em Natal",
        "reservedIndentification":
            format!("{}-{}-{}-{}-{}", &id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]),
        "availableAmount": [available],
    })
}

async fn overdraft_limits(State(people): State<People>, Path(id): Path<String>, call: Call) -> Response {
    let answer = || -> Answer {
        let account = open(&people, &call, "ACCOUNTS_OVERDRAFT_LIMITS_READ", &id)?;
        let held = people.balances(account, call.access.now);
        let data = match account.kind {
            AccountKind::Deposit => json!({
                "overdraftContractedLimit": Amount::from(held.overdraft_contracted),
                "overdraftUsedLimit": Amount::from(held.overdraft_used),
                "unarrangedOverdraftAmount": Amount::from(held.overdraft_unarranged),
            }),
            AccountKind::Savings | AccountKind::Prepaid => json!({}),
        };
        Ok(single(&call, &format!("{LIST}/{id}/overdraft-limits"), data))
    };
    answered(&call, answer())
}

async fn transactions(State(people): State<People>, Path(id): Path<String>, call: Call) -> Response {
    answered(&call, statement(&people, &call, &id, "transactions", Reach::Year))
}

async fn transactions_current(State(people): State<People>, Path(id): Path<String>, call: Call) -> Response {
    answered(&call, statement(&people, &call, &id, "transactions-current", Reach::Week))
}

fn statement(people: &People, call: &Call, id: &str, what: &str, reach: Reach) -> Answer {
    let account = open(people, call, "ACCOUNTS_TRANSACTIONS_READ", id)?;
    let paging = Paging::of(call, format!("{LIST}/{id}/{what}"))?;
    let (from, to) = window::dates(call, ["fromBookingDate", "toBookingDate"], reach, paging.as_of)?;
    let flow = window::flow(call)?;
    let mut seen = people.entries(account, from, to, paging.as_of);
    seen.retain(|seen| flow.is_none_or(|flow| seen.entry().flow == flow));
    let today = local_date(paging.as_of);
    let page = &seen[paging.cut(seen.len())?];
    let data: Vec<Transaction<'_>> = page.iter().map(|seen| Transaction::of(seen, today)).collect();
    let links = super::reply::Links { last: None, ..paging.links(seen.len()) };
    Ok(ok(VERSION, data, links, Meta::at(call.access.now)))
}
