//! Faults by rule: whatever the bank does wrong, the receiver ends where it should.

use serde_json::{Value, json};
use vinculo_testkit::{App, Journey, Person, Receiver, eventually};

use super::{accept, app, no_link_and_no_consent, webhook};

fn rule(path: &str, effect: Value, times: Option<u32>) -> Value {
    json!({"match": {"brand": "ofmockbank_br_retail", "path": path}, "effect": effect, "times": times})
}

async fn struck(app: &App) -> bool {
    app.faults().await.iter().all(|fault| fault["struck"] != 0)
}

/// Walks up to the result at a bank that misbehaves on the way, and returns the last page.
async fn walk(app: &App) -> Journey {
    let mut journey = accept(app).await;
    journey.leave_for_bank().await;
    journey.log_in(Person::RALPH.login, "P@ssword01").await;
    journey.decide(true).await;
    journey.callback().await;
    journey.settle().await;
    journey
}

#[tokio::test]
async fn what_breaks_before_the_bank_is_said_and_nothing_is_left() {
    for (path, effect) in [
        ("consents/v3/consents", json!({"kind": "drop"})),
        ("consents/v3/consents", json!({"kind": "drop", "after": true})),
        ("consents/v3/consents", json!({"kind": "truncate"})),
        ("auth/par", json!({"kind": "drop", "after": true})),
        ("auth/par", json!({"kind": "garbage"})),
        ("auth/token", json!({"kind": "status", "status": 529})),
    ] {
        let app = app().await;
        app.fault(rule(path, effect.clone(), None)).await;
        let journey = accept(&app).await;
        assert_eq!(journey.step(), "failed", "{path} {effect}: {}", journey.page);
        assert!(struck(&app).await, "{path} {effect}");
        no_link_and_no_consent(&app).await;
    }
}

#[tokio::test]
async fn every_wrong_id_token_is_refused() {
    let app = app().await;
    let wrong = |claim: &str| json!({"kind": "wrong_id_token", "claim": claim});
    for effect in [
        json!({"kind": "wrong_signature"}),
        wrong("nonce"),
        wrong("issuer"),
        wrong("audience"),
        wrong("expired"),
        wrong("code_hash"),
        wrong("state_hash"),
    ] {
        app.fault(rule("auth/s/*", effect.clone(), None)).await;
        let journey = walk(&app).await;
        assert_eq!(journey.step(), "failed", "{effect}: {}", journey.page);
        assert!(struck(&app).await, "{effect}");
        app.heal().await;
        no_link_and_no_consent(&app).await;
    }
    for effect in [json!({"kind": "wrong_signature"}), wrong("nonce"), wrong("issuer"), wrong("code_hash")] {
        app.fault(rule("auth/token", effect.clone(), None)).await;
        assert_eq!(walk(&app).await.step(), "failed", "{effect} at the token endpoint");
        assert!(struck(&app).await, "{effect}");
        app.heal().await;
        no_link_and_no_consent(&app).await;
    }
}

#[tokio::test]
async fn a_code_whose_answer_is_lost_leaves_no_link() {
    let app = app().await;
    let lost = json!({"match": {"path": "auth/token", "person": Person::RALPH.cpf}, "effect": {"kind": "drop", "after": true}});
    app.fault(lost).await;
    assert_eq!(walk(&app).await.step(), "failed");
    assert!(struck(&app).await);
    no_link_and_no_consent(&app).await;
}

/// Connects while every call of `path` misbehaves; returns the event of `kind`.
async fn connect_with(path: &str, effect: Value, times: Option<u32>, kind: &str) -> (App, String, Value) {
    // With the usual patience: what is right but slow here must not count as a failure.
    let app = App::builder(env!("CARGO_BIN_EXE_vinculo")).start().await.unwrap();
    let receiver = Receiver::start().await;
    app.add_webhook(receiver.url(), "Bearer x");
    app.fault(rule(path, effect.clone(), times)).await;
    let link = Journey::connect(&app, &Person::RALPH).await;
    let hook = webhook(&receiver, &link, kind).await;
    assert!(struck(&app).await, "{path} {effect}");
    let stored = app.get(&format!("/api/transactions/?link={link}")).await;
    if kind == "TRANSACTIONS" {
        assert_eq!(stored["count"], hook.body["data"]["total_transactions"], "{effect}: what is told is there");
    }
    (app, link, hook.body)
}

const TRANSACTIONS: &str = "accounts/v2/accounts/*/transactions";

#[tokio::test]
async fn transactions_that_cannot_be_had_are_told_with_their_error() {
    for (effect, code) in [
        (json!({"kind": "status", "status": 423}), "operational_limits_reached"),
        (json!({"kind": "truncate"}), "unexpected_error"),
        (json!({"kind": "page_loop"}), "unexpected_error"),
    ] {
        let (_, _, hook) = connect_with(TRANSACTIONS, effect.clone(), None, "TRANSACTIONS").await;
        assert_eq!(hook["data"]["errors"][0]["code"], code, "{effect}: {hook}");
    }
}

#[tokio::test]
async fn a_bank_that_is_slow_busy_or_breaks_off_is_asked_again() {
    for effect in [
        json!({"kind": "drop"}),
        json!({"kind": "status", "status": 429, "retry_after": 1}),
        json!({"kind": "status", "status": 529, "retry_after": 1}),
        json!({"kind": "delay", "clock_seconds": 1_200}),
    ] {
        let (_, _, hook) = connect_with(TRANSACTIONS, effect.clone(), Some(1), "TRANSACTIONS").await;
        assert!(hook["data"]["errors"].is_null(), "{effect}: {hook}");
        assert!(hook["data"]["total_transactions"].as_u64() > Some(50), "{effect}: {hook}");
    }
}

#[tokio::test]
async fn records_that_come_twice_are_kept_once() {
    let (app, link, hook) = connect_with("accounts/**", json!({"kind": "duplicate"}), None, "TRANSACTIONS").await;
    assert!(hook["data"]["errors"].is_null(), "{hook}");
    let all = app.list(&format!("/api/transactions/?link={link}&page_size=1000&status=PROCESSED")).await;
    let mut ids: Vec<&str> = all.iter().map(|one| one["internal_identification"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all.len());
    let accounts = app.list(&format!("/api/accounts/?link={link}")).await;
    let mut ids: Vec<&str> = accounts.iter().map(|one| one["internal_identification"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), accounts.len());
}

#[tokio::test]
async fn a_consent_that_ends_at_the_bank_while_data_is_read_ends_here() {
    for (kind, reason) in
        [("expire_consent", "CONSENT_MAX_DATE_REACHED"), ("revoke_consent", "CUSTOMER_MANUALLY_REVOKED")]
    {
        let app = app().await;
        app.fault(rule(TRANSACTIONS, json!({"kind": kind}), Some(1))).await;
        let link = Journey::connect(&app, &Person::RALPH).await;
        eventually("the link is invalid", || async {
            (app.get(&format!("/api/links/{link}/")).await["status"] == "invalid").then_some(())
        })
        .await;
        let consents = app.list(&format!("/api/consents/?user_document={}", Person::RALPH.cpf)).await;
        let history = app.get(&format!("/api/consents/{}/history/", consents[0]["id"].as_str().unwrap())).await;
        assert_ne!(consents[0]["status"], "AUTHORISED", "{kind}: {consents:?}");
        assert!(history.to_string().contains(reason), "{kind}: {history}");
    }
}
