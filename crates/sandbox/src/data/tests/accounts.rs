//! Who may see which account.

use http::StatusCode;

use super::{ALICE, GABRIEL, JANICE, RALPH, ask, get, grant, grant_of};
use crate::data::resources;
use crate::people::People;
use crate::{Access, BRANDS, Brand};

const LIST: &str = "/accounts/v2/accounts";
const OF_ONE: [(&str, &str); 6] = [
    ("", "ACCOUNTS_READ"),
    ("/balances", "ACCOUNTS_BALANCES_READ"),
    ("/reserved-balances", "ACCOUNTS_BALANCES_READ"),
    ("/overdraft-limits", "ACCOUNTS_OVERDRAFT_LIMITS_READ"),
    ("/transactions", "ACCOUNTS_TRANSACTIONS_READ"),
    ("/transactions-current", "ACCOUNTS_TRANSACTIONS_READ"),
];

#[tokio::test]
async fn the_main_person_has_the_published_accounts() {
    let people = People::new();
    let access = grant_of(&people, RALPH);
    let answer = get(&people, &access, LIST).await;
    assert_eq!(answer.headers["x-v"], "2.5.0");
    assert_eq!(answer.body["links"]["self"], "https://127.0.0.1:8091/mockbank/open-banking/accounts/v2/accounts");
    assert_eq!(answer.body["meta"]["totalRecords"], 2);
    let first = &answer.body["data"][0];
    assert_eq!(
        (&first["branchCode"], &first["number"], &first["checkDigit"]),
        (&"6272".into(), &"94088392".into(), &"4".into())
    );
    let second = &answer.body["data"][1];
    assert_eq!((&second["type"], &second["number"]), (&"CONTA_POUPANCA".into(), &"11188222".into()));
    let answer = get(&people, &access, &format!("{LIST}/{}/balances", access.accounts[0])).await;
    let text = answer.body["data"].to_string();
    assert!(text.contains("\"currency\":\"BRL\"") && !text.contains("null"), "{text}");
}

#[tokio::test]
async fn the_list_can_be_narrowed_to_a_type() {
    let people = People::new();
    let access = grant_of(&people, RALPH);
    for (kind, count) in [("CONTA_DEPOSITO_A_VISTA", 1), ("CONTA_POUPANCA", 1), ("CONTA_PAGAMENTO_PRE_PAGA", 0)] {
        let answer = get(&people, &access, &format!("{LIST}?accountType={kind}")).await;
        assert_eq!(answer.body["data"].as_array().unwrap().len(), count);
        assert_eq!(answer.body["meta"]["totalPages"], 1);
    }
    assert_eq!(get(&people, &access, &format!("{LIST}?accountType=CONTA")).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn nothing_without_a_grant() {
    let people = People::new();
    let answer = ask(&people, None, "GET", LIST).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::UNAUTHORIZED, "NAO_AUTORIZADO"));
}

#[tokio::test]
async fn only_reading() {
    let people = People::new();
    let access = grant_of(&people, RALPH);
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        let answer = ask(&people, Some(&access), method, LIST).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::METHOD_NOT_ALLOWED, "METODO_NAO_PERMITIDO"));
    }
}

#[tokio::test]
async fn every_path_needs_its_own_permission() {
    let people = People::new();
    let full = grant_of(&people, RALPH);
    for (path, permission) in OF_ONE {
        let mut access = full.clone();
        access.permissions.retain(|held| held != permission);
        let answer = get(&people, &access, &format!("{LIST}/{}{path}", full.accounts[0])).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::FORBIDDEN, "PERMISSAO_INSUFICIENTE"), "{path}");
        access.permissions = vec![permission.to_owned()];
        let answer = get(&people, &access, &format!("{LIST}/{}{path}", full.accounts[0])).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn only_what_was_chosen_and_only_ones_own() {
    let people = People::new();
    let janice = grant_of(&people, JANICE);
    let other_brand = grant(&people, &BRANDS[1], people.by_document(RALPH).unwrap(), None);
    let mut access = grant_of(&people, RALPH);
    let dropped = access.accounts.remove(1);
    assert_eq!(get(&people, &access, LIST).await.body["meta"]["totalRecords"], 1);
    // Even an id that the grant names by mistake stays closed when somebody else holds the account.
    access.accounts.push(janice.accounts[0].clone());
    access.accounts.push(other_brand.accounts[0].clone());
    for id in [dropped.as_str(), &janice.accounts[0], &other_brand.accounts[0], "unknown", "..%2f..", "%F0%9F%92%A5"] {
        for (path, _) in OF_ONE {
            let answer = get(&people, &access, &format!("{LIST}/{id}{path}")).await;
            assert_eq!((answer.status, answer.code()), (StatusCode::FORBIDDEN, "RESOURCE_FORBIDDEN"), "{id}{path}");
        }
    }
    assert_eq!(get(&people, &access, LIST).await.body["meta"]["totalRecords"], 1);
}

