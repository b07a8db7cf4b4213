//! Who may see whose data.

use http::StatusCode;

use super::{ALICE, JANICE, RALPH, get, grant, grant_of};
use crate::BRANDS;
use crate::people::People;

const PATHS: [(&str, &str); 3] = [
    ("identifications", "IDENTIFICATIONS_READ"),
    ("qualifications", "ADITTIONALINFO_READ"),
    ("financial-relations", "ADITTIONALINFO_READ"),
];

#[tokio::test]
async fn a_person_is_who_they_are() {
    let people = People::new();
    let access = grant_of(&people, RALPH);
    let answer = get(&people, &access, "/customers/v2/personal/identifications").await;
    assert_eq!(answer.headers["x-v"], "2.3.0");
    let data = &answer.body["data"][0];
    assert_eq!(data["civilName"], "Ralph Bragg");
    assert_eq!(data["documents"]["cpfNumber"], RALPH);
    assert_eq!(data["birthDate"], "1989-03-23");
    assert_eq!(data["contacts"]["postalAddresses"][0]["address"], "Rua Laguna, 129");
    assert_eq!(data["contacts"]["emails"][0]["email"], "ralph.bragg@gmail.com");
    let relation = get(&people, &access, "/customers/v2/personal/financial-relations").await;
    assert_eq!(relation.body["data"]["accounts"][0]["number"], "94088392");
    let kinds = [
        "CONTA_DEPOSITO_A_VISTA",
        "CONTA_POUPANCA",
        "CARTAO_CREDITO",
        "OPERACAO_CREDITO",
        "INVESTIMENTO",
        "OPERACOES_CAMBIO",
    ];
    assert_eq!(relation.body["data"]["productsServicesType"], serde_json::json!(kinds));
    let other = get(&people, &grant_of(&people, super::GABRIEL), "/customers/v2/personal/financial-relations").await;
    assert_eq!(other.body["data"]["productsServicesType"], serde_json::json!(kinds[..2]));
}

#[tokio::test]
async fn a_company_with_letters_in_its_number_is_served() {
    let people = People::new();
    let company = people.company("5W685362006744").unwrap();
    let access = grant(&people, &BRANDS[0], people.by_document(ALICE).unwrap(), Some(company));
    let answer = get(&people, &access, "/customers/v2/business/identifications").await;
    assert_eq!(answer.body["data"][0]["cnpjNumber"], "5W685362006744");
    assert_eq!(answer.body["data"][0]["parties"][0]["documentNumber"], ALICE);
}

#[tokio::test]
async fn five_people_may_each_act_for_the_practice() {
    let people = People::new();
    let company = people.company("43053510000130").unwrap();
    let users = people.users_of(company);
    assert_eq!(users.len(), 5);
    for user in users {
        let access = grant(&people, &BRANDS[0], user, Some(company));
        let answer = get(&people, &access, "/customers/v2/business/identifications").await;
        assert_eq!(answer.body["data"][0]["parties"].as_array().unwrap().len(), 5);
        assert!(!access.accounts.is_empty());
    }
}

#[tokio::test]
async fn every_path_needs_its_own_permission() {
    let people = People::new();
    let ralph = people.by_document(RALPH).unwrap();
    let company = people.companies_of(ralph)[0];
    for (whose, company) in [("personal", None), ("business", Some(company))] {
        let full = grant(&people, &BRANDS[0], ralph, company);
        for (path, permission) in PATHS {
            let permission = format!("CUSTOMERS_{}_{permission}", whose.to_uppercase());
            let path = format!("/customers/v2/{whose}/{path}");
            let mut access = full.clone();
            access.permissions.retain(|held| *held != permission);
            let answer = get(&people, &access, &path).await;
            assert_eq!((answer.status, answer.code()), (StatusCode::FORBIDDEN, "PERMISSAO_INSUFICIENTE"));
            access.permissions = vec![permission];
            assert_eq!(get(&people, &access, &path).await.status, StatusCode::OK);
        }
    }
}

#[tokio::test]
async fn a_person_s_grant_opens_no_company_and_the_other_way_round() {
    let people = People::new();
    let ralph = people.by_document(RALPH).unwrap();
    let company = people.companies_of(ralph)[0];
    for (whose, company) in [("business", None), ("personal", Some(company))] {
        let access = grant(&people, &BRANDS[0], ralph, company);
        for (path, _) in PATHS {
            let answer = get(&people, &access, &format!("/customers/v2/{whose}/{path}")).await;
            assert_eq!((answer.status, answer.code()), (StatusCode::FORBIDDEN, "RESOURCE_FORBIDDEN"));
        }
    }
    let mut stranger = grant(&people, &BRANDS[0], ralph, Some(company));
    stranger.person = ALICE.to_owned();
    let answer = get(&people, &stranger, "/customers/v2/business/identifications").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_list_of_one_has_one_page() {
    let people = People::new();
    let access = grant_of(&people, RALPH);
    let path = "/customers/v2/personal/identifications";
    for (query, status, code) in [
        ("?page=2", StatusCode::UNPROCESSABLE_ENTITY, "PAGE_NOT_FOUND"),
        ("?page-size=1001", StatusCode::UNPROCESSABLE_ENTITY, "PARAMETRO_FORA_DO_LIMITE"),
        ("?page=um", StatusCode::BAD_REQUEST, "PARAMETRO_INVALIDO"),
        ("?page=1&page-size=1000", StatusCode::OK, ""),
    ] {
        let answer = get(&people, &access, &format!("{path}{query}")).await;
        assert_eq!((answer.status, answer.code()), (status, code), "{query}");
    }
}

#[tokio::test]
async fn relations_list_what_the_holder_invests_in() {
    let people = People::new();
    for (cpf, invests) in [(RALPH, true), (ALICE, true), (JANICE, false)] {
        let access = grant_of(&people, cpf);
        let answer = get(&people, &access, "/customers/v2/personal/financial-relations").await;
        let kinds = answer.body["data"]["productsServicesType"].as_array().unwrap().clone();
        for kind in ["INVESTIMENTO", "OPERACOES_CAMBIO"] {
            assert_eq!(kinds.contains(&kind.into()), invests, "{cpf} {kinds:?}");
        }
    }
}
