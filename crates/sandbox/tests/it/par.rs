//! Pushed requests and their names.

use jiff::SignedDuration;
use reqwest::Method;
use vinculo_fapi::jws;

use crate::support::{own, shared};

#[tokio::test]
async fn the_answer_names_the_request_for_at_least_a_minute() {
    let receiver = shared().receiver().await;
    let (status, body) = receiver.push(&receiver.asked(&receiver.consent().await).claims).await;
    assert_eq!(status, 201);
    assert!(body["request_uri"].as_str().unwrap().starts_with("urn:ietf:params:oauth:request_uri:"));
    assert!(body["expires_in"].as_u64().unwrap() >= 60);
}

#[tokio::test]
async fn a_request_uri_as_parameter_is_refused() {
    let receiver = shared().receiver().await;
    let request = jws::sign(&receiver.key, &receiver.asked(&receiver.consent().await).claims).unwrap();
    let form = [("request", request.as_str()), ("request_uri", "urn:x")];
    let (status, body) = receiver.post("par", &receiver.assertion(), &form).await;
    assert_eq!((status, body["error"].as_str().unwrap()), (400, "invalid_request"));
}

#[tokio::test]
async fn parameters_without_a_request_object_are_refused() {
    let receiver = shared().receiver().await;
    let form = [("response_type", "code id_token"), ("scope", "openid"), ("nonce", "n")];
    let (status, body) = receiver.post("par", &receiver.assertion(), &form).await;
    assert_eq!((status, body["error"].as_str().unwrap()), (400, "invalid_request"));
}

#[tokio::test]
async fn other_methods_are_refused() {
    let receiver = shared().receiver().await;
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let response = receiver.http.request(method, receiver.endpoint("par")).send().await.unwrap();
        assert_eq!(response.status(), 405);
    }
}

#[tokio::test]
async fn the_page_opens_any_number_of_times_before_the_login() {
    let receiver = shared().receiver().await;
    let request_uri = receiver.pushed(&receiver.asked(&receiver.consent().await).claims).await;
    for _ in 0..3 {
        assert_eq!(receiver.visit(&request_uri).await.status(), 200);
    }
    receiver.logged_in(&request_uri).await;
}

#[tokio::test]
async fn after_the_login_the_request_is_used_up() {
    let receiver = shared().receiver().await;
    let request_uri = receiver.pushed(&receiver.asked(&receiver.consent().await).claims).await;
    let page = receiver.logged_in(&request_uri).await;
    let again = receiver.visit(&request_uri).await;
    assert_eq!(again.status(), 400);
    assert!(again.text().await.unwrap().contains("invalid_request_uri"));
    receiver.approve(&page).await;
    assert_eq!(receiver.visit(&request_uri).await.status(), 400);
    assert_eq!(receiver.login(&request_uri, "76109277673", "P@ssword01").await.status(), 400);
}

#[tokio::test]
async fn an_expired_request_is_refused() {
    let net = own();
    let receiver = net.receiver().await;
    let request_uri = receiver.pushed(&receiver.asked(&receiver.consent().await).claims).await;
    net.clock.advance(SignedDuration::from_mins(30));
    assert_eq!(receiver.visit(&request_uri).await.status(), 400);
    assert_eq!(receiver.login(&request_uri, "76109277673", "P@ssword01").await.status(), 400);
}

#[tokio::test]
async fn another_clients_request_is_refused_without_a_redirect() {
    let (first, second) = (shared().receiver().await, shared().second().await);
    let request_uri = first.pushed(&first.asked(&first.consent().await).claims).await;
    let response = second.visit(&request_uri).await;
    assert_eq!(response.status(), 400);
    assert!(response.headers().get("location").is_none());
    assert_eq!(second.login(&request_uri, "76109277673", "P@ssword01").await.status(), 400);
}

#[tokio::test]
async fn an_authorization_request_without_a_pushed_one_is_refused_without_a_redirect() {
    let receiver = shared().receiver().await;
    let claims = receiver.asked(&receiver.consent().await).claims;
    let request = jws::sign(&receiver.key, &claims).unwrap();
    let id = receiver.client_id.as_str();
    let plain = [("client_id", id), ("response_type", "code id_token"), ("redirect_uri", "https://attacker.example")];
    for query in [&[("client_id", id)][..], &[("client_id", id), ("request", &request)], &plain] {
        let address = url::Url::parse_with_params(&format!("{}/authorize", receiver.issuer()), query).unwrap();
        let response = receiver.browser.get(address).send().await.unwrap();
        assert_eq!(response.status(), 400);
        assert!(response.headers().get("location").is_none());
    }
}

#[tokio::test]
async fn another_nonce_outside_is_refused() {
    let receiver = shared().receiver().await;
    let request_uri = receiver.pushed(&receiver.asked(&receiver.consent().await).claims).await;
    let query = [("client_id", receiver.client_id.as_str()), ("request_uri", &request_uri), ("nonce", "another")];
    let address = url::Url::parse_with_params(&format!("{}/authorize", receiver.issuer()), query).unwrap();
    let response = receiver.browser.get(address).send().await.unwrap();
    assert_eq!(response.status(), 400);
    assert!(response.text().await.unwrap().contains("invalid_request"));
}

#[tokio::test]
async fn a_consent_that_has_ended_cannot_be_pushed() {
    let receiver = shared().receiver().await;
    let consent = receiver.consent().await;
    receiver.delete_consent(&consent).await;
    let (status, body) = receiver.push(&receiver.asked(&consent).claims).await;
    assert_eq!((status, body["error"].as_str().unwrap()), (400, "invalid_request"));
}

#[tokio::test]
async fn a_consent_may_be_tried_again_until_it_is_authorised() {
    let receiver = shared().receiver().await;
    let consent = receiver.consent().await;
    receiver.pushed(&receiver.asked(&consent).claims).await;
    let approved = receiver.approved_of(&consent, receiver.asked(&consent)).await;
    receiver.tokens(&approved).await;
    assert_eq!(receiver.push(&receiver.asked(&consent).claims).await.0, 400);
}
