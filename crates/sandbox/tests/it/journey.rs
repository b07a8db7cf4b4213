//! The whole path, and the ends it can take.

use reqwest::Method;
use serde_json::json;
use vinculo_fapi::discovery::{Discovery, UrlPolicy, document_url};
use vinculo_fapi::id_token::{self, Expected, Source};
use vinculo_fapi::jwks::JwkSet;

use crate::support::{Approved, Receiver, attribute, fragment, parameter, resources, shared};

async fn bank_keys(receiver: &Receiver<'_>) -> JwkSet {
    let bytes =
        receiver.browser.get(format!("{}/jwks", receiver.issuer())).send().await.unwrap().bytes().await.unwrap();
    JwkSet::parse(&bytes).unwrap()
}

#[tokio::test]
async fn discovery_holds_what_the_profile_requires() {
    let receiver = shared().receiver().await;
    let response = receiver.browser.get(document_url(&receiver.issuer())).send().await.unwrap();
    let bytes = response.bytes().await.unwrap();
    Discovery::parse(&bytes, &receiver.issuer(), UrlPolicy::AllowHttp).unwrap();
    let document: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(document["claims_parameter_supported"], true);
    assert_eq!(document["require_pushed_authorization_requests"], true);
    assert_eq!(document["tls_client_certificate_bound_access_tokens"], true);
    assert_eq!(document["subject_types_supported"], json!(["public"]));
    assert_eq!(document["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(document["token_endpoint_auth_methods_supported"], json!(["private_key_jwt"]));
    assert!(document["acr_values_supported"].to_string().contains("urn:brasil:openbanking:loa2"));
    assert!(document["grant_types_supported"].to_string().contains("refresh_token"));
    for name in
        ["token_endpoint", "pushed_authorization_request_endpoint", "userinfo_endpoint", "registration_endpoint"]
    {
        assert!(document["mtls_endpoint_aliases"][name].as_str().unwrap().starts_with("https://"), "{name}");
    }
}

#[tokio::test]
async fn a_person_connects_and_the_receiver_reads_until_the_consent_is_deleted() {
    let receiver = shared().receiver().await;
    let approved = receiver.approved().await;
    verify_first_id_token(&receiver, &approved).await;

    let (status, body) = receiver.exchange(&approved.code, &approved.verifier).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(body["expires_in"], 900);
    assert!(body["token_type"].as_str().unwrap().eq_ignore_ascii_case("bearer"));
    verify_second_id_token(&receiver, &approved, &body).await;
    let access = body["access_token"].as_str().unwrap();
    let refresh = body["refresh_token"].as_str().unwrap();

    let consent = receiver.consent_state(&approved.consent).await;
    assert_eq!(consent["status"], "AUTHORISED");
    let (status, listed) = receiver.get("resources/v3/resources", access).await;
    assert_eq!(status, 200, "{listed}");
    assert!(!listed["data"].as_array().unwrap().is_empty());

    let (status, refreshed) = receiver.refresh(refresh).await;
    assert_eq!(status, 200, "{refreshed}");
    assert_eq!(refreshed["refresh_token"], refresh);
    let fresh = refreshed["access_token"].as_str().unwrap();
    assert_ne!(fresh, access);
    assert_eq!(receiver.get("accounts/v2/accounts", fresh).await.0, 200);

    assert_eq!(receiver.delete_consent(&approved.consent).await.0, 204);
    assert_eq!(receiver.get("accounts/v2/accounts", fresh).await.0, 401);
    assert_eq!(receiver.get("resources/v3/resources", access).await.0, 401);
    assert_eq!(receiver.refresh(refresh).await.1["error"], "invalid_grant");
    let consent = receiver.consent_state(&approved.consent).await;
    assert_eq!(consent["rejection"], json!({"rejectedBy": "USER", "reason": {"code": "CUSTOMER_MANUALLY_REVOKED"}}));
}

async fn verify_first_id_token(receiver: &Receiver<'_>, approved: &Approved) {
    let source = Source::Authorization { state: approved.state.as_deref().unwrap(), code: &approved.code };
    verify(receiver, approved, &approved.id_token, source).await;
}

async fn verify_second_id_token(receiver: &Receiver<'_>, approved: &Approved, body: &serde_json::Value) {
    let source = Source::Token {
        access_token: body["access_token"].as_str().unwrap(),
        state: approved.state.as_deref().unwrap(),
        code: &approved.code,
    };
    verify(receiver, approved, body["id_token"].as_str().unwrap(), source).await;
}

async fn verify(receiver: &Receiver<'_>, approved: &Approved, token: &str, source: Source<'_>) {
    let expected =
        Expected { issuer: &receiver.issuer(), client_id: &receiver.client_id, nonce: &approved.nonce, source };
    let keys = bank_keys(receiver).await;
    let verified = id_token::verify(token, &receiver.decryption, &keys, &expected, receiver.net.now()).unwrap();
    assert_eq!(verified.acr, "urn:brasil:openbanking:loa2");
    assert_eq!(token.split('.').count(), 5, "an id_token is always encrypted");
}

#[tokio::test]
async fn two_receivers_connect_the_same_person() {
    let (first, second) = (shared().receiver().await, shared().second().await);
    let (_, tokens) = first.connected().await;
    let (_, others) = second.connected().await;
    assert_eq!(first.get("accounts/v2/accounts", &tokens.access).await.0, 200);
    assert_eq!(second.get("accounts/v2/accounts", &others.access).await.0, 200);
    assert_eq!(first.get("accounts/v2/accounts", &others.access).await.0, 401, "the token is bound to a certificate");
}

#[tokio::test]
async fn only_the_chosen_account_is_shared() {
    let receiver = shared().receiver().await;
    let consent = receiver.consent().await;
    let asked = receiver.asked(&consent);
    let page = receiver.logged_in(&receiver.pushed(&asked.claims).await).await;
    let offered = resources(&receiver.page(&page).await);
    assert!(offered.len() >= 2, "the main person has more than one account");
    receiver.decide(&page, "approve", &offered[..1]).await;
    let back = fragment(&attribute(&receiver.page(&page).await, "return", "href"));
    let (_, body) = receiver
        .exchange(&parameter(&back, "code").unwrap(), secrecy::ExposeSecret::expose_secret(&asked.verifier))
        .await;
    let access = body["access_token"].as_str().unwrap();
    let (_, listed) = receiver.get("resources/v3/resources", access).await;
    let ids: Vec<&str> =
        listed["data"].as_array().unwrap().iter().map(|item| item["resourceId"].as_str().unwrap()).collect();
    assert_eq!(ids, [offered[0].as_str()]);
    let (status, refused) = receiver.get(&format!("accounts/v2/accounts/{}", offered[1]), access).await;
    assert_eq!(status, 403, "{refused}");
}

#[tokio::test]
async fn a_refusal_on_the_page_is_access_denied_and_ends_the_consent() {
    let receiver = shared().receiver().await;
    let consent = receiver.consent().await;
    let asked = receiver.asked(&consent);
    let page = receiver.logged_in(&receiver.pushed(&asked.claims).await).await;
    assert_eq!(receiver.decide(&page, "deny", &[]).await.status(), 303);
    let back = fragment(&attribute(&receiver.page(&page).await, "return", "href"));
    assert_eq!(parameter(&back, "error").as_deref(), Some("access_denied"));
    assert_eq!(parameter(&back, "state").as_deref(), asked.claims["state"].as_str());
    assert_eq!(parameter(&back, "code"), None);
    let state = receiver.consent_state(&consent).await;
    assert_eq!(state["status"], "REJECTED");
    assert_eq!(state["rejection"]["reason"]["code"], "CUSTOMER_MANUALLY_REJECTED");
}

#[tokio::test]
async fn leaving_the_login_page_is_access_denied_and_leaves_the_consent_open() {
    let receiver = shared().receiver().await;
    let consent = receiver.consent().await;
    let request_uri = receiver.pushed(&receiver.asked(&consent).claims).await;
    let form = [("client_id", receiver.client_id.as_str()), ("request_uri", request_uri.as_str())];
    let response = receiver.browser.post(format!("{}/cancel", receiver.issuer())).form(&form).send().await.unwrap();
    let back = fragment(&attribute(&response.text().await.unwrap(), "return", "href"));
    assert_eq!(parameter(&back, "error").as_deref(), Some("access_denied"));
    assert_eq!(receiver.consent_state(&consent).await["status"], "AWAITING_AUTHORISATION");
}

#[tokio::test]
async fn another_person_than_the_consents_is_told_so_and_denied() {
    let receiver = shared().receiver().await;
    let consent = receiver.consent().await;
    let request_uri = receiver.pushed(&receiver.asked(&consent).claims).await;
    let page = receiver.logged_in_as(&request_uri, "bruno.souza@email.com").await;
    let html = receiver.page(&page).await;
    assert!(html.contains("data-bank-step=\"refused\"") && html.contains("CPF"), "{html}");
    let back = fragment(&attribute(&html, "return", "href"));
    assert_eq!(parameter(&back, "error").as_deref(), Some("access_denied"));
    assert_eq!(receiver.consent_state(&consent).await["status"], "AWAITING_AUTHORISATION");
}

#[tokio::test]
async fn a_company_is_shared_by_who_acts_for_it() {
    let receiver = shared().receiver().await;
    let mut body = receiver.consent_body();
    body["data"]["permissions"] =
        json!(["RESOURCES_READ", "CUSTOMERS_BUSINESS_IDENTIFICATIONS_READ", "ACCOUNTS_READ", "ACCOUNTS_BALANCES_READ"]);
    body["data"]["loggedUser"]["document"]["identification"] = json!("37964623168");
    body["data"]["businessEntity"] = json!({"document": {"identification": "43053510000130", "rel": "CNPJ"}});
    let consent = receiver.consent_of(&body).await;
    let asked = receiver.asked(&consent);
    let page = receiver.logged_in_as(&receiver.pushed(&asked.claims).await, "lilian.psicologia@email.com").await;
    let back = fragment(&receiver.approve(&page).await);
    assert!(parameter(&back, "code").is_some());
    assert_eq!(receiver.consent_state(&consent).await["status"], "AUTHORISED");
}

#[tokio::test]
async fn a_company_is_not_shared_by_somebody_else() {
    let receiver = shared().receiver().await;
    let mut body = receiver.consent_body();
    body["data"]["permissions"] = json!(["RESOURCES_READ", "ACCOUNTS_READ", "ACCOUNTS_BALANCES_READ"]);
    body["data"]["businessEntity"] = json!({"document": {"identification": "43053510000130", "rel": "CNPJ"}});
    let consent = receiver.consent_of(&body).await;
    let request_uri = receiver.pushed(&receiver.asked(&consent).claims).await;
    let html = receiver.page(&receiver.logged_in(&request_uri).await).await;
    assert!(html.contains("data-bank-step=\"refused\"") && html.contains("empresa"), "{html}");
    let back = fragment(&attribute(&html, "return", "href"));
    assert_eq!(parameter(&back, "error").as_deref(), Some("access_denied"));
}

#[tokio::test]
async fn userinfo_tells_the_same_subject_and_nothing_to_others() {
    let receiver = shared().receiver().await;
    let (_, tokens) = receiver.connected().await;
    let address = receiver.endpoint("userinfo");
    let response = receiver.http.get(&address).bearer_auth(&tokens.access).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let claims: serde_json::Value = response.json().await.unwrap();
    assert!(!claims["sub"].as_str().unwrap().contains("76109277673"));
    let alone = receiver.client_token().await;
    for bad in ["x", alone.as_str()] {
        let refused = receiver.http.request(Method::GET, &address).bearer_auth(bad).send().await.unwrap();
        assert_eq!(refused.status(), 401);
    }
}

#[tokio::test]
async fn a_bank_that_refuses_after_the_confirmation_says_so_and_ends_the_consent() {
    let receiver = shared().receiver().await;
    let mut body = receiver.consent_body();
    body["data"]["loggedUser"]["document"]["identification"] = json!("05117767055");
    let consent = receiver.consent_of(&body).await;
    let asked = receiver.asked(&consent);
    let page = receiver.logged_in_as(&receiver.pushed(&asked.claims).await, "05117767055").await;
    let back = fragment(&receiver.approve(&page).await);
    assert_eq!(parameter(&back, "error").as_deref(), Some("access_denied"));
    assert!(receiver.page(&page).await.contains("data-bank-step=\"refused\""));
    let state = receiver.consent_state(&consent).await;
    assert_eq!(state["rejection"], json!({"rejectedBy": "ASPSP", "reason": {"code": "INTERNAL_SECURITY_REASON"}}));
}
