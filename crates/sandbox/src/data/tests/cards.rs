//! Who may see which card, and how.

use http::StatusCode;
use serde_json::Value;

use super::{ALICE, JANICE, RALPH, get, grant, grant_of};
use crate::data::resources;
use crate::people::People;
use crate::{Access, BRANDS};

const LIST: &str = "/credit-cards-accounts/v2/accounts";
const CARLA: &str = "28728862813";
const YEAR: &str = "fromTransactionDate=2025-11-22&toTransactionDate=2026-11-22&page-size=1000";
const OF_ONE: [(&str, &str); 5] = [
    ("", "CREDIT_CARDS_ACCOUNTS_READ"),
    ("/limits", "CREDIT_CARDS_ACCOUNTS_LIMITS_READ"),
    ("/bills", "CREDIT_CARDS_ACCOUNTS_BILLS_READ"),
    ("/transactions", "CREDIT_CARDS_ACCOUNTS_TRANSACTIONS_READ"),
    ("/transactions-current", "CREDIT_CARDS_ACCOUNTS_TRANSACTIONS_READ"),
];

fn cards(people: &People, access: &Access) -> Vec<String> {
    let lines = resources(people, access).into_iter().filter(|line| line.kind == "CREDIT_CARD_ACCOUNT");
    lines.map(|line| line.resource_id).collect()
}

fn items(answer: &super::Answer) -> &[Value] {
    answer.body["data"].as_array().unwrap()
}

#[tokio::test]
async fn the_main_person_s_card_is_listed_and_opened() {
    let people = People::new();
    let access = grant_of(&people, RALPH);
    let list = get(&people, &access, LIST).await;
    assert_eq!(list.headers["x-v"], "2.4.0");
    assert_eq!((items(&list).len(), &list.body["meta"]["totalRecords"]), (1, &1.into()));
    let id = items(&list)[0]["creditCardAccountId"].as_str().unwrap();
    assert_eq!(cards(&people, &access), [id]);
    let detail = get(&people, &access, &format!("{LIST}/{id}")).await;
    assert_eq!(detail.body["data"]["paymentMethod"].as_array().unwrap().len(), 2);
    assert_eq!(detail.body["data"]["paymentMethod"][0]["identificationNumber"].as_str().unwrap().len(), 4);
}

