//! The investment APIs: who may see what, filters, pages, and every answer against the official descriptions.

use std::collections::HashSet;

use http::StatusCode;
use jiff::SignedDuration;
use serde_json::Value;

use super::conformance::check;
use super::schema::Description;
use super::{ALICE, Answer, GABRIEL, JANICE, RALPH, ask, get, grant, grant_of};
use crate::data::resources;
use crate::people::People;
use crate::{Access, BRANDS};

/// An API as the tests look at it.
struct Api {
    scope: &'static str,
    permission: &'static str,
    kind: &'static str,
    description: &'static str,
    from: &'static str,
    to: &'static str,
}

const fn api(scope: &'static str, permission: &'static str, kind: &'static str, description: &'static str) -> Api {
    Api { scope, permission, kind, description, from: "fromTransactionDate", to: "toTransactionDate" }
}

const APIS: [Api; 5] = [
    api("bank-fixed-incomes", "BANK_FIXED_INCOMES_READ", "BANK_FIXED_INCOME", "bank-fixed-incomes-1.1.0.yml"),
    api("credit-fixed-incomes", "CREDIT_FIXED_INCOMES_READ", "CREDIT_FIXED_INCOME", "credit-fixed-incomes-1.1.0.yml"),
    api("treasure-titles", "TREASURE_TITLES_READ", "TREASURE_TITLE", "treasure-titles-1.1.0.yml"),
    Api {
        from: "fromTransactionConversionDate",
        to: "toTransactionConversionDate",
        ..api("funds", "FUNDS_READ", "FUND", "funds-1.1.0.yml")
    },
    api("variable-incomes", "VARIABLE_INCOMES_READ", "VARIABLE_INCOME", "variable-incomes-1.3.0.yml"),
];

impl Api {
    fn list(&self) -> String {
        format!("/{}/v1/investments", self.scope)
    }

    fn year(&self) -> String {
        format!("{}=2025-11-22&{}=2026-11-22&page-size=1000", self.from, self.to)
    }

    fn week(&self) -> String {
        format!("{}=2026-11-16&{}=2026-11-22", self.from, self.to)
    }
}

async fn ids(people: &People, access: &Access, api: &Api) -> Vec<String> {
    let answer = get(people, access, &format!("{}?page-size=1000", api.list())).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let data = answer.body["data"].as_array().unwrap();
    data.iter().map(|item| item["investmentId"].as_str().unwrap().to_owned()).collect()
}

fn items(answer: &Answer) -> &Vec<Value> {
    answer.body["data"].as_array().unwrap()
}

/// Every grant that the network's people can give.
pub(super) fn every_grant(people: &People) -> Vec<Access> {
    let mut all = Vec::new();
    for brand in &BRANDS {
        for person in people.all() {
            let companies = people.companies_of(person).into_iter().filter(|_| brand.companies).map(Some);
            let own = brand.persons.then_some(None);
            all.extend(own.into_iter().chain(companies).map(|company| grant(people, brand, person, company)));
        }
    }
    all
}

#[tokio::test]
async fn every_answer_for_everybody_looks_as_described() {
    let people = People::new();
    for api in &APIS {
        let Some(description) = Description::read(api.description) else { return };
        for access in every_grant(&people) {
            let answer = get(&people, &access, &api.list()).await;
            check(&description, "/investments", &answer, &access.person);
            for id in ids(&people, &access, api).await {
                for (operation, query) in [
                    ("", String::new()),
                    ("/balances", String::new()),
                    ("/transactions", api.year()),
                    ("/transactions-current", api.week()),
                ] {
                    let answer = get(&people, &access, &format!("{}/{id}{operation}?{query}", api.list())).await;
                    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
                    check(&description, &format!("/investments/{{investmentId}}{operation}"), &answer, &access.person);
                }
            }
        }
    }
}

