//! Client authentication: what must be refused, and what must not.

use serde_json::{Value, json};

use crate::request_objects::{rs256, unsigned};
use crate::support::{Receiver, http, shared};

const GRANT: [(&str, &str); 2] = [("grant_type", "client_credentials"), ("scope", "consents")];

/// Expects the assertion refused at the token endpoint, and at PAR as well.
async fn refused(receiver: &Receiver<'_>, assertion: impl Fn() -> String) {
    expect_refusal(receiver.post("token", &assertion(), &GRANT).await);
    let claims = receiver.asked(&receiver.consent().await).claims;
    let request = vinculo_fapi::jws::sign(&receiver.key, &claims).unwrap();
    expect_refusal(receiver.post("par", &assertion(), &[("request", &request)]).await);
}

fn expect_refusal((status, body): (u16, Value)) {
    assert!(status == 400 || status == 401, "{status} {body}");
    let error = body["error"].as_str().unwrap();
    assert!(["invalid_client", "invalid_request"].contains(&error), "{body}");
}

fn claims(receiver: &Receiver<'_>) -> Value {
    let now = receiver.net.now().as_second();
    json!({"iss": receiver.client_id, "sub": receiver.client_id, "aud": receiver.issuer(), "iat": now, "exp": now + 60,
           "jti": vinculo_fapi::random::token()})
}

#[tokio::test]
async fn one_signed_with_rs256_is_refused() {
    let receiver = shared().receiver().await;
    refused(&receiver, || rs256(&receiver, &claims(&receiver))).await;
}

#[tokio::test]
async fn one_without_a_signature_is_refused() {
    let receiver = shared().receiver().await;
    refused(&receiver, || unsigned(&claims(&receiver))).await;
}

#[tokio::test]
async fn none_at_all_is_refused() {
    let receiver = shared().receiver().await;
    let form = [("client_id", receiver.client_id.as_str()), GRANT[0], GRANT[1]];
    let response = receiver.http.post(receiver.endpoint("token")).form(&form).send().await.unwrap();
    expect_refusal(crate::support::answer(response).await);
    let claims = receiver.asked(&receiver.consent().await).claims;
    let request = vinculo_fapi::jws::sign(&receiver.key, &claims).unwrap();
    let form = [("client_id", receiver.client_id.as_str()), ("request", &request)];
    let response = receiver.http.post(receiver.endpoint("par")).form(&form).send().await.unwrap();
    expect_refusal(crate::support::answer(response).await);
}

#[tokio::test]
async fn a_request_object_does_not_pass_as_one() {
    let receiver = shared().receiver().await;
    let claims = receiver.asked(&receiver.consent().await).claims;
    let sign = || vinculo_fapi::jws::sign(&receiver.key, &claims).unwrap();
    refused(&receiver, sign).await;
}

#[tokio::test]
async fn an_expired_one_is_refused() {
    let receiver = shared().receiver().await;
    let past = receiver.net.now().as_second() - 300;
    refused(&receiver, || receiver.assertion_of(|claims| claims["exp"] = past.into())).await;
}

#[tokio::test]
async fn one_for_another_audience_is_refused() {
    let receiver = shared().receiver().await;
    refused(&receiver, || receiver.assertion_of(|claims| claims["aud"] = json!("https://elsewhere.example"))).await;
}

#[tokio::test]
async fn one_for_the_par_endpoint_is_refused_at_the_token_endpoint() {
    let receiver = shared().receiver().await;
    let par = receiver.endpoint("par");
    let assertion = receiver.assertion_of(|claims| claims["aud"] = json!(par));
    expect_refusal(receiver.post("token", &assertion, &GRANT).await);
}

#[tokio::test]
async fn without_sub_it_is_refused_so_that_no_request_object_passes_as_one() {
    let receiver = shared().receiver().await;
    let without = |claims: &mut Value| drop(claims.as_object_mut().unwrap().remove("sub"));
    refused(&receiver, || receiver.assertion_of(without)).await;
    let request = receiver.asked(&receiver.consent().await).claims;
    let signed = vinculo_fapi::jws::sign(&receiver.key, &request).unwrap();
    expect_refusal(receiver.post("token", &signed, &GRANT).await);
}

#[tokio::test]
async fn another_iss_or_sub_is_refused() {
    let receiver = shared().receiver().await;
    for name in ["iss", "sub"] {
        refused(&receiver, || receiver.assertion_of(|claims| claims[name] = json!("somebody-else"))).await;
    }
}

#[tokio::test]
async fn one_signed_with_another_clients_key_is_refused() {
    let (first, second) = (shared().receiver().await, shared().second().await);
    refused(&first, || vinculo_fapi::jws::sign(&second.key, &claims(&first)).unwrap()).await;
}

#[tokio::test]
async fn the_client_id_of_another_client_is_refused() {
    let (first, second) = (shared().receiver().await, shared().second().await);
    let form = [
        ("client_id", second.client_id.as_str()),
        ("client_assertion_type", vinculo_fapi::client_assertion::TYPE),
        ("client_assertion", &first.assertion()),
        GRANT[0],
        GRANT[1],
    ];
    let response = first.http.post(first.endpoint("token")).form(&form).send().await.unwrap();
    expect_refusal(crate::support::answer(response).await);
}

#[tokio::test]
async fn one_used_before_is_refused() {
    let receiver = shared().receiver().await;
    let assertion = receiver.assertion();
    assert_eq!(receiver.post("token", &assertion, &GRANT).await.0, 200);
    expect_refusal(receiver.post("token", &assertion, &GRANT).await);
}

#[tokio::test]
async fn without_a_client_certificate_it_is_refused() {
    let mut receiver = shared().receiver().await;
    receiver.http = http(receiver.kit, false);
    expect_refusal(receiver.post("token", &receiver.assertion(), &GRANT).await);
    let request = [("request", "x")];
    expect_refusal(receiver.post("par", &receiver.assertion(), &request).await);
}

#[tokio::test]
async fn with_another_clients_certificate_it_is_refused() {
    let mut receiver = shared().receiver().await;
    receiver.http = http(shared().kit(1), true);
    expect_refusal(receiver.post("token", &receiver.assertion(), &GRANT).await);
}

#[tokio::test]
async fn every_name_of_the_server_is_accepted_as_audience() {
    let receiver = shared().receiver().await;
    let (issuer, token, par) = (receiver.issuer(), receiver.endpoint("token"), receiver.endpoint("par"));
    for audience in [json!(issuer), json!(token), json!([issuer]), json!(["https://elsewhere.example", token])] {
        let assertion = receiver.assertion_of(|claims| claims["aud"] = audience.clone());
        let (status, body) = receiver.post("token", &assertion, &GRANT).await;
        assert_eq!(status, 200, "{audience} {body}");
    }
    for audience in [json!(issuer), json!(token), json!(par), json!([par, "https://elsewhere.example"])] {
        let assertion = receiver.assertion_of(|claims| claims["aud"] = audience.clone());
        let claims = receiver.asked(&receiver.consent().await).claims;
        let request = vinculo_fapi::jws::sign(&receiver.key, &claims).unwrap();
        let (status, body) = receiver.post("par", &assertion, &[("request", &request)]).await;
        assert_eq!(status, 201, "{audience} {body}");
    }
}