#[tokio::test]
async fn every_path_needs_its_own_permission() {
    let people = People::new();
    let full = grant_of(&people, RALPH);
    let id = &cards(&people, &full)[0];
    let bills = get(&people, &full, &format!("{LIST}/{id}/bills")).await;
    let bill = format!("/bills/{}/transactions", items(&bills)[0]["billId"].as_str().unwrap());
    let paths = OF_ONE.into_iter().chain([(bill.as_str(), "CREDIT_CARDS_ACCOUNTS_BILLS_TRANSACTIONS_READ")]);
    for (path, permission) in paths {
        let mut access = full.clone();
        access.permissions.retain(|held| held != permission);
        let answer = get(&people, &access, &format!("{LIST}/{id}{path}")).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::FORBIDDEN, "PERMISSAO_INSUFICIENTE"), "{path}");
        access.permissions = vec![permission.to_owned()];
        assert_eq!(get(&people, &access, &format!("{LIST}/{id}{path}")).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn only_what_was_chosen_and_only_ones_own() {
    let people = People::new();
    let mut access = grant_of(&people, RALPH);
    let own = cards(&people, &access).remove(0);
    let strange = cards(&people, &grant_of(&people, JANICE)).remove(0);
    access.accounts.push(strange.clone());
    let other_brand = cards(&people, &grant(&people, &BRANDS[1], people.by_document(RALPH).unwrap(), None)).remove(0);
    access.accounts.push(other_brand.clone());
    access.accounts.retain(|id| *id != own);
    assert!(cards(&people, &access).is_empty() && items(&get(&people, &access, LIST).await).is_empty());
    for id in [own.as_str(), &strange, &other_brand, "unknown", "%F0%9F%92%A5", "..%2f.."] {
        for (path, _) in OF_ONE {
            let answer = get(&people, &access, &format!("{LIST}/{id}{path}")).await;
            assert_eq!((answer.status, answer.code()), (StatusCode::FORBIDDEN, "RESOURCE_FORBIDDEN"), "{id}{path}");
        }
    }
}

#[tokio::test]
async fn blocked_and_long_cancelled_cards_are_resources_only() {
    let people = People::new();
    let access = grant_of(&people, CARLA);
    let lines = resources(&people, &access);
    let of = |status: &str| lines.iter().find(|line| line.kind == "CREDIT_CARD_ACCOUNT" && line.status == status);
    assert_eq!(items(&get(&people, &access, LIST).await).len(), 1);
    for (status, code) in [
        ("TEMPORARILY_UNAVAILABLE", "STATUS_RESOURCE_TEMPORARILY_UNAVAILABLE"),
        ("UNAVAILABLE", "STATUS_RESOURCE_UNAVAILABLE"),
    ] {
        let id = &of(status).unwrap().resource_id;
        for (path, _) in OF_ONE {
            let answer = get(&people, &access, &format!("{LIST}/{id}{path}")).await;
            assert_eq!((answer.status, answer.code()), (StatusCode::FORBIDDEN, code), "{path}");
        }
    }
}

#[tokio::test]
async fn a_cancelled_card_can_be_read_for_a_year() {
    let people = People::new();
    let mut access = grant_of(&people, "64258217018");
    let ids = cards(&people, &access);
    assert_eq!(ids.len(), 2);
    let limits = get(&people, &access, &format!("{LIST}/{}/limits", ids[1])).await;
    assert_eq!(limits.body["data"][0]["limitAmount"]["amount"], "0.00");
    assert!(limits.body["data"][0]["limitAmount"]["limitAmountReason"].is_string());
    let detail = get(&people, &access, &format!("{LIST}/{}", ids[1])).await;
    assert!(detail.body["data"]["paymentMethod"].as_array().unwrap().is_empty());
    access.now = "2027-06-30T12:00:00Z".parse().unwrap();
    assert_eq!(get(&people, &access, &format!("{LIST}/{}", ids[1])).await.status, StatusCode::OK);
    access.now = "2027-07-01T12:00:00Z".parse().unwrap();
    let answer = get(&people, &access, &format!("{LIST}/{}", ids[1])).await;
    assert_eq!(answer.code(), "STATUS_RESOURCE_UNAVAILABLE");
}

#[tokio::test]
async fn windows_and_filters_are_checked() {
    let people = People::new();
    let access = grant_of(&people, JANICE);
    let base = format!("{LIST}/{}", cards(&people, &access)[0]);
    for (what, query, status, code) in [
        ("transactions", "fromTransactionDate=2025-11-21", 422, "PERIODO_INVALIDO"),
        ("transactions", "toTransactionDate=2026-11-22", 422, "PERIODO_INVALIDO"),
        ("transactions", "fromTransactionDate=2026-11-22&toTransactionDate=2026-11-21", 422, "PERIODO_INVALIDO"),
        (
            "transactions-current",
            "fromTransactionDate=2026-11-15&toTransactionDate=2026-11-22",
            422,
            "PERIODO_INVALIDO",
        ),
        ("transactions-current", "fromTransactionDate=2026-11-16", 200, ""),
        ("transactions", "fromTransactionDate=ontem", 400, "PARAMETRO_INVALIDO"),
        ("transactions", "transactionType=COMPRA", 400, "PARAMETRO_INVALIDO"),
        ("transactions", "payeeMCC=10000", 400, "PARAMETRO_INVALIDO"),
        ("transactions", "payeeMCC=-1", 400, "PARAMETRO_INVALIDO"),
        ("transactions", "payeeMCC=5411&payeeMCC=5412", 400, "PARAMETRO_INVALIDO"),
        ("transactions", "page-size=1001", 422, "PARAMETRO_FORA_DO_LIMITE"),
        ("transactions", "page=2", 422, "PAGE_NOT_FOUND"),
        ("bills", "fromDueDate=x", 400, "PARAMETRO_INVALIDO"),
        ("bills", "toDueDate=2026-01-01", 422, "PERIODO_INVALIDO"),
        ("bills", "fromDueDate=2026-02-01&toDueDate=2026-01-01", 422, "PERIODO_INVALIDO"),
        ("bills/unknown/transactions", "", 403, "RESOURCE_FORBIDDEN"),
    ] {
        let answer = get(&people, &access, &format!("{base}/{what}?{query}")).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (status, code), "{what} {query}");
    }
}

