//! Banks that misbehave: each ends in the right error for the user, and nothing is half stored.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail the test")]

mod faults;

use serde_json::{Value, json};
use vinculo_testkit::{App, Journey, Person, Received, Receiver, eventually};

async fn app() -> App {
    App::builder(env!("CARGO_BIN_EXE_vinculo"))
        // A bank that never answers is given up after one second here, not after fifteen.
        .variable("VINCULO_BANK_TIMEOUT_SECONDS", "1")
        // The connector asks again by itself; a job that fails all the same is not tried another time here.
        .variable("VINCULO_JOB_ATTEMPTS", "1")
        .start()
        .await
        .unwrap()
}

/// Makes the bank misbehave at one step for every call.
fn always(step: &str, kind: &str) -> Value {
    json!({"brand": "mockbank", "step": step, "kind": kind, "times": 1_000})
}

async fn no_link_and_no_consent(app: &App) {
    assert_eq!(app.get("/api/links/").await["count"], 0);
    let consents = app.list(&format!("/api/consents/?user_document={}", Person::RALPH.cpf)).await;
    assert!(consents.iter().all(|c| c["status"] != "AUTHORISED"), "{consents:?}");
}

/// Accepts the consent at a bank that misbehaves, and returns the page that follows.
async fn accept(app: &App) -> Journey {
    let access = app.token(&app.token_body(&Person::RALPH)).await;
    let mut journey = Journey::open(app, &access).await;
    journey.submit("id=\"step-form\"", |form| form).await;
    journey.choose("ofmockbank_br_retail").await;
    journey.submit("id=\"step-form\"", |form| form).await;
    journey
}

async fn fails_before_the_bank(step: &str, kind: &str, code: &str) {
    let app = app().await;
    app.force(always(step, kind)).await;
    let journey = accept(&app).await;
    assert_eq!(journey.step(), "failed", "{step} {kind}: {}", journey.page);
    assert!(journey.page.contains(&format!("data-error=\"{code}\"")), "{step} {kind}: {}", journey.page);
    no_link_and_no_consent(&app).await;
}

#[tokio::test]
async fn a_bank_that_fails_on_consents_is_unavailable() {
    fails_before_the_bank("consents", "status:500", "institution_unavailable").await;
}

#[tokio::test]
async fn a_bank_that_talks_garbage_on_consents_is_an_unexpected_error() {
    fails_before_the_bank("consents", "garbage", "unexpected_error").await;
}

#[tokio::test]
async fn a_bank_that_never_answers_consents_times_out() {
    fails_before_the_bank("consents", "hang", "request_timeout").await;
}

#[tokio::test]
async fn a_bank_that_answers_consents_byte_by_byte_times_out() {
    fails_before_the_bank("consents", "drip", "request_timeout").await;
}

#[tokio::test]
async fn a_bank_that_answers_consents_without_end_is_an_unexpected_error() {
    fails_before_the_bank("consents", "huge", "unexpected_error").await;
}

#[tokio::test]
async fn a_bank_that_refuses_the_pushed_request_is_an_unexpected_error() {
    fails_before_the_bank("par", "status:400", "unexpected_error").await;
}

#[tokio::test]
async fn a_bank_without_its_token_endpoint_is_unavailable() {
    fails_before_the_bank("token", "status:503", "institution_unavailable").await;
}

async fn fails_after_the_bank(step: &str, kind: &str) {
    let app = app().await;
    let mut journey = accept(&app).await;
    journey.leave_for_bank().await;
    journey.log_in(Person::RALPH.login, "P@ssword01").await;
    app.force(always(step, kind)).await;
    journey.decide(true).await;
    journey.callback().await;
    let ending = journey.settle().await;
    assert_eq!(ending.step, "failed", "{step} {kind}: {}", journey.page);
    no_link_and_no_consent(&app).await;
}

#[tokio::test]
async fn an_exchange_that_fails_leaves_no_link() {
    fails_after_the_bank("token", "status:400").await;
}

#[tokio::test]
async fn an_exchange_that_talks_garbage_leaves_no_link() {
    fails_after_the_bank("token", "garbage").await;
}

/// Waits for a webhook of a link.
async fn webhook(receiver: &Receiver, link: &str, kind: &str) -> Received {
    eventually(&format!("the event of {kind}"), || async {
        receiver.of_link(link).into_iter().find(|hook| hook.text("webhook_type") == kind)
    })
    .await
}

/// Connects, then lets one data endpoint misbehave for good: its event tells of the error, the others are complete.
async fn one_resource_fails(step: &str, kind: &str) {
    let app = app().await;
    let receiver = Receiver::start().await;
    app.add_webhook(receiver.url(), "Bearer x");
    app.force(always(step, kind)).await;
    let link = Journey::connect(&app, &Person::RALPH).await;
    let hook = webhook(&receiver, &link, "TRANSACTIONS").await;
    assert!(hook.body["data"]["errors"][0]["code"].is_string(), "{}", hook.body);
    let stored = app.get(&format!("/api/transactions/?link={link}")).await;
    assert_eq!(stored["count"], hook.body["data"]["total_transactions"], "the event counts what is there");
    let owners = webhook(&receiver, &link, "OWNERS").await;
    assert_eq!(owners.body["data"]["total_owners"], 1);
}

#[tokio::test]
async fn transactions_that_are_garbage_end_in_an_event_with_an_error() {
    one_resource_fails("transactions", "garbage").await;
}

#[tokio::test]
async fn transactions_that_always_fail_end_in_an_event_with_an_error() {
    one_resource_fails("transactions", "status:500").await;
}

#[tokio::test]
async fn transactions_without_end_end_in_an_event_with_an_error() {
    one_resource_fails("transactions", "endless_pages").await;
}

#[tokio::test]
async fn transactions_that_never_arrive_end_in_an_event_with_an_error() {
    one_resource_fails("transactions", "hang").await;
}

#[tokio::test]
async fn transactions_that_arrive_byte_by_byte_end_in_an_event_with_an_error() {
    one_resource_fails("transactions", "drip").await;
}

#[tokio::test]
async fn a_bank_that_stumbles_is_asked_again() {
    let app = app().await;
    let receiver = Receiver::start().await;
    app.add_webhook(receiver.url(), "Bearer x");
    app.force(json!({"brand": "mockbank", "step": "transactions", "kind": "status:500", "times": 2})).await;
    app.force(json!({"brand": "mockbank", "step": "accounts", "kind": "status:429", "times": 1})).await;
    let link = Journey::connect(&app, &Person::RALPH).await;
    let hook = webhook(&receiver, &link, "TRANSACTIONS").await;
    assert!(hook.body["data"]["errors"].is_null(), "{}", hook.body);
    assert!(hook.body["data"]["total_transactions"].as_u64() > Some(50));
}
