use std::time::Duration;

use jiff::SignedDuration;
use serde_json::{Value, json};
use vinculo_aggregator::links;
use vinculo_connector::{ConnectorError, ProtocolError};
use vinculo_domain::{ConsentStatus, LinkStatus, Resource};

use crate::bank::{pages, transaction};
use crate::world::{World, each};

fn unavailable() -> ConnectorError {
    ConnectorError::Unavailable { status: 503, retry_after: None }
}

fn types(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["webhook_type"].as_str().unwrap()).collect()
}

fn find<'a>(events: &'a [Value], kind: &str) -> &'a Value {
    let mut found = events.iter().filter(|event| event["webhook_type"] == kind);
    let first = found.next().unwrap();
    assert!(found.next().is_none(), "{kind} announced twice");
    first
}

#[tokio::test]
async fn every_resource_is_announced_once_with_its_counts() {
    each(async |world| {
        let link = world.connect().await;
        let events = world.announced().await;
        assert_eq!(types(&events), ["OWNERS", "ACCOUNTS", "BILLS", "TRANSACTIONS"]);
        for event in &events {
            let keys: Vec<_> = event.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(
                keys,
                [
                    "webhook_id",
                    "webhook_type",
                    "process_type",
                    "webhook_code",
                    "link_id",
                    "request_id",
                    "external_id",
                    "data"
                ]
            );
            assert_eq!(event["webhook_code"], "historical_update");
            assert_eq!(event["link_id"], link.id.to_string());
            assert_eq!(event["external_id"], "user-42");
            let id = event["webhook_id"].as_str().unwrap();
            assert!(id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase()));
            assert_eq!(event["request_id"].as_str().unwrap().len(), 36);
            assert_eq!(event["request_id"], events[0]["request_id"]);
        }
        assert_eq!(find(&events, "OWNERS")["data"], json!({"total_owners": 1}));
        assert_eq!(find(&events, "ACCOUNTS")["data"], json!({"total_accounts": 2}));
        assert_eq!(find(&events, "BILLS")["data"], json!({"total_bills": 0}));
        assert_eq!(
            find(&events, "TRANSACTIONS")["data"],
            json!({"total_transactions": 6, "total_inflow_transactions": 4, "total_outflow_transactions": 2,
                "first_transaction_date": "2026-11-01", "last_transaction_date": "2026-11-01"})
        );
        assert!(world.the_link().await.last_accessed_at.is_some());
    })
    .await;
}

#[tokio::test]
async fn twelve_months_are_asked_for_but_no_day_that_the_bank_does_not_give_any_more() {
    each(async |world| {
        world.bank.fail("transactions", unavailable());
        world.approve().await;
        world.run().await;
        world.pass(SignedDuration::from_hours(26));
        world.run().await;
        let windows = std::mem::take(&mut world.bank.state().windows);
        assert_eq!(windows.len(), 3);
        assert!(
            windows
                .iter()
                .all(|w| (w.from.to_string(), w.to.to_string()) == ("2025-11-23".into(), "2026-11-22".into()))
        );
    })
    .await;
}

#[tokio::test]
async fn a_bank_that_stumbles_is_read_on_from_where_it_was() {
    each(async |world| {
        world.bank.state().accounts = vec![("acc-1".into(), pages("one", &[2, 2, 2, 2]))];
        world.approve().await;
        for _ in 0..2 {
            world.bank.fail("owners", ConnectorError::Timeout);
        }
        world.run_for(1).await;
        assert_eq!(world.bank.count("owners"), 3);
        assert_eq!(world.bank.count("transactions"), 4);
        let link = world.the_link().await;
        assert_eq!(world.transactions(link.id).await, 8);
        assert_eq!(world.announced().await.len(), 4);
    })
    .await;
}

