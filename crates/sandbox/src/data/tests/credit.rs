//! Who may see which contract, and how.

use http::StatusCode;
use serde_json::Value;

use super::{Answer, JANICE, RALPH, get, grant, grant_of};
use crate::data::resources;
use crate::people::People;
use crate::{Access, BRANDS};

const DEISE: &str = "15719158502";
/// The APIs, their permissions, the types of their resources.
const APIS: [(&str, &str, &str); 4] = [
    ("loans", "LOANS", "LOAN"),
    ("financings", "FINANCINGS", "FINANCING"),
    ("unarranged-accounts-overdraft", "UNARRANGED_ACCOUNTS_OVERDRAFT", "UNARRANGED_ACCOUNT_OVERDRAFT"),
    ("invoice-financings", "INVOICE_FINANCINGS", "INVOICE_FINANCING"),
];
const PATHS: [(&str, &str); 4] = [
    ("", ""),
    ("/warranties", "_WARRANTIES"),
    ("/scheduled-instalments", "_SCHEDULED_INSTALMENTS"),
    ("/payments", "_PAYMENTS"),
];

fn items(answer: &Answer) -> &[Value] {
    answer.body["data"].as_array().unwrap()
}

fn contracts(people: &People, access: &Access, kind: &str) -> Vec<String> {
    let lines = resources(people, access).into_iter().filter(|line| line.kind == kind);
    lines.map(|line| line.resource_id).collect()
}

#[tokio::test]
async fn the_main_person_has_contracts_of_every_family() {
    let people = People::new();
    let access = grant_of(&people, RALPH);
    for (api, _, kind) in APIS {
        let list = get(&people, &access, &format!("/{api}/v2/contracts")).await;
        let listed: Vec<&str> = items(&list).iter().map(|item| item["contractId"].as_str().unwrap()).collect();
        assert!(!listed.is_empty());
        assert_eq!(contracts(&people, &access, kind), listed);
        assert_eq!(list.headers["x-v"], if api == "loans" { "2.6.0" } else { "2.4.0" });
        let base = format!("/{api}/v2/contracts/{}", listed[0]);
        let payments = get(&people, &access, &format!("{base}/payments")).await;
        let parts = get(&people, &access, &format!("{base}/scheduled-instalments")).await;
        assert_eq!(payments.body["data"]["paidInstalments"], parts.body["data"]["paidInstalments"]);
        let sum: u64 = ["paidInstalments", "dueInstalments", "pastDueInstalments"]
            .iter()
            .map(|name| parts.body["data"][name].as_u64().unwrap())
            .sum();
        assert_eq!(parts.body["data"]["totalNumberOfInstalments"], sum);
    }
}

