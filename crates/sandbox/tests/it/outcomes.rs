//! Banks that fail on command.

use serde_json::{Value, json};

use crate::support::{Net, fragment, own, parameter};

async fn force(net: &Net, outcome: Value) -> u16 {
    let client = crate::support::http(net.kit(0), false);
    client.post(format!("{}/sandbox/outcomes", net.people)).json(&outcome).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn an_error_strikes_as_often_as_asked() {
    let net = own();
    let receiver = net.receiver().await;
    let (_, tokens) = receiver.connected().await;
    assert_eq!(force(&net, json!({"step": "accounts", "kind": "status:500", "times": 2})).await, 201);
    for expected in [500, 500, 200] {
        let (status, body) = receiver.get("accounts/v2/accounts", &tokens.access).await;
        assert_eq!(status, expected, "{body}");
    }
}

#[tokio::test]
async fn only_the_named_person_and_brand_are_struck() {
    let net = own();
    let receiver = net.receiver().await;
    let (_, tokens) = receiver.connected().await;
    force(&net, json!({"step": "accounts", "kind": "status:500", "document": "21858449030"})).await;
    force(&net, json!({"step": "accounts", "kind": "status:500", "brand": "aurora"})).await;
    assert_eq!(receiver.get("accounts/v2/accounts", &tokens.access).await.0, 200);
    force(&net, json!({"step": "accounts", "kind": "status:429", "document": "76109277673"})).await;
    let response = receiver.call(reqwest::Method::GET, "accounts/v2/accounts", &tokens.access, None).await;
    assert_eq!((response.status().as_u16(), response.headers()["retry-after"].to_str().unwrap()), (429, "1"));
}

#[tokio::test]
async fn outcomes_are_removed_and_survive_a_restart() {
    let net = own();
    force(&net, json!({"step": "consents:create", "kind": "status:503"})).await;
    let net = net.restarted();
    let receiver = net.receiver().await;
    assert_eq!(receiver.post_consent(&receiver.consent_body()).await.0, 503);
    let all = format!("{}/sandbox/outcomes", net.people);
    assert_eq!(receiver.browser.delete(all).send().await.unwrap().status(), 204);
    assert_eq!(receiver.post_consent(&receiver.consent_body()).await.0, 201);
}

#[tokio::test]
async fn malformed_outcomes_are_refused() {
    let net = own();
    for bad in [json!({}), json!({"step": "par", "kind": "explode"}), json!({"step": "par", "kind": "hang", "more": 1})]
    {
        assert_eq!(force(&net, bad).await, 400);
    }
}

#[tokio::test]
async fn garbage_comes_as_a_success() {
    let net = own();
    let receiver = net.receiver().await;
    let (_, tokens) = receiver.connected().await;
    force(&net, json!({"step": "resources", "kind": "garbage"})).await;
    assert_eq!(receiver.get("resources/v3/resources", &tokens.access).await, (200, Value::Null));
}

#[tokio::test]
async fn pages_without_end_always_lead_on() {
    let net = own();
    let receiver = net.receiver().await;
    let (_, tokens) = receiver.connected().await;
    force(&net, json!({"step": "transactions", "kind": "endless_pages"})).await;
    let (_, accounts) = receiver.get("accounts/v2/accounts", &tokens.access).await;
    let account = accounts["data"][0]["accountId"].as_str().unwrap();
    let mut path = format!("accounts/v2/accounts/{account}/transactions");
    let base = receiver.api("");
    for _ in 0..5 {
        let (status, body) = receiver.get(&path, &tokens.access).await;
        assert_eq!(status, 200, "{body}");
        path = body["links"]["next"].as_str().unwrap().strip_prefix(&base).unwrap().to_owned();
    }
}

#[tokio::test]
async fn the_page_answers_by_itself_when_told_to() {
    let net = own();
    let receiver = net.receiver().await;
    for (kind, expected, status) in [("approved", "code", "AUTHORISED"), ("denied", "error", "REJECTED")] {
        force(&net, json!({"step": "authorize", "kind": kind, "times": 1})).await;
        let consent = receiver.consent().await;
        let request_uri = receiver.pushed(&receiver.asked(&consent).claims).await;
        let response = receiver.visit(&request_uri).await;
        assert_eq!(response.status(), 303);
        let back = fragment(response.headers()["location"].to_str().unwrap());
        assert!(parameter(&back, expected).is_some(), "{kind}");
        assert_eq!(receiver.consent_state(&consent).await["status"], status);
    }
}

#[tokio::test]
async fn pages_of_other_sites_control_nothing() {
    let net = own();
    let client = crate::support::http(net.kit(0), false);
    let call = async |origin: &str| {
        let request = client.post(format!("{}/sandbox/outcomes", net.people)).header("origin", origin);
        let body = json!({"step": "accounts", "kind": "status:500"}).to_string();
        request.header("content-type", "text/plain").body(body).send().await.unwrap().status().as_u16()
    };
    for foreign in ["https://evil.example", "null", "http://127.0.0.1:1", ""] {
        assert_eq!(call(foreign).await, 403, "{foreign}");
    }
    assert_eq!(call(&net.people).await, 201);
}
