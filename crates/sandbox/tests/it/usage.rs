//! Limits by month and by minute, and the counts behind them.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Net, own};

const LIST: &str = "accounts/v2/accounts";

async fn enforce(net: &Net, limits: Value) -> u16 {
    let client = crate::support::http(net.kit(0), false);
    client.put(format!("{}/sandbox/limits", net.people)).json(&limits).send().await.unwrap().status().as_u16()
}

async fn usage(net: &Net, query: &str) -> Vec<Value> {
    let client = crate::support::http(net.kit(0), false);
    let response = client.get(format!("{}/sandbox/usage{query}", net.people)).send().await.unwrap();
    let body: Value = response.json().await.unwrap();
    body["usage"].as_array().unwrap().clone()
}

fn line<'a>(lines: &'a [Value], endpoint: &str) -> &'a Value {
    lines.iter().find(|line| line["endpoint"] == endpoint).unwrap()
}

#[tokio::test]
async fn successful_calls_are_counted_by_endpoint_consent_and_month() {
    let net = own();
    let receiver = net.receiver().await;
    let (consent, tokens) = receiver.connected().await;
    let (_, accounts) = receiver.get(LIST, &tokens.access).await;
    let id = accounts["data"][0]["accountId"].as_str().unwrap();
    receiver.get(LIST, &tokens.access).await;
    let balances = format!("{LIST}/{id}/balances");
    assert_eq!(receiver.get(&balances, &tokens.access).await.0, 200);
    for refused in [format!("{LIST}?page=9"), format!("{LIST}/unknown/balances"), "resources/v3/resources".to_owned()] {
        receiver.get(&refused, &tokens.access).await;
    }
    let lines = usage(&net, "").await;
    assert_eq!(lines.len(), 2, "{lines:?}");
    let list = line(&lines, LIST);
    assert_eq!((&list["counted"], &list["limit"], &list["consent_id"]), (&2.into(), &8.into(), &consent.into()));
    assert_eq!((&list["month"], &list["brand"]), (&"2026-11".into(), &"mockbank".into()));
    let one = line(&lines, "accounts/v2/accounts/{accountId}/balances");
    assert_eq!((&one["counted"], &one["path"]), (&1.into(), &balances.into()));
    assert!(!Value::from(lines.clone()).to_string().contains("76109277673"), "whose data it was stays unsaid");
    assert!(usage(&net, "?month=2026-10").await.is_empty());
    assert!(usage(&net, "?consent=urn:mockbank:other").await.is_empty());
}

#[tokio::test]
async fn the_ninth_call_of_a_month_is_locked_and_the_next_month_opens() {
    let net = own();
    let receiver = net.receiver().await;
    let (_, tokens) = receiver.connected().await;
    assert_eq!(enforce(&net, json!({"monthly": true})).await, 200);
    for _ in 0..8 {
        assert_eq!(receiver.get(LIST, &tokens.access).await.0, 200);
    }
    let (status, body) = receiver.get(LIST, &tokens.access).await;
    assert_eq!((status, &body["errors"][0]["code"]), (423, &"LIMITE_OPERACIONAL_EXCEDIDO".into()));
    assert_eq!(line(&usage(&net, "").await, LIST)["refused"], 1);
    assert_eq!(receiver.get("resources/v3/resources", &tokens.access).await.0, 200, "not limited");
    net.clock.advance(SignedDuration::from_hours(24 * 10));
    let (_, tokens) = receiver.connected().await;
    assert_eq!(receiver.get(LIST, &tokens.access).await.0, 200);
}

#[tokio::test]
async fn a_resource_stays_used_up_under_a_new_consent_and_opens_with_the_month() {
    let net = own();
    let receiver = net.receiver().await;
    let (_, tokens) = receiver.connected().await;
    let (_, accounts) = receiver.get(LIST, &tokens.access).await;
    let detail = format!("{LIST}/{}", accounts["data"][0]["accountId"].as_str().unwrap());
    enforce(&net, json!({"monthly": true})).await;
    for _ in 0..8 {
        assert_eq!(receiver.get(&detail, &tokens.access).await.0, 200);
    }
    let (_, again) = receiver.connected().await;
    assert_eq!(receiver.get(&detail, &again.access).await.0, 423);
    assert_eq!(receiver.get(LIST, &again.access).await.0, 200, "lists go by the consent");
    net.clock.advance(SignedDuration::from_hours(24 * 10));
    let (_, later) = receiver.connected().await;
    assert_eq!(receiver.get(&detail, &later.access).await.0, 200);
}