#[tokio::test]
async fn every_path_needs_its_own_permission() {
    let people = People::new();
    let full = grant_of(&people, RALPH);
    for (api, prefix, kind) in APIS {
        let id = contracts(&people, &full, kind).remove(0);
        for (path, part) in PATHS {
            let permission = format!("{prefix}{part}_READ");
            let mut access = full.clone();
            access.permissions.retain(|held| *held != permission);
            let address = format!("/{api}/v2/contracts/{id}{path}");
            let answer = get(&people, &access, &address).await;
            assert_eq!((answer.status, answer.code()), (StatusCode::FORBIDDEN, "PERMISSAO_INSUFICIENTE"), "{address}");
            access.permissions = vec![permission];
            assert_eq!(get(&people, &access, &address).await.status, StatusCode::OK, "{address}");
        }
        let mut access = full.clone();
        access.permissions.retain(|held| *held != format!("{prefix}_READ"));
        assert!(contracts(&people, &access, kind).is_empty());
        assert_eq!(get(&people, &access, &format!("/{api}/v2/contracts")).await.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn nobody_opens_another_s_contract_or_one_of_another_family_or_brand() {
    let people = People::new();
    let access = grant_of(&people, RALPH);
    let elsewhere = grant(&people, &BRANDS[1], people.by_document(RALPH).unwrap(), None);
    let strange = [
        contracts(&people, &grant_of(&people, JANICE), "FINANCING").remove(0),
        contracts(&people, &access, "LOAN").remove(0),
        contracts(&people, &elsewhere, "FINANCING").remove(0),
        "unknown".to_owned(),
        "..%2f..".to_owned(),
    ];
    for id in strange {
        for (path, _) in PATHS {
            let answer = get(&people, &access, &format!("/financings/v2/contracts/{id}{path}")).await;
            assert_eq!((answer.status, answer.code()), (StatusCode::FORBIDDEN, "RESOURCE_FORBIDDEN"), "{id}{path}");
        }
    }
}

#[tokio::test]
async fn many_contracts_come_in_pages() {
    let people = People::new();
    let access = grant_of(&people, JANICE);
    let first = get(&people, &access, "/invoice-financings/v2/contracts").await;
    assert_eq!(items(&first).len(), 25);
    let total = first.body["meta"]["totalRecords"].as_u64().unwrap();
    assert!(total > 25);
    let mut seen = items(&first).len() as u64;
    let mut next = first.body["links"]["next"].as_str().map(str::to_owned);
    while let Some(address) = next {
        let answer = get(&people, &access, &address).await;
        seen += items(&answer).len() as u64;
        next = answer.body["links"]["next"].as_str().map(str::to_owned);
    }
    assert_eq!(seen, total);
}

#[tokio::test]
async fn a_blocked_contract_is_a_resource_only() {
    let people = People::new();
    let access = grant_of(&people, DEISE);
    let blocked = resources(&people, &access).into_iter().filter(|line| line.status == "TEMPORARILY_UNAVAILABLE");
    let blocked: Vec<String> = blocked.map(|line| line.resource_id).collect();
    assert!(!blocked.is_empty());
    let list = get(&people, &access, "/loans/v2/contracts").await;
    assert!(items(&list).iter().all(|item| !blocked.iter().any(|id| item["contractId"] == id.as_str())));
    for (path, _) in PATHS {
        let answer = get(&people, &access, &format!("/loans/v2/contracts/{}{path}", blocked[0])).await;
        assert_eq!(answer.code(), "STATUS_RESOURCE_TEMPORARILY_UNAVAILABLE");
    }
}

#[tokio::test]
async fn a_contract_settled_long_ago_is_unavailable_to_whoever_had_it() {
    let people = People::new();
    let mut access = grant_of(&people, RALPH);
    access.since = "2024-11-22T12:00:00Z".parse().unwrap();
    let mut lines = resources(&people, &access).into_iter();
    let gone =
        |line: &crate::data::Resource| line.status == "UNAVAILABLE" && line.kind == "UNARRANGED_ACCOUNT_OVERDRAFT";
    let gone = lines.find(gone).unwrap();
    let path = format!("/unarranged-accounts-overdraft/v2/contracts/{}", gone.resource_id);
    assert_eq!(get(&people, &access, &path).await.code(), "STATUS_RESOURCE_UNAVAILABLE");
    access.since = access.now;
    assert!(resources(&people, &access).iter().all(|line| line.status != "UNAVAILABLE"));
    assert_eq!(get(&people, &access, &path).await.code(), "RESOURCE_FORBIDDEN");
}

#[tokio::test]
async fn payroll_credit_names_the_employer() {
    let people = People::new();
    let access = grant_of(&people, RALPH);
    let mut named = 0;
    for id in contracts(&people, &access, "LOAN") {
        let answer = get(&people, &access, &format!("/loans/v2/contracts/{id}")).await;
        let payroll = answer.body["data"]["productSubType"] == "CREDITO_PESSOAL_COM_CONSIGNACAO";
        assert_eq!(answer.body["data"].get("cnpjConsignee").is_some(), payroll);
        named += usize::from(payroll);
    }
    assert!(named > 0);
}