#[tokio::test]
async fn refusals_look_as_described() {
    let people = People::new();
    let access = grant_of(&people, RALPH);
    for api in &APIS {
        let Some(description) = Description::read(api.description) else { return };
        for query in ["?page=0", "?page=x", "?page=99", "?page-size=1001", "?page=1&page=2"] {
            let answer = get(&people, &access, &format!("{}{query}", api.list())).await;
            assert!(answer.status.is_client_error(), "{query}");
            check(&description, "/investments", &answer, query);
        }
        let one = format!("{}/{}", api.list(), ids(&people, &access, api).await[0]);
        let old = format!("{one}/transactions?{}=1999-01-01&{}=1999-01-02", api.from, api.to);
        check(&description, "/investments/{investmentId}/transactions", &get(&people, &access, &old).await, "old");
        let strange = get(&people, &access, &format!("{}/0000/balances", api.list())).await;
        assert_eq!((strange.status, strange.code()), (StatusCode::FORBIDDEN, "RESOURCE_FORBIDDEN"));
        check(&description, "/investments/{investmentId}/balances", &strange, "strange");
    }
}

#[tokio::test]
async fn each_family_needs_its_own_permission() {
    let people = People::new();
    for api in &APIS {
        let full = grant_of(&people, RALPH);
        let id = &ids(&people, &full, api).await[0];
        let mut without = full.clone();
        without.permissions.retain(|held| held != api.permission);
        let mut only = full.clone();
        only.permissions = vec![api.permission.to_owned()];
        for path in ["", "/balances", "/transactions", "/transactions-current"] {
            let path = format!("{}/{id}{path}", api.list());
            let answer = get(&people, &without, &path).await;
            assert_eq!((answer.status, answer.code()), (StatusCode::FORBIDDEN, "PERMISSAO_INSUFICIENTE"), "{path}");
            assert_eq!(get(&people, &only, &path).await.status, StatusCode::OK, "{path}");
        }
        assert_eq!(get(&people, &without, &api.list()).await.status, StatusCode::FORBIDDEN);
        assert!(resources(&people, &without).iter().all(|resource| resource.kind != api.kind));
        assert!(resources(&people, &only).iter().all(|resource| resource.kind == api.kind));
        let bare = ask(&people, None, "GET", &api.list()).await;
        assert_eq!((bare.status, bare.code()), (StatusCode::UNAUTHORIZED, "NAO_AUTORIZADO"));
        let post = ask(&people, Some(&full), "POST", &api.list()).await;
        assert_eq!(post.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(post.headers["x-v"], get(&people, &full, &api.list()).await.headers["x-v"]);
    }
}

#[tokio::test]
async fn who_owns_nothing_gets_an_empty_list() {
    let people = People::new();
    for (api, cpf) in APIS.iter().flat_map(|api| [(api, JANICE), (api, GABRIEL)]) {
        let access = grant_of(&people, cpf);
        let answer = get(&people, &access, &api.list()).await;
        assert_eq!((answer.status, items(&answer).len()), (StatusCode::OK, 0));
        assert_eq!(answer.body["meta"]["totalRecords"], 0);
        assert!(resources(&people, &access).iter().all(|resource| resource.kind != api.kind));
    }
}

#[tokio::test]
async fn nobody_sees_what_others_own() {
    let people = People::new();
    let company = people.company("50685362006773").unwrap();
    let ralph = people.by_document(RALPH).unwrap();
    for api in &APIS {
        let own = grant_of(&people, RALPH);
        let others = [
            grant_of(&people, ALICE),
            grant(&people, &BRANDS[0], ralph, Some(company)),
            grant(&people, &BRANDS[1], ralph, None),
        ];
        for id in ids(&people, &own, api).await {
            for access in &others {
                let answer = get(&people, access, &format!("{}/{id}", api.list())).await;
                assert_eq!((answer.status, answer.code()), (StatusCode::FORBIDDEN, "RESOURCE_FORBIDDEN"));
            }
        }
        let mut stranger = others[1].clone();
        stranger.person = ALICE.to_owned();
        assert!(ids(&people, &stranger, api).await.is_empty());
    }
}

#[tokio::test]
async fn windows_need_both_ends_and_stay_within_reach() {
    let people = People::new();
    let access = grant_of(&people, RALPH);
    for api in &APIS {
        let one = format!("{}/{}", api.list(), ids(&people, &access, api).await[0]);
        for (what, from, to, expected) in [
            ("transactions", "2025-11-22", "2026-11-22", 200),
            ("transactions", "2025-11-21", "2026-11-22", 422),
            ("transactions", "2026-11-22", "2026-11-21", 422),
            ("transactions", "2026-11-31", "2026-11-22", 400),
            ("transactions", "22/11/2026", "2026-11-22", 400),
            ("transactions-current", "2026-11-16", "2026-11-22", 200),
            ("transactions-current", "2026-11-15", "2026-11-22", 422),
            ("transactions-current", "2026-11-16", "2026-11-23", 422),
        ] {
            let path = format!("{one}/{what}?{}={from}&{}={to}", api.from, api.to);
            assert_eq!(get(&people, &access, &path).await.status.as_u16(), expected, "{path}");
        }
        for half in [format!("{}=2026-11-20", api.from), format!("{}=2026-11-22", api.to)] {
            let answer = get(&people, &access, &format!("{one}/transactions?{half}")).await;
            assert_eq!((answer.status.as_u16(), answer.code()), (422, "PERIODO_INVALIDO"), "{half}");
        }
    }
}

#[tokio::test]
async fn without_a_window_it_is_today() {
    let people = People::new();
    for api in &APIS {
        let mut access = grant_of(&people, RALPH);
        let mut days = 0;
        for id in ids(&people, &access, api).await {
            let path = format!("{}/{id}/transactions", api.list());
            let year = get(&people, &access, &format!("{path}?{}", api.year())).await;
            let Some(newest) = items(&year).first() else { continue };
            let date = newest["transactionDate"].as_str().or(newest["transactionConversionDate"].as_str()).unwrap();
            let now = access.now;
            access.now = format!("{date}T20:00:00Z").parse().unwrap();
            let today = get(&people, &access, &path).await;
            // Shares are shown up to the day before.
            let id = newest["transactionId"].as_str().unwrap();
            assert_eq!(today.body.to_string().contains(id), api.scope != "variable-incomes");
            access.now = format!("{date}T13:00:00Z").parse().unwrap();
            let early = get(&people, &access, &path).await;
            assert!(!early.body.to_string().contains(id), "it can be read at eleven o'clock");
            access.now = now;
            days += 1;
        }
        assert!(days > 0, "{}", api.scope);
    }
}

#[tokio::test]
async fn pages_hold_the_same_as_one_great_page() {
    let people = People::new();
    let access = grant_of(&people, RALPH);
    for api in &APIS {
        for id in ids(&people, &access, api).await {
            let path = format!("{}/{id}/transactions", api.list());
            let whole = get(&people, &access, &format!("{path}?{}", api.year())).await;
            let narrow = api.year().replace("page-size=1000", "page-size=2");
            let (mut next, mut all) = (Some(format!("{path}?{narrow}")), Vec::new());
            while let Some(address) = next {
                let page = get(&people, &access, &address).await;
                assert!(page.body["links"].get("last").is_none());
                all.extend(items(&page).iter().cloned());
                next = page.body["links"].get("next").map(|link| link.as_str().unwrap().to_owned());
            }
            assert_eq!(&all, items(&whole));
            let unique: HashSet<&str> = all.iter().map(|item| item["transactionId"].as_str().unwrap()).collect();
            assert_eq!(unique.len(), all.len());
        }
    }
}

#[tokio::test]
async fn resources_are_those_of_the_lists_and_what_was_over_long_ago() {
    let people = People::new();
    for api in &APIS {
        let mut access = grant_of(&people, RALPH);
        for days in [0, 250, 500] {
            access.now = "2026-11-22T15:00:00Z".parse().unwrap();
            access.now += SignedDuration::from_hours(24 * days);
            let mut available: Vec<String> = Vec::new();
            for resource in resources(&people, &access).into_iter().filter(|resource| resource.kind == api.kind) {
                let answer = get(&people, &access, &format!("{}/{}", api.list(), resource.resource_id)).await;
                match resource.status {
                    "AVAILABLE" => {
                        assert_eq!(answer.status, StatusCode::OK);
                        available.push(resource.resource_id);
                    }
                    status => {
                        assert_eq!(status, "UNAVAILABLE");
                        assert_eq!(answer.code(), "STATUS_RESOURCE_UNAVAILABLE");
                    }
                }
            }
            assert_eq!(available, ids(&people, &access, api).await, "{days}");
        }
    }
}

#[tokio::test]
async fn what_was_over_before_the_consent_is_not_mentioned() {
    let people = People::new();
    let mut access = grant_of(&people, RALPH);
    access.now = "2027-11-22T15:00:00Z".parse().unwrap();
    let gone = |access: &Access| {
        resources(&people, access).into_iter().filter(|resource| resource.status == "UNAVAILABLE").count()
    };
    assert!(gone(&access) > 0);
    access.since = access.now;
    assert_eq!(gone(&access), 0);
}

#[tokio::test]
async fn brokers_notes_add_up_and_are_found_by_the_trades_only() {
    let people = People::new();
    let description = Description::read("variable-incomes-1.3.0.yml");
    let api = &APIS[4];
    let mut shared_notes = 0;
    for access in every_grant(&people) {
        let mut traded: std::collections::BTreeMap<String, (i64, usize)> = std::collections::BTreeMap::new();
        for id in ids(&people, &access, api).await {
            let path = format!("{}/{id}/transactions?{}", api.list(), api.year());
            for item in items(&get(&people, &access, &path).await) {
                let Some(note) = item["brokerNoteId"].as_str() else {
                    assert!(["DIVIDENDOS", "JCP"].contains(&item["transactionType"].as_str().unwrap()));
                    continue;
                };
                let entry = traded.entry(note.to_owned()).or_default();
                *entry = (entry.0 + cents(&item["transactionValue"]), entry.1 + 1);
            }
        }
        for (id, (value, trades)) in traded {
            shared_notes += usize::from(trades > 1);
            let answer = get(&people, &access, &format!("/variable-incomes/v1/broker-notes/{id}")).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
            if let Some(description) = &description {
                check(description, "/broker-notes/{brokerNoteId}", &answer, &id);
            }
            let data = &answer.body["data"];
            assert_eq!(cents(&data["grossValue"]), value, "{data}");
            let costs: i64 = COSTS.iter().map(|name| cents(&data[*name])).sum();
            let net = cents(&data["netValue"]);
            assert!(costs > 0 && (net + costs).abs() <= value && (net + costs - value) % 2 == 0, "{data}");
        }
    }
    assert!(shared_notes > 0);
    let access = grant_of(&people, RALPH);
    let answer = get(&people, &access, "/variable-incomes/v1/broker-notes/0000").await;
    assert_eq!((answer.status, answer.code()), (StatusCode::FORBIDDEN, "RESOURCE_FORBIDDEN"));
}

const COSTS: [&str; 8] = [
    "brokerageFee",
    "clearingSettlementFee",
    "clearingRegistrationFee",
    "stockExchangeAssetTradeNoticeFee",
    "stockExchangeFee",
    "clearingCustodyFee",
    "taxes",
    "incomeTax",
];

fn cents(amount: &Value) -> i64 {
    amount["amount"].as_str().unwrap().replace('.', "").parse().unwrap()
}

#[tokio::test]
async fn balances_are_quantity_times_price_and_lose_nothing_but_taxes() {
    let people = People::new();
    for access in every_grant(&people) {
        for api in &APIS {
            for id in ids(&people, &access, api).await {
                let answer = get(&people, &access, &format!("{}/{id}/balances", api.list())).await;
                let data = &answer.body["data"];
                let number = |value: &Value| value.as_str().unwrap().parse::<f64>().unwrap();
                let quantity = number(data.get("quantity").unwrap_or(&data["quotaQuantity"]));
                let price = ["updatedUnitPrice", "quotaGrossPriceValue", "closingPrice"];
                let price = number(&price.iter().find_map(|name| data.get(*name)).unwrap()["amount"]);
                let gross = number(&data["grossAmount"]["amount"]);
                assert!((gross - quantity * price).abs() < 0.0051, "{data}");
                let taxes =
                    ["incomeTax", "financialTransactionTax", "incomeTaxProvision", "financialTransactionTaxProvision"];
                let taxes: i64 = taxes.iter().filter_map(|name| data.get(*name)).map(cents).sum();
                if let Some(net) = data.get("netAmount") {
                    assert_eq!(cents(net) + taxes, cents(&data["grossAmount"]), "{data}");
                }
            }
        }
    }
}
