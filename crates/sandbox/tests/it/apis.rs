//! What holds for every API: interaction ids, headers, envelopes, permissions.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{answer, own, shared};

const ID: &str = "d78fc4e5-37ca-4da3-adf2-9b082bf92280";

#[tokio::test]
async fn the_interaction_id_comes_back_with_version_date_and_type() {
    let receiver = shared().receiver().await;
    let (_, tokens) = receiver.connected().await;
    for (path, version) in [("accounts/v2/accounts", "2.5.1"), ("resources/v3/resources", "3.1.0")] {
        let request = receiver.http.get(receiver.api(path)).bearer_auth(&tokens.access);
        let response = request.header("x-fapi-interaction-id", ID).send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["x-fapi-interaction-id"], ID);
        assert_eq!(response.headers()["x-v"], version);
        assert_eq!(response.headers()["date"], "Sun, 22 Nov 2026 12:00:00 GMT");
        assert!(response.headers()["content-type"].to_str().unwrap().starts_with("application/json"));
    }
}

#[tokio::test]
async fn without_a_good_interaction_id_every_api_answers_400_with_a_fresh_one() {
    let receiver = shared().receiver().await;
    let (consent, tokens) = receiver.connected().await;
    let consents = format!("consents/v3/consents/{consent}");
    let client = receiver.client_token().await;
    let paths = [
        ("accounts/v2/accounts", &tokens.access),
        ("resources/v3/resources", &tokens.access),
        ("customers/v2/personal/identifications", &tokens.access),
        (consents.as_str(), &client),
    ];
    for (path, token) in paths {
        for bad in [None, Some("not-a-uuid"), Some("d78fc4e537ca4da3adf29b082bf92280")] {
            let mut request = receiver.http.get(receiver.api(path)).bearer_auth(token);
            if let Some(bad) = bad {
                request = request.header("x-fapi-interaction-id", bad);
            }
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), 400, "{path} {bad:?}");
            assert_eq!(response.headers()["x-fapi-interaction-id"].len(), 36);
        }
    }
}

#[tokio::test]
async fn a_write_without_a_good_interaction_id_does_nothing() {
    let receiver = shared().receiver().await;
    let consent = receiver.consent().await;
    let token = receiver.client_token().await;
    let address = receiver.api(&format!("consents/v3/consents/{consent}"));
    let response = receiver.http.delete(&address).bearer_auth(&token).send().await.unwrap();
    assert_eq!(response.status(), 400);
    assert_eq!(receiver.consent_state(&consent).await["status"], "AWAITING_AUTHORISATION");
    let body = receiver.consent_body();
    let request = receiver.http.post(receiver.api("consents/v3/consents")).bearer_auth(&token).json(&body);
    let response = request.header("x-fapi-interaction-id", "1").send().await.unwrap();
    assert_eq!(response.status(), 400);
    assert_eq!(response.headers()["x-fapi-interaction-id"].len(), 36);
    assert!(!response.text().await.unwrap().contains("consentId"));
}

#[tokio::test]
async fn refusals_echo_the_interaction_id() {
    let receiver = shared().receiver().await;
    let (_, tokens) = receiver.connected().await;
    let client = receiver.client_token().await;
    let cases = [
        (Method::GET, "accounts/v2/accounts", "bad", 401),
        (Method::GET, "consents/v3/consents/urn:mockbank:nothing", client.as_str(), 404),
        (Method::GET, "nothing/v1/here", tokens.access.as_str(), 404),
        (Method::PUT, "consents/v3/consents", client.as_str(), 405),
        (Method::GET, "resources/v3/resources?page-size=1001", tokens.access.as_str(), 422),
        (Method::GET, "resources/v3/resources", client.as_str(), 403),
    ];
    for (method, path, token, status) in cases {
        let request = receiver.http.request(method, receiver.api(path)).bearer_auth(token);
        let response = request.header("x-fapi-interaction-id", ID).send().await.unwrap();
        assert_eq!(response.status(), status, "{path}");
        assert_eq!(response.headers()["x-fapi-interaction-id"], ID, "{path}");
        assert!(response.headers().contains_key("x-v"), "{path}");
    }
}

#[tokio::test]
async fn many_reads_of_resources_and_balances_are_not_limited() {
    let receiver = shared().receiver().await;
    let (_, tokens) = receiver.connected().await;
    for _ in 0..450 {
        assert_eq!(receiver.get("resources/v3/resources", &tokens.access).await.0, 200);
    }
    let (_, accounts) = receiver.get("accounts/v2/accounts", &tokens.access).await;
    let path = format!("accounts/v2/accounts/{}/reserved-balances", accounts["data"][0]["accountId"].as_str().unwrap());
    for _ in 0..420 {
        assert_eq!(receiver.get(&path, &tokens.access).await.0, 200);
    }
}

#[tokio::test]
async fn refusals_wear_the_envelope_of_the_standard() {
    let receiver = shared().receiver().await;
    let (_, tokens) = receiver.connected().await;
    let client = receiver.client_token().await;
    let cases = [
        (Method::GET, "accounts/v2/accounts", "bad", 401),
        (Method::GET, "accounts/v2/nothing", tokens.access.as_str(), 404),
        (Method::GET, "nothing/v1/here", tokens.access.as_str(), 404),
        (Method::DELETE, "resources/v3/resources", tokens.access.as_str(), 405),
        (Method::GET, "resources/v3/resources?page-size=1001", tokens.access.as_str(), 422),
        (Method::GET, "resources/v3/resources?page=9", tokens.access.as_str(), 422),
        (Method::GET, "resources/v3/resources", client.as_str(), 403),
    ];
    for (method, path, token, expected) in cases {
        let (status, body) = answer(receiver.call(method, path, token, None).await).await;
        assert_eq!(status, expected, "{path} {body}");
        let error = &body["errors"][0];
        assert!(
            error["code"].is_string() && error["title"].is_string() && error["detail"].is_string(),
            "{path} {body}"
        );
        assert_eq!(body["meta"]["requestDateTime"], "2026-11-22T12:00:00Z", "{path} {body}");
    }
}

