//! What the five investment APIs have in common: lists, one investment, its balance, its movements.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;

use super::{Days, investor, window};
use crate::Access;
use crate::data::Resource;
use crate::data::call::Call;
use crate::data::paging::Paging;
use crate::data::reply::{Links, Meta, Problem, ok};
use crate::data::window::Reach;
use crate::people::investments::{Held, Investor};
use crate::people::{People, ResourceStatus};

/// One family of investments: how its things are found and written.
pub(super) trait Family: 'static {
    /// Name of the API and of the scope.
    const SCOPE: &'static str;
    /// Version in `x-v`.
    const VERSION: &'static str;
    /// The permission for everything in it.
    const PERMISSION: &'static str;
    /// The type of its resources.
    const KIND: &'static str;
    /// The filters by date.
    const FILTERS: (&'static str, &'static str) = ("fromTransactionDate", "toTransactionDate");
    /// What is held.
    type Item;

    /// What an investor's consent mentions.
    fn held(investor: &Investor, days: Days) -> Vec<Held<Self::Item>>;
    /// Its id.
    fn id(item: &Self::Item) -> &str;
    /// What the list says beside brand and id.
    fn line(item: &Self::Item) -> Value;
    /// The investment itself.
    fn detail(access: &Access, item: &Self::Item) -> Value;
    /// What it comes to.
    fn balance(item: &Self::Item, days: Days, as_of: Timestamp) -> Value;
    /// Its movements from one day to another, both included, the newest first.
    fn movements(item: &Self::Item, from: Date, to: Date) -> Vec<Value>;
}

/// The path of a family's list.
fn list_path<F: Family>() -> String {
    format!("/{}/v1/investments", F::SCOPE)
}

pub(super) fn router<F: Family>() -> Router<People> {
    let list_at = list_path::<F>();
    let one = format!("{list_at}/{{id}}");
    Router::new()
        .route(&list_at, get(list::<F>))
        .route(&one, get(detail::<F>))
        .route(&format!("{one}/balances"), get(balances::<F>))
        .route(&format!("{one}/transactions"), get(transactions::<F>))
        .route(&format!("{one}/transactions-current"), get(transactions_current::<F>))
}

/// The family's resources that a grant reaches.
pub(super) fn resources<F: Family>(people: &People, access: &Access) -> Vec<Resource> {
    if !access.allows(F::PERMISSION) {
        return Vec::new();
    }
    let line = |held: Held<F::Item>| Resource {
        resource_id: F::id(&held.item).to_owned(),
        kind: F::KIND,
        status: held.status.as_str(),
    };
    all::<F>(people, access, Days::of(access)).into_iter().map(line).collect()
}

fn all<F: Family>(people: &People, access: &Access, days: Days) -> Vec<Held<F::Item>> {
    investor(people, access).map(|investor| F::held(&investor, days)).unwrap_or_default()
}

/// The investment asked for, if the consent holds the permission and mentions it, and it can be read.
fn open<F: Family>(people: &People, call: &Call, id: &str) -> Result<F::Item, Problem> {
    call.needs(F::PERMISSION)?;
    let found = all::<F>(people, &call.access, Days::of(&call.access)).into_iter().find(|held| F::id(&held.item) == id);
    let held = found.ok_or(Problem::ResourceForbidden)?;
    Problem::of_status(held.status).map_or(Ok(held.item), Err)
}

type Answer = Result<Response, Problem>;

fn answered<F: Family>(call: &Call, answer: Answer) -> Response {
    answer.unwrap_or_else(|problem| problem.answer(F::VERSION, Some(call.access.now)))
}

fn single<F: Family>(call: &Call, path: &str, data: Value) -> Response {
    ok(F::VERSION, data, call.links(path), Meta::counted(call.access.now, 1, 1))
}

async fn list<F: Family>(State(people): State<People>, call: Call) -> Response {
    let answer = || -> Answer {
        call.needs(F::PERMISSION)?;
        let paging = Paging::of(&call, list_path::<F>())?;
        let mut held = all::<F>(&people, &call.access, Days::at(&call, paging.as_of));
        held.retain(|held| held.status == ResourceStatus::Available);
        let total = held.len();
        let data: Vec<Value> = held[paging.cut(total)?].iter().map(|held| line::<F>(&call, &held.item)).collect();
        Ok(ok(F::VERSION, data, paging.links(total), Meta::counted(call.access.now, total, paging.pages(total))))
    };
    answered::<F>(&call, answer())
}

fn line<F: Family>(call: &Call, item: &F::Item) -> Value {
    let brand = call.access.brand;
    let mut data = F::line(item);
    data["brandName"] = brand.name.into();
    data["companyCnpj"] = brand.cnpj.into();
    data["investmentId"] = F::id(item).into();
    data
}

async fn detail<F: Family>(State(people): State<People>, Path(id): Path<String>, call: Call) -> Response {
    let answer = open::<F>(&people, &call, &id)
        .map(|item| single::<F>(&call, &format!("{}/{id}", list_path::<F>()), F::detail(&call.access, &item)));
    answered::<F>(&call, answer)
}

async fn balances<F: Family>(State(people): State<People>, Path(id): Path<String>, call: Call) -> Response {
    let answer = open::<F>(&people, &call, &id).map(|item| {
        let data = F::balance(&item, Days::of(&call.access), call.access.now);
        single::<F>(&call, &format!("{}/{id}/balances", list_path::<F>()), data)
    });
    answered::<F>(&call, answer)
}

async fn transactions<F: Family>(State(people): State<People>, Path(id): Path<String>, call: Call) -> Response {
    answered::<F>(&call, statement::<F>(&people, &call, &id, "transactions", Reach::Year))
}

async fn transactions_current<F: Family>(State(people): State<People>, Path(id): Path<String>, call: Call) -> Response {
    answered::<F>(&call, statement::<F>(&people, &call, &id, "transactions-current", Reach::Week))
}

fn statement<F: Family>(people: &People, call: &Call, id: &str, what: &str, reach: Reach) -> Answer {
    let item = open::<F>(people, call, id)?;
    let paging = Paging::of(call, format!("{}/{id}/{what}", list_path::<F>()))?;
    let (from, to) = window::dates(call, reach, paging.as_of, F::FILTERS)?;
    let seen = F::movements(&item, from, to.min(Days::at(call, paging.as_of).today));
    let data = &seen[paging.cut(seen.len())?];
    let links = Links { last: None, ..paging.links(seen.len()) };
    Ok(ok(F::VERSION, data, links, Meta::at(call.access.now)))
}