#[tokio::test]
async fn further_pages_use_nothing_up() {
    let net = own();
    let receiver = net.receiver().await;
    let (_, tokens) = receiver.connected().await;
    let (_, accounts) = receiver.get(LIST, &tokens.access).await;
    let base = format!("{LIST}/{}/transactions", accounts["data"][0]["accountId"].as_str().unwrap());
    enforce(&net, json!({"monthly": true})).await;
    let first = format!("{base}?fromBookingDate=2025-11-30&toBookingDate=2026-11-22");
    let (status, body) = receiver.get(&first, &tokens.access).await;
    assert_eq!(status, 200);
    let mut next = body["links"]["next"].as_str().map(str::to_owned);
    for _ in 0..12 {
        let address = next.unwrap();
        let path = address.split("open-banking/").nth(1).unwrap();
        let (status, body) = receiver.get(path, &tokens.access).await;
        assert_eq!(status, 200, "{body}");
        next = body["links"]["next"].as_str().map(str::to_owned);
    }
    let lines = usage(&net, "").await;
    let line = line(&lines, "accounts/v2/accounts/{accountId}/transactions");
    assert_eq!((&line["counted"], &line["further_pages"]), (&1.into(), &12.into()));
    for _ in 0..7 {
        let made_up = format!("{first}&page=2&pagination-key=AAAA");
        assert_eq!(receiver.get(&made_up, &tokens.access).await.0, 200);
    }
    assert_eq!(receiver.get(&first, &tokens.access).await.0, 423, "pages with a made-up key counted");
}

#[tokio::test]
async fn a_minute_holds_so_many_calls() {
    let net = own();
    let receiver = net.receiver().await;
    let (_, tokens) = receiver.connected().await;
    assert_eq!(enforce(&net, json!({"per_minute": 3})).await, 200);
    for _ in 0..3 {
        assert_eq!(receiver.get(LIST, &tokens.access).await.0, 200);
    }
    let response = receiver.call(Method::GET, LIST, &tokens.access, None).await;
    assert_eq!((response.status().as_u16(), &response.headers()["retry-after"]), (429, &"60".parse().unwrap()));
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["errors"][0]["code"], "LIMITE_DE_REQUISICOES_EXCEDIDO");
    assert_eq!(receiver.get("resources/v3/resources", &tokens.access).await.0, 200, "not limited");
    net.clock.advance(SignedDuration::from_secs(60));
    assert_eq!(receiver.get(LIST, &tokens.access).await.0, 200);
}

#[tokio::test]
async fn nothing_is_enforced_at_first_and_what_is_survives_a_restart() {
    let net = own();
    let receiver = net.receiver().await;
    let (_, tokens) = receiver.connected().await;
    for _ in 0..12 {
        assert_eq!(receiver.get(LIST, &tokens.access).await.0, 200);
    }
    enforce(&net, json!({"monthly": true})).await;
    let net = net.restarted();
    let receiver = net.receiver().await;
    assert_eq!(line(&usage(&net, "").await, LIST)["counted"], 12);
    assert_eq!(receiver.get(LIST, &tokens.access).await.0, 423);
    assert_eq!(enforce(&net, json!({})).await, 200);
    assert_eq!(receiver.get(LIST, &tokens.access).await.0, 200);
}

#[tokio::test]
async fn malformed_limits_are_refused() {
    let net = own();
    for bad in
        [json!("on"), json!({"monthly": "yes"}), json!({"per_minute": 0}), json!({"per_minute": -1}), json!({"x": 1})]
    {
        assert_eq!(enforce(&net, bad.clone()).await, 400, "{bad}");
    }
}