#[tokio::test]
async fn only_json_is_spoken() {
    let receiver = shared().receiver().await;
    let (_, tokens) = receiver.connected().await;
    let request = receiver.http.get(receiver.api("resources/v3/resources")).bearer_auth(&tokens.access);
    let response = request.header("x-fapi-interaction-id", ID).header("accept", "text/html").send().await.unwrap();
    assert_eq!(response.status(), 406);
    let token = receiver.client_token().await;
    let request = receiver.http.post(receiver.api("consents/v3/consents")).bearer_auth(token).body("x=1");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(request.header("x-fapi-interaction-id", ID).send().await.unwrap().status(), 415);
}

#[tokio::test]
async fn a_permission_that_is_missing_is_forbidden() {
    let receiver = shared().receiver().await;
    let mut body = receiver.consent_body();
    body["data"]["permissions"] = json!(["RESOURCES_READ", "ACCOUNTS_READ", "ACCOUNTS_BALANCES_READ"]);
    let consent = receiver.consent_of(&body).await;
    let tokens = receiver.tokens(&receiver.approved_of(&consent, receiver.asked(&consent)).await).await;
    let (_, accounts): (u16, Value) = receiver.get("accounts/v2/accounts", &tokens.access).await;
    let account = accounts["data"][0]["accountId"].as_str().unwrap();
    let path = |name: &str| format!("accounts/v2/accounts/{account}/{name}");
    assert_eq!(receiver.get(&path("balances"), &tokens.access).await.0, 200);
    assert_eq!(receiver.get(&path("transactions"), &tokens.access).await.0, 403);
    assert_eq!(receiver.get("customers/v2/personal/identifications", &tokens.access).await.0, 403);
}

#[tokio::test]
async fn a_token_of_one_brand_is_not_good_at_another() {
    let receiver = shared().receiver().await;
    let (_, tokens) = receiver.connected().await;
    let address = receiver.api("accounts/v2/accounts").replace("/mockbank/", "/aurora/");
    let request = receiver.http.get(address).bearer_auth(&tokens.access).header("x-fapi-interaction-id", ID);
    assert_eq!(request.send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let receiver = shared().receiver().await;
    let token = receiver.client_token().await;
    let body = json!({"data": "x".repeat(200_000)});
    let request = receiver.http.post(receiver.api("consents/v3/consents")).bearer_auth(&token).json(&body);
    let response = request.header("x-fapi-interaction-id", ID).send().await.unwrap();
    assert_eq!(response.status(), 413, "the caller sees the answer, not a broken connection");
    let (status, _) = receiver.get("consents/v3/consents/urn:mockbank:nothing", &token).await;
    assert_eq!(status, 404, "the bank goes on");
}

#[tokio::test]
async fn resources_are_gathered_for_a_while() {
    const SARAH: &str = "84154817728";
    let net = own();
    let receiver = net.receiver().await;
    let mut body = receiver.consent_body();
    body["data"]["loggedUser"]["document"]["identification"] = json!(SARAH);
    let consent = receiver.consent_of(&body).await;
    let tokens = receiver.tokens(&receiver.approved_as(&consent, receiver.asked(&consent), SARAH).await).await;
    let gathering = receiver.call(Method::GET, "resources/v3/resources", &tokens.access, None).await;
    assert_eq!((gathering.status().as_u16(), gathering.headers()["x-v"].to_str().unwrap()), (202, "3.1.0"));
    assert!(gathering.bytes().await.unwrap().is_empty());
    net.clock.advance(SignedDuration::from_secs(29));
    assert_eq!(receiver.call(Method::GET, "resources/v3/resources", &tokens.access, None).await.status(), 202);
    net.clock.advance(SignedDuration::from_secs(1));
    let (status, resources) = receiver.get("resources/v3/resources", &tokens.access).await;
    assert_eq!((status, &resources["data"][0]["type"]), (200, &"ACCOUNT".into()));
}

#[tokio::test]
async fn cards_are_chosen_beside_accounts_and_contracts_join_by_themselves() {
    let net = own();
    let receiver = net.receiver().await;
    let mut body = receiver.consent_body();
    let permissions = body["data"]["permissions"].as_array_mut().unwrap();
    let loans: Vec<Value> = ["LOANS", "FINANCINGS", "UNARRANGED_ACCOUNTS_OVERDRAFT", "INVOICE_FINANCINGS"]
        .iter()
        .flat_map(|family| {
            ["", "_WARRANTIES", "_SCHEDULED_INSTALMENTS", "_PAYMENTS"].map(|part| format!("{family}{part}_READ"))
        })
        .map(Value::from)
        .collect();
    permissions.extend(loans);
    permissions.extend([json!("CREDIT_CARDS_ACCOUNTS_READ"), json!("CREDIT_CARDS_ACCOUNTS_LIMITS_READ")]);
    let consent = receiver.consent_of(&body).await;
    let request_uri = receiver.pushed(&receiver.asked(&consent).claims).await;
    let page = receiver.logged_in(&request_uri).await;
    let html = receiver.page(&page).await;
    assert!(html.contains("Cartões de crédito") && html.contains("Cartão Mock Black final"), "{html}");
    let offered = crate::support::resources(&html);
    assert_eq!(offered.len(), 3, "two accounts and a card");
    assert_eq!(receiver.decide(&page, "approve", &[]).await.status(), 422);
    assert_eq!(receiver.decide(&page, "approve", &offered[2..]).await.status(), 303);
}
