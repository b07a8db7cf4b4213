//! `/loans/v2`, `/financings/v2`, `/unarranged-accounts-overdraft/v2`, `/invoice-financings/v2`: contracts of credit
//! (section 11.4 of the reference). The four APIs differ in little; what differs is in [`Api`] and in `wire`.

mod wire;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use serde_json::Value;

use super::call::Call;
use super::paging::Paging;
use super::reply::{Meta, Problem, ok};
use super::{Resource, holder};
use crate::Access;
use crate::people::credit::{Contract, Family};
use crate::people::history::local_date;
use crate::people::{People, ResourceStatus};

/// One of the four APIs.
#[derive(Debug)]
pub(super) struct Api {
    family: Family,
    /// The first segment of its paths, which is its scope.
    pub(super) name: &'static str,
    /// What its permissions begin with.
    permission: &'static str,
    /// Its version in `x-v`.
    pub(super) version: &'static str,
}

/// All four.
pub(super) static APIS: [Api; 4] = [
    Api { family: Family::Loan, name: "loans", permission: "LOANS", version: "2.6.0" },
    Api { family: Family::Financing, name: "financings", permission: "FINANCINGS", version: "2.4.0" },
    Api {
        family: Family::Overdraft,
        name: "unarranged-accounts-overdraft",
        permission: "UNARRANGED_ACCOUNTS_OVERDRAFT",
        version: "2.4.0",
    },
    Api { family: Family::Invoice, name: "invoice-financings", permission: "INVOICE_FINANCINGS", version: "2.4.0" },
];

type Answer = Result<Response, Problem>;

impl Api {
    fn list(&self) -> String {
        format!("/{}/v2/contracts", self.name)
    }

    fn answered(&self, call: &Call, answer: Answer) -> Response {
        answer.unwrap_or_else(|problem| problem.answer(self.version, Some(call.access.now)))
    }

    /// Fails unless the consent holds this API's permission of that kind.
    fn needs(&self, call: &Call, what: &str) -> Result<(), Problem> {
        call.needs(&format!("{}{what}_READ", self.permission))
    }

    /// The contract asked for, if the consent holds the permission, and the contract is the holder's and can be read.
    fn open(&self, people: &People, call: &Call, what: &str, id: &str) -> Result<Contract, Problem> {
        self.needs(call, what)?;
        let found = contracts(people, &call.access, self.family).into_iter().find(|contract| contract.id == id);
        let contract = found.ok_or(Problem::ResourceForbidden)?;
        Problem::of_status(contract.status(local_date(call.access.now))).map_or(Ok(contract), Err)
    }

    /// Answers with one object; only one of the APIs counts it.
    fn single(&self, call: &Call, path: &str, data: Value) -> Response {
        let now = call.access.now;
        let meta = if self.family == Family::Overdraft { Meta::counted(now, 1, 1) } else { Meta::at(now) };
        ok(self.version, data, call.links(path), meta)
    }

    /// Answers with a page of `items` and their number.
    fn paged(&self, call: &Call, path: String, items: &[Value]) -> Answer {
        let paging = Paging::of(call, path)?;
        let total = items.len();
        let meta = Meta::counted(call.access.now, total, paging.pages(total));
        Ok(ok(self.version, &items[paging.cut(total)?], paging.links(total), meta))
    }
}

pub(super) fn router() -> Router<People> {
    APIS.iter().fold(Router::new(), |router, api| {
        let list_path = api.list();
        let one = format!("{list_path}/{{id}}");
        router
            .route(&list_path, get(move |people, call| list(api, people, call)))
            .route(&one, get(move |people, id, call| detail(api, people, id, call)))
            .route(&format!("{one}/warranties"), get(move |people, id, call| warranties(api, people, id, call)))
            .route(
                &format!("{one}/scheduled-instalments"),
                get(move |people, id, call| scheduled_instalments(api, people, id, call)),
            )
            .route(&format!("{one}/payments"), get(move |people, id, call| payments(api, people, id, call)))
    })
}

fn contracts(people: &People, access: &Access, family: Family) -> Vec<Contract> {
    let Some(whose) = holder(people, access) else { return Vec::new() };
    people.contracts_of(access.brand, whose, family, access.since, access.now)
}

/// The lines of the Resources API: contracts need no choice, new ones join by themselves.
pub(super) fn resources(people: &People, access: &Access) -> Vec<Resource> {
    let today = local_date(access.now);
    let held = APIS.iter().filter(|api| access.allows(&format!("{}_READ", api.permission)));
    held.flat_map(|api| {
        contracts(people, access, api.family).into_iter().map(move |contract| {
            let status = contract.status(today).as_str();
            Resource { resource_id: contract.id, kind: api.family.resource(), status }
        })
    })
    .collect()
}

async fn list(api: &'static Api, State(people): State<People>, call: Call) -> Response {
    let answer = || -> Answer {
        api.needs(&call, "")?;
        let mut contracts = contracts(&people, &call.access, api.family);
        contracts.retain(|contract| contract.status(local_date(call.access.now)) == ResourceStatus::Available);
        let data: Vec<Value> = contracts.iter().map(|contract| wire::line(call.access.brand, contract)).collect();
        api.paged(&call, api.list(), &data)
    };
    api.answered(&call, answer())
}

async fn detail(api: &'static Api, State(people): State<People>, Path(id): Path<String>, call: Call) -> Response {
    let answer = || -> Answer {
        let contract = api.open(&people, &call, "", &id)?;
        let employer = people.employer_behind(&contract);
        let data = wire::detail(call.access.brand, &contract, employer, call.access.now);
        Ok(api.single(&call, &format!("{}/{id}", api.list()), data))
    };
    api.answered(&call, answer())
}

async fn warranties(api: &'static Api, State(people): State<People>, Path(id): Path<String>, call: Call) -> Response {
    let answer = || -> Answer {
        let contract = api.open(&people, &call, "_WARRANTIES", &id)?;
        let data: Vec<Value> = wire::warranty(&contract).into_iter().collect();
        api.paged(&call, format!("{}/{id}/warranties", api.list()), &data)
    };
    api.answered(&call, answer())
}

async fn scheduled_instalments(
    api: &'static Api,
    State(people): State<People>,
    Path(id): Path<String>,
    call: Call,
) -> Response {
    let answer = || -> Answer {
        let contract = api.open(&people, &call, "_SCHEDULED_INSTALMENTS", &id)?;
        let data = wire::instalments(&contract, call.access.now);
        Ok(api.single(&call, &format!("{}/{id}/scheduled-instalments", api.list()), data))
    };
    api.answered(&call, answer())
}

async fn payments(api: &'static Api, State(people): State<People>, Path(id): Path<String>, call: Call) -> Response {
    let answer = || -> Answer {
        let contract = api.open(&people, &call, "_PAYMENTS", &id)?;
        let data = wire::payments(&contract, call.access.now);
        Ok(api.single(&call, &format!("{}/{id}/payments", api.list()), data))
    };
    api.answered(&call, answer())
}