#[tokio::test]
async fn a_page_that_fails_does_not_cost_the_pages_before() {
    each(async |world| {
        world.bank.state().accounts = vec![("acc-1".into(), pages("one", &[2, 2, 2]))];
        world.bank.fail_after(2, "transactions", unavailable());
        world.approve().await;
        world.run().await;
        let link = world.the_link().await;
        assert_eq!(world.transactions(link.id).await, 4);
        assert!(!types(&world.announced().await).contains(&"TRANSACTIONS"));
        world.run_for(1).await;
        assert_eq!(world.transactions(link.id).await, 6);
        assert_eq!(world.bank.count("transactions"), 4, "three pages and one failure");
    })
    .await;
}

#[tokio::test]
async fn an_access_token_that_ran_out_is_replaced_and_kept() {
    each(async |world| {
        world.approve().await;
        world.bank.hold("owners");
        let running = tokio::spawn({
            let aggregator = world.aggregator.clone();
            async move { vinculo_aggregator::worker::run_due(&aggregator).await.unwrap() }
        });
        world.bank.reached("owners").await;
        world.bank.expire_access();
        world.bank.release("owners");
        running.await.unwrap();
        let link = world.the_link().await;
        assert_eq!(world.bank.count("refresh"), 1);
        assert_eq!(world.transactions(link.id).await, 6);
        assert_eq!(world.store().tokens(link.id).await.unwrap().unwrap().version, 1);
        assert_eq!(world.announced().await.len(), 4);
    })
    .await;
}

#[tokio::test]
async fn several_that_need_a_new_token_ask_for_it_once() {
    each(async |world| {
        let link = world.connect().await;
        world.bank.expire_access();
        let what =
            vinculo_aggregator::retrieve::Retrieve { application: world.application, link: link.id, save: false };
        let one = || vinculo_aggregator::retrieve::owners(&world.aggregator, what);
        let (a, b, c) = tokio::join!(one(), one(), one());
        assert!(a.is_ok() && b.is_ok() && c.is_ok());
        assert_eq!(world.bank.count("refresh"), 1);
    })
    .await;
}

#[tokio::test]
async fn a_token_that_is_about_to_run_out_is_not_used() {
    each(async |world| {
        let link = world.connect().await;
        let calls = world.bank.count("owners");
        world.pass(SignedDuration::from_mins(15));
        let what = vinculo_aggregator::retrieve::Retrieve { application: world.application, link: link.id, save: true };
        vinculo_aggregator::retrieve::owners(&world.aggregator, what).await.unwrap();
        assert_eq!((world.bank.count("refresh"), world.bank.count("owners")), (1, calls + 1));
    })
    .await;
}