#[tokio::test]
async fn what_awaits_a_second_holder_is_listed_as_a_resource_only() {
    let people = People::new();
    let access = grant_of(&people, GABRIEL);
    let listed = resources(&people, &access);
    assert!(listed.len() == 2 && listed.iter().all(|r| r.status == "PENDING_AUTHORISATION" && r.kind == "ACCOUNT"));
    assert_eq!(get(&people, &access, LIST).await.body["data"].as_array().unwrap().len(), 0);
    for (path, _) in OF_ONE {
        let answer = get(&people, &access, &format!("{LIST}/{}{path}", access.accounts[0])).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(answer.code(), "STATUS_RESOURCE_PENDING_AUTHORISATION");
    }
}

#[tokio::test]
async fn a_company_s_account_is_reached_only_when_acting_for_it() {
    let people = People::new();
    let ralph = people.by_document(RALPH).unwrap();
    let company = people.company("50685362006773").unwrap();
    let mut for_company = grant(&people, &BRANDS[0], ralph, Some(company));
    for_company.permissions = vec!["ACCOUNTS_READ".to_owned()];
    assert_eq!(accounts(&people, &for_company), 1);
    assert_eq!(get(&people, &for_company, LIST).await.body["meta"]["totalRecords"], 1);
    let mut private = for_company.clone();
    private.company = None;
    assert_eq!(accounts(&people, &private), 0);
    let mut stranger = for_company.clone();
    stranger.person = ALICE.to_owned();
    assert_eq!(accounts(&people, &stranger), 0);
    let mut unknown = for_company;
    unknown.company = Some("00000000000000".to_owned());
    assert_eq!(accounts(&people, &unknown), 0);
}

#[tokio::test]
async fn resources_need_the_permission_and_the_choice() {
    let people = People::new();
    let mut access = grant_of(&people, RALPH);
    assert_eq!(accounts(&people, &access), 2);
    access.accounts.remove(1);
    assert_eq!(accounts(&people, &access), 1);
    access.permissions.retain(|held| held != "ACCOUNTS_READ");
    assert_eq!(accounts(&people, &access), 0);
}

/// How many accounts are listed as resources.
fn accounts(people: &People, access: &Access) -> usize {
    resources(people, access).iter().filter(|line| line.kind == "ACCOUNT").count()
}

#[tokio::test]
async fn reserves_exist_at_one_brand_only() {
    let people = People::new();
    let person = people.by_document(ALICE).unwrap();
    for brand in BRANDS.iter().filter(|brand| brand.persons) {
        let access = grant(&people, brand, person, None);
        let base = format!("{LIST}/{}", access.accounts[0]);
        let (reserves, balances) = (
            get(&people, &access, &format!("{base}/reserved-balances")).await,
            get(&people, &access, &format!("{base}/balances")).await,
        );
        let flag = balances.body["data"].get("hasReservedBalance").cloned();
        if brand.slug == "mockbank" {
            assert_eq!(reserves.body["data"].as_array().unwrap().len(), 1);
            assert_eq!(flag, Some(true.into()));
        } else {
            assert_eq!(reserves.status, StatusCode::NOT_FOUND);
            assert_eq!(flag, None);
        }
    }
}

#[test]
fn ids_of_accounts_are_opaque_unique_and_always_the_same() {
    let (one, other) = (People::new(), People::new());
    let mut seen = std::collections::HashSet::new();
    for brand in &BRANDS {
        for person in one.all() {
            let here: Vec<String> = ids(&one, brand, person.cpf);
            assert_eq!(here, ids(&other, brand, person.cpf));
            for id in here {
                assert!(id.len() <= 100 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
                assert!(!id.contains(person.cpf));
                assert!(seen.insert(id));
            }
        }
    }
}

fn ids(people: &People, brand: &Brand, cpf: &str) -> Vec<String> {
    let person = people.by_document(cpf).unwrap();
    people.accounts_of(brand, person, None).iter().map(|account| account.id.clone()).collect()
}
