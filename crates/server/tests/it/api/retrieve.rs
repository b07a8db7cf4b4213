//! POST of a resource: everything wrong with the body is told before the bank is asked. The bank of these tests does not
//! answer; that one does is shown where a whole program runs.

use serde_json::json;
use vinculo_domain::LinkStatus;

use crate::client::Answer;
use crate::world::each;

const UNKNOWN: &str = "0199a000-0000-7000-8000-000000000000";

#[tokio::test]
async fn a_wrong_value_of_any_field_is_refused_with_its_name() {
    each(async |world| {
        let link = world.link().await;
        let with = |extra: serde_json::Value| {
            let mut body = json!({"link": link, "date_from": "2026-10-01", "date_to": "2026-11-01"});
            body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
            body
        };
        for (extra, said) in [
            (json!({"link": null}), "400 link=null"),
            (json!({"link": ""}), "400 link=blank"),
            (json!({"link": "x"}), "400 link=invalid"),
            (json!({"link": 7}), "400 link=invalid"),
            (json!({"link": UNKNOWN}), "400 link=does_not_exist"),
            (json!({"save_data": "maybe"}), "400 save_data=invalid"),
            (json!({"token": 1}), "400 token=invalid"),
            (json!({"account": "x"}), "400 account=invalid"),
            (json!({"account": UNKNOWN}), "400 account=does_not_exist"),
            (json!({"account_id": UNKNOWN}), "400 account_id=does_not_exist"),
            (json!({"date_from": null}), "400 date_from=null"),
            (json!({"date_from": "2026-1-1"}), "400 date_from=invalid"),
            (json!({"date_to": "tomorrow"}), "400 date_to=invalid"),
            (json!({"date_to": "2027-01-01"}), "400 date_to=invalid"),
            (json!({"date_to": 20261101}), "400 date_to=invalid"),
            (json!({"date_from": "2026-11-02"}), "400 date_from=invalid"),
            (json!({"date_from": "2025-10-31"}), "400 date_from=validation_error"),
        ] {
            assert_eq!(world.client.post("/api/transactions/", &with(extra)).await.refused(), said);
        }
        let said = world.client.post("/api/transactions/", &json!({})).await.refused();
        assert_eq!(said, "400 link=required date_from=required date_to=required");
    })
    .await;
}

#[tokio::test]
async fn a_link_that_cannot_be_used_says_so() {
    each(async |world| {
        let link = world.link().await;
        for (status, said) in
            [(LinkStatus::Invalid, "400 invalid_link"), (LinkStatus::Unconfirmed, "400 unconfirmed_link")]
        {
            let mut tx = world.store.begin().await.unwrap();
            tx.set_link_status(link, status).await.unwrap();
            tx.commit().await.unwrap();
            for path in ["accounts", "owners", "br/balances", "balances", "bills"] {
                assert_eq!(world.client.post(&format!("/api/{path}/"), &json!({"link": link})).await.refused(), said);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_bank_that_does_not_answer_is_named_and_nothing_is_stored() {
    each(async |world| {
        let link = world.link().await;
        for path in ["accounts", "owners", "br/balances", "bills"] {
            let answer = world.client.post(&format!("/api/{path}/"), &json!({"link": link})).await;
            assert_eq!(answer.status, 400, "{path}: {}", answer.text);
            assert!(answer.refused().contains("institution_"), "{path}: {}", answer.text);
        }
        assert_eq!(world.client.get(&format!("/api/accounts/?link={link}")).await.ok()["count"], 0);
    })
    .await;
}

#[tokio::test]
async fn work_in_the_background_is_accepted_with_an_id() {
    each(async |world| {
        let link = world.link().await;
        let body = json!({"link": link, "date_from": "2026-10-01", "date_to": "2026-11-01"});
        for path in ["transactions", "accounts", "owners", "br/balances", "bills"] {
            let request = world.client.request("POST", &format!("/api/{path}/")).json(&body);
            let answer = Answer::of(request.header("x-belvo-request-mode", "async")).await;
            assert_eq!(
                (answer.status.as_u16(), answer.ok()["request_id"].as_str().unwrap().len()),
                (202, 32),
                "{path}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_not_offered_is_empty_or_says_so() {
    each(async |world| {
        let link = world.link().await;
        for path in ["br/investments", "investments", "br/investment-transactions", "br/exchanges", "exchanges"] {
            let said = world.client.post(&format!("/api/{path}/"), &json!({"link": link})).await.refused();
            assert_eq!(said, "400 unsupported_operation", "the bank of these tests has no such API: {path}");
        }
        for path in ["incomes", "recurring-expenses", "risk-insights", "tax-returns", "employment-records"] {
            let said = world.client.post(&format!("/api/{path}/"), &json!({"link": link})).await.refused();
            assert_eq!(said, "400 unsupported_operation", "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn records_can_be_deleted_one_by_one() {
    each(async |world| {
        let link = world.link_of(world.one).await;
        let account = world.account(&link, "a").await;
        let owner = world.owner(&link).await;
        let transactions = world.transactions(&link, account, 2).await;
        let bills = world.bills(&link, account, 2).await;
        for path in [
            format!("owners/{owner}"),
            format!("transactions/{}", transactions[0]),
            format!("bills/{}", bills[0]),
            format!("accounts/{account}"),
        ] {
            let answer = world.client.delete(&format!("/api/{path}/")).await;
            assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""), "{path}");
            assert_eq!(world.client.delete(&format!("/api/{path}/")).await.refused(), "404 not_found");
        }
        let gone = world.client.get(&format!("/api/transactions/{}/", transactions[1])).await.refused();
        assert_eq!(gone, "404 not_found", "an account takes its transactions with it");
        let gone = world.client.get(&format!("/api/bills/{}/", bills[1])).await.refused();
        assert_eq!(gone, "404 not_found", "and its bills");
    })
    .await;
}