#[tokio::test]
async fn a_resource_that_cannot_be_had_says_so_and_the_others_go_on() {
    each(async |world| {
        let garbage = ConnectorError::Protocol(ProtocolError::Unreadable("data".into()));
        world.bank.fail_always("owners", Some(garbage));
        world.approve().await;
        world.run_for(1).await;
        let link = world.the_link().await;
        let events = world.announced().await;
        assert_eq!(types(&events), ["ACCOUNTS", "BILLS", "TRANSACTIONS", "OWNERS"]);
        let data = &find(&events, "OWNERS")["data"];
        assert_eq!(data["total_owners"], 0);
        assert_eq!(data["errors"][0]["code"], "unexpected_error");
        assert!(find(&events, "TRANSACTIONS")["data"].get("errors").is_none());
        let tries = (world.bank.count("owners"), world.transactions(link.id).await);
        assert_eq!(tries, (3, 6), "each try may count towards the month's limit");
        assert_eq!(world.the_link().await.status, LinkStatus::Valid);
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_is_garbled_once_costs_nothing() {
    each(async |world| {
        world.bank.fail("owners", ConnectorError::Protocol(ProtocolError::Unreadable("data".into())));
        world.bank.fail("transactions", ConnectorError::Protocol(ProtocolError::Empty));
        world.approve().await;
        world.run_for(1).await;
        let link = world.the_link().await;
        let events = world.announced().await;
        assert!(events.iter().all(|event| event["data"].get("errors").is_none()), "{events:?}");
        assert_eq!(
            (find(&events, "OWNERS")["data"]["total_owners"].clone(), world.bank.count("owners")),
            (json!(1), 2)
        );
        assert_eq!(world.transactions(link.id).await, 6);
    })
    .await;
}

#[tokio::test]
async fn pages_that_go_in_circles_are_not_asked_for_again() {
    each(async |world| {
        world.bank.fail_always("owners", Some(ConnectorError::Protocol(ProtocolError::PageLoop)));
        world.connect().await;
        assert_eq!(world.bank.count("owners"), 1);
        assert_eq!(find(&world.announced().await, "OWNERS")["data"]["errors"][0]["code"], "unexpected_error");
    })
    .await;
}

#[tokio::test]
async fn what_is_not_offered_is_empty_and_no_failure() {
    each(async |world| {
        world.bank.fail_always("owners", Some(ConnectorError::Unsupported("customers")));
        world.connect().await;
        assert_eq!(find(&world.announced().await, "OWNERS")["data"], json!({"total_owners": 0}));
    })
    .await;
}

#[tokio::test]
async fn accounts_that_cannot_be_had_are_said_for_transactions_too() {
    each(async |world| {
        world.bank.fail_always("accounts", Some(ConnectorError::LimitReached));
        world.connect().await;
        let events = world.announced().await;
        for kind in ["ACCOUNTS", "TRANSACTIONS"] {
            assert_eq!(find(&events, kind)["data"]["errors"][0]["code"], "operational_limits_reached", "{kind}");
        }
    })
    .await;
}

#[tokio::test]
async fn one_account_that_cannot_be_read_does_not_hide_the_others() {
    each(async |world| {
        world.bank.fail("transactions", ConnectorError::Forbidden { code: Some("STATUS_RESOURCE_UNAVAILABLE".into()) });
        let link = world.connect().await;
        assert_eq!(world.transactions(link.id).await, 1);
        let events = world.announced().await;
        let data = &find(&events, "TRANSACTIONS")["data"];
        assert_eq!((&data["total_transactions"], &data["errors"][0]["code"]), (&json!(1), &json!("unavailable_data")));
    })
    .await;
}

#[tokio::test]
async fn a_bank_that_stays_down_is_given_up_with_an_event_and_nothing_half_told() {
    each(async |world| {
        world.bank.fail_always("transactions", Some(unavailable()));
        world.approve().await;
        world.run().await;
        assert_eq!(types(&world.announced().await), ["OWNERS", "ACCOUNTS", "BILLS"], "the others do not wait");
        world.run_for(24).await;
        let events = world.announced().await;
        assert_eq!(find(&events, "TRANSACTIONS")["data"]["errors"][0]["code"], "institution_unavailable");
        assert_eq!(types(&events), ["OWNERS", "ACCOUNTS", "BILLS", "TRANSACTIONS"]);
        let counts = world.store().job_counts(world.env.now()).await.unwrap();
        assert_eq!((counts.pending, counts.dead), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn the_banks_own_wish_to_be_left_alone_is_respected() {
    each(async |world| {
        let alone = Some(Duration::from_secs(1_800));
        world.bank.fail("owners", ConnectorError::RateLimited { retry_after: alone });
        world.approve().await;
        world.run().await;
        world.pass(SignedDuration::from_secs(1_700));
        world.run().await;
        assert_eq!(world.bank.count("owners"), 1);
        world.pass(SignedDuration::from_secs(101));
        world.run().await;
        assert_eq!(world.bank.count("owners"), 2);
    })
    .await;
}

#[tokio::test]
async fn a_consent_that_is_gone_makes_the_link_invalid() {
    each(async |world| {
        world.approve().await;
        world.bank.hold("accounts");
        let running = tokio::spawn({
            let aggregator = world.aggregator.clone();
            async move { vinculo_aggregator::worker::run_due(&aggregator).await.unwrap() }
        });
        world.bank.reached("accounts").await;
        world.bank.revoke_all();
        world.bank.release("accounts");
        running.await.unwrap();
        assert_eq!(world.the_link().await.status, LinkStatus::Invalid);
        let consent = world.consents().await.remove(0);
        assert_eq!(consent.status, ConsentStatus::Rejected);
        assert_eq!(consent.rejection.unwrap().reason, "CUSTOMER_MANUALLY_REVOKED");
        let events = world.announced().await;
        assert_eq!(find(&events, "OWNERS")["data"], json!({"total_owners": 1}));
        for kind in ["ACCOUNTS", "TRANSACTIONS", "BILLS"] {
            assert_eq!(find(&events, kind)["data"]["errors"][0]["code"], "invalid_link", "{kind}");
        }
        assert_eq!(world.store().job_counts(world.env.now()).await.unwrap().due, 0);
    })
    .await;
}

#[tokio::test]
async fn what_was_not_final_and_never_comes_back_is_told_as_deleted() {
    each(async |world| {
        let first = vec![transaction("final", true, true), transaction("pending-a", false, false)];
        world.bank.state().accounts = vec![("acc-1".into(), vec![first])];
        let link = world.connect().await;
        let before = ids(world).await;
        world.bank.state().accounts = vec![("acc-1".into(), vec![vec![transaction("final", true, true)]])];
        world.pass(SignedDuration::from_hours(1));
        links::fetch_later(&world.aggregator, world.application, link.id, None, None).await.unwrap();
        world.run().await;
        let gone: Vec<_> = before.difference(&ids(world).await).cloned().collect();
        assert_eq!(gone.len(), 1);
        let told = world.announced().await;
        let told: Vec<_> = told.iter().filter(|event| event["webhook_code"] == "transactions_deleted").collect();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0]["data"], json!({"count": 1, "deleted_transactions": gone}));
        assert_eq!(told[0]["process_type"], "historical_update");
    })
    .await;
}

#[tokio::test]
async fn another_round_changes_ids_of_nothing_and_replaces_what_was_not_final() {
    each(async |world| {
        let first = vec![transaction("final", true, true), transaction("pending-a", false, false)];
        world.bank.state().accounts = vec![("acc-1".into(), vec![first])];
        let link = world.connect().await;
        let before = ids(world).await;
        let second = vec![transaction("final", true, true), transaction("settled-a", false, true)];
        world.bank.state().accounts = vec![("acc-1".into(), vec![second])];
        world.pass(SignedDuration::from_hours(1));
        let only = Some(vec![Resource::Transactions]);
        let request = links::fetch_later(&world.aggregator, world.application, link.id, only, None).await.unwrap();
        world.run().await;
        let after = ids(world).await;
        assert_eq!(after, before, "the payment that is final now keeps its id");
        let last = world.announced().await.pop().unwrap();
        assert_eq!((&last["webhook_type"], &last["request_id"]), (&json!("TRANSACTIONS"), &json!(request.to_string())));
        let all = world.announced().await;
        assert_eq!(all.len(), 6);
        assert_eq!(all[4]["webhook_code"], "transactions_updated");
        assert_eq!(all[4]["request_id"], request.to_string());
        assert_eq!(all[4]["data"]["count"], 1);
        assert!(before.contains(all[4]["data"]["updated_transactions"][0].as_str().unwrap()));
        let third = vec![transaction("final", true, true)];
        world.bank.state().accounts = vec![("acc-1".into(), vec![third])];
        world.pass(SignedDuration::from_hours(1));
        links::fetch_later(&world.aggregator, world.application, link.id, None, None).await.unwrap();
        world.run().await;
        assert_eq!(ids(world).await, before, "what is final stays, whatever a round leaves out");
    })
    .await;
}

async fn ids(world: &World) -> std::collections::BTreeSet<String> {
    let filter = vinculo_store::TransactionFilter {
        link: vec![world.the_link().await.id],
        ..vinculo_store::TransactionFilter::default()
    };
    let page = world.store().transactions(world.application, &filter, vinculo_store::Paging::default()).await.unwrap();
    page.items.into_iter().map(|item| item.id.to_string()).collect()
}