#[tokio::test]
async fn filters_part_the_list() {
    let people = People::new();
    let access = grant_of(&people, JANICE);
    let months = "fromTransactionDate=2026-05-22&toTransactionDate=2026-11-22&page-size=1000";
    let base = format!("{LIST}/{}/transactions?{months}", cards(&people, &access)[0]);
    let all = get(&people, &access, &base).await;
    let total = items(&all).len();
    assert!(
        total > 300
            && total < 1000
            && all.body["links"].get("last").is_none()
            && all.body["meta"].get("totalRecords").is_none()
    );
    let mut sum = 0;
    for kind in ["PAGAMENTO", "PAGAMENTO_FATURA", "TARIFA", "ESTORNO", "CASHBACK", "OUTROS"] {
        let answer = get(&people, &access, &format!("{base}&transactionType={kind}")).await;
        assert!(items(&answer).iter().all(|item| item["transactionType"] == kind));
        sum += items(&answer).len();
    }
    assert_eq!(sum, total);
    let food = get(&people, &access, &format!("{base}&payeeMCC=5411")).await;
    assert!(!items(&food).is_empty() && items(&food).iter().all(|item| item["payeeMCC"] == 5411));
}

#[tokio::test]
async fn instalments_to_come_have_a_month_but_no_day_and_no_bill() {
    let people = People::new();
    let access = grant_of(&people, JANICE);
    let base = format!("{LIST}/{}/transactions?{YEAR}", cards(&people, &access)[0]);
    let answer = get(&people, &access, &base).await;
    let (later, known): (Vec<&Value>, Vec<&Value>) =
        items(&answer).iter().partition(|item| item["billPostDate"] == "0001-01-01");
    assert!(later.len() > 20 && known.len() > 500, "{} {}", later.len(), known.len());
    for item in later {
        assert!(item.get("billId").is_none() && item["paymentType"] == "A_PRAZO", "{item}");
        assert!(item["billForecastDate"].as_str().unwrap() >= "2026-12", "{item}");
    }
    assert!(known.iter().any(|item| item.get("billId").is_none()), "something is on the open bill");
}

#[tokio::test]
async fn bills_can_be_narrowed_and_hold_still() {
    let people = People::new();
    let access = grant_of(&people, RALPH);
    let base = format!("{LIST}/{}/bills", cards(&people, &access)[0]);
    let all = get(&people, &access, &base).await;
    assert!(items(&all).len() >= 12);
    let dues: Vec<&str> = items(&all).iter().map(|bill| bill["dueDate"].as_str().unwrap()).collect();
    assert!(dues.windows(2).all(|pair| pair[0] > pair[1]));
    let few = get(&people, &access, &format!("{base}?fromDueDate={}&toDueDate={}", dues[3], dues[1])).await;
    assert_eq!(items(&few), &items(&all)[1..=3]);
}

#[tokio::test]
async fn a_company_s_card_has_an_id_in_place_of_digits() {
    let people = People::new();
    let company = people.company("5W685362006744").unwrap();
    let access = grant(&people, &BRANDS[0], people.by_document(ALICE).unwrap(), Some(company));
    let id = &cards(&people, &access)[0];
    let detail = get(&people, &access, &format!("{LIST}/{id}")).await;
    assert!(detail.body["data"]["paymentMethod"][0]["identificationNumber"].as_str().unwrap().starts_with("PJ-"));
    let mut private = access.clone();
    private.company = None;
    assert!(!cards(&people, &private).contains(id));
}
