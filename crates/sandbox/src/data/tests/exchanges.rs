//! Exchanges: who may see them, what became of them, and every answer against the official description.

use std::collections::HashSet;

use http::StatusCode;
use serde_json::Value;

use super::conformance::check;
use super::investments::every_grant;
use super::schema::Description;
use super::{ALICE, Answer, JANICE, RALPH, get, grant_of};
use crate::Access;
use crate::data::resources;
use crate::people::People;

const LIST: &str = "/exchanges/v1/operations";

fn items(answer: &Answer) -> &Vec<Value> {
    answer.body["data"].as_array().unwrap()
}

async fn ids(people: &People, access: &Access) -> Vec<String> {
    let answer = get(people, access, &format!("{LIST}?page-size=1000")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    items(&answer).iter().map(|item| item["operationId"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_answer_for_everybody_looks_as_described() {
    let Some(description) = Description::read("exchanges-1.1.0-beta.1.yml") else { return };
    let people = People::new();
    for access in every_grant(&people) {
        check(&description, "/operations", &get(&people, &access, LIST).await, &access.person);
        for id in ids(&people, &access).await {
            for operation in ["", "/events"] {
                let answer = get(&people, &access, &format!("{LIST}/{id}{operation}")).await;
                assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
                check(&description, &format!("/operations/{{operationId}}{operation}"), &answer, &access.person);
            }
        }
    }
    let access = grant_of(&people, RALPH);
    check(&description, "/operations", &get(&people, &access, &format!("{LIST}?page=99")).await, "past the end");
    check(&description, "/operations/{operationId}", &get(&people, &access, &format!("{LIST}/0")).await, "strange");
}

#[tokio::test]
async fn events_tell_how_the_operation_came_to_its_terms() {
    let people = People::new();
    let mut fates = HashSet::new();
    for access in every_grant(&people) {
        for id in ids(&people, &access).await {
            let operation = get(&people, &access, &format!("{LIST}/{id}")).await.body["data"].clone();
            let answer = get(&people, &access, &format!("{LIST}/{id}/events")).await;
            let events = items(&answer);
            let kinds: Vec<&str> = events.iter().map(|event| event["eventType"].as_str().unwrap()).collect();
            assert_eq!(kinds[0], "1");
            assert_eq!(events[0]["eventDate"], operation["operationDate"]);
            let last = events.iter().rev().find(|event| event.get("foreignOperationValue").is_some()).unwrap();
            for name in ["dueDate", "foreignOperationValue", "localCurrencyOperationValue", "localCurrencyOperationTax"]
            {
                assert_eq!(last[name], operation[name], "{kinds:?}");
            }
            if kinds.get(1) == Some(&"2") {
                assert_ne!(events[0]["foreignOperationValue"], events[1]["foreignOperationValue"]);
                assert_ne!(events[0]["dueDate"], events[1]["dueDate"]);
            }
            if kinds.last() != Some(&"1") && kinds.last() != Some(&"2") && operation.get("vetAmount").is_none() {
                assert_eq!(operation["operationOutstandingBalance"]["amount"], "0.00");
            }
            fates.insert(kinds.join(""));
        }
    }
    for fate in ["14", "124", "13"] {
        assert!(fates.contains(fate), "{fates:?}");
    }
}

#[tokio::test]
async fn they_need_their_permission_and_belong_to_one_person() {
    let people = People::new();
    let full = grant_of(&people, RALPH);
    let id = ids(&people, &full).await.remove(0);
    let mut without = full.clone();
    without.permissions.retain(|held| held != "EXCHANGES_READ");
    let mut only = full.clone();
    only.permissions = vec!["EXCHANGES_READ".to_owned()];
    for path in [LIST.to_owned(), format!("{LIST}/{id}"), format!("{LIST}/{id}/events")] {
        let answer = get(&people, &without, &path).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::FORBIDDEN, "PERMISSAO_INSUFICIENTE"), "{path}");
        assert_eq!(get(&people, &only, &path).await.status, StatusCode::OK);
    }
    assert!(resources(&people, &without).iter().all(|resource| resource.kind != "EXCHANGE"));
    let listed = resources(&people, &only);
    assert!(!listed.is_empty() && listed.iter().all(|resource| resource.kind == "EXCHANGE"));
    let answer = get(&people, &grant_of(&people, ALICE), &format!("{LIST}/{id}")).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::FORBIDDEN, "RESOURCE_FORBIDDEN"));
    assert!(ids(&people, &grant_of(&people, JANICE)).await.is_empty());
}
