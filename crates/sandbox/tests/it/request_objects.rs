//! Request objects that must be refused, and those that must not.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use vinculo_fapi::jws;

use crate::support::{REDIRECT_2, Receiver, fragment, parameter, shared};

/// The error codes that a refusal may carry.
const ERRORS: [&str; 4] = ["invalid_request", "invalid_request_object", "invalid_request_uri", "access_denied"];

/// Pushes claims with one change and expects a refusal.
async fn refuses(change: impl FnOnce(&mut Value)) {
    let receiver = shared().receiver().await;
    let mut claims = receiver.asked(&receiver.consent().await).claims;
    change(&mut claims);
    expect_refusal(receiver.push(&claims).await);
}

fn expect_refusal((status, body): (u16, Value)) {
    assert_eq!(status, 400, "{body}");
    assert!(ERRORS.contains(&body["error"].as_str().unwrap()), "{body}");
}

/// Pushes claims with one change and expects them taken.
async fn accepts(change: impl FnOnce(&mut Value)) {
    let receiver = shared().receiver().await;
    let mut claims = receiver.asked(&receiver.consent().await).claims;
    change(&mut claims);
    receiver.pushed(&claims).await;
}

fn without(name: &'static str) -> impl FnOnce(&mut Value) {
    move |claims| {
        claims.as_object_mut().unwrap().remove(name).unwrap();
    }
}

/// Moves a date by seconds.
fn moved(claims: &mut Value, name: &str, by: i64) {
    claims[name] = (claims[name].as_i64().unwrap() + by).into();
}

#[tokio::test]
async fn without_exp_it_is_refused() {
    refuses(without("exp")).await;
}

#[tokio::test]
async fn without_nbf_it_is_refused() {
    refuses(without("nbf")).await;
}

#[tokio::test]
async fn without_scope_it_is_refused() {
    refuses(without("scope")).await;
}

#[tokio::test]
async fn without_nonce_it_is_refused() {
    refuses(without("nonce")).await;
}

#[tokio::test]
async fn without_redirect_uri_it_is_refused() {
    refuses(without("redirect_uri")).await;
}

#[tokio::test]
async fn values_outside_do_not_stand_in_for_missing_ones() {
    let receiver = shared().receiver().await;
    for name in ["exp", "nbf", "scope", "nonce", "redirect_uri", "response_type", "code_challenge", "client_id"] {
        let mut claims = receiver.asked(&receiver.consent().await).claims;
        let value = claims.as_object_mut().unwrap().remove(name).unwrap();
        let request = jws::sign(&receiver.key, &claims).unwrap();
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        // The client's id stands beside every request already.
        let mut form = vec![("request", request.as_str())];
        form.extend((name != "client_id").then_some((name, value.as_str())));
        expect_refusal(receiver.post("par", &receiver.assertion(), &form).await);
    }
}

#[tokio::test]
async fn an_expired_one_is_refused() {
    refuses(|claims| {
        for name in ["exp", "nbf", "iat"] {
            moved(claims, name, -1000);
        }
    })
    .await;
}

#[tokio::test]
async fn one_for_another_audience_is_refused() {
    refuses(|claims| claims["aud"] = json!("https://elsewhere.example")).await;
}

#[tokio::test]
async fn the_par_endpoint_is_no_audience() {
    let par = shared().receiver().await.endpoint("par");
    refuses(|claims| claims["aud"] = json!(par)).await;
}

#[tokio::test]
async fn exp_more_than_an_hour_after_nbf_is_refused() {
    refuses(|claims| moved(claims, "exp", 3400)).await;
}

#[tokio::test]
async fn nbf_more_than_an_hour_ago_is_refused() {
    refuses(|claims| moved(claims, "nbf", -3700)).await;
}

#[tokio::test]
async fn a_code_flow_alone_is_refused() {
    refuses(|claims| claims["response_type"] = json!("code")).await;
}

#[tokio::test]
async fn an_answer_in_the_query_is_refused() {
    refuses(|claims| claims["response_mode"] = json!("query")).await;
}

#[tokio::test]
async fn without_a_code_challenge_it_is_refused() {
    refuses(without("code_challenge")).await;
}

#[tokio::test]
async fn a_plain_code_challenge_is_refused() {
    refuses(|claims| claims["code_challenge_method"] = json!("plain")).await;
}

#[tokio::test]
async fn without_a_challenge_method_it_is_refused() {
    refuses(without("code_challenge_method")).await;
}

#[tokio::test]
async fn an_unregistered_redirect_uri_is_refused() {
    refuses(|claims| claims["redirect_uri"] = json!("https://attacker.example/")).await;
}

#[tokio::test]
async fn a_redirect_uri_with_something_appended_is_refused() {
    refuses(|claims| claims["redirect_uri"] = json!(format!("{}?x=1", claims["redirect_uri"].as_str().unwrap()))).await;
}

#[tokio::test]
async fn a_request_uri_inside_is_refused() {
    refuses(|claims| claims["request_uri"] = json!("urn:ietf:params:oauth:request_uri:x")).await;
}

#[tokio::test]
async fn another_client_id_inside_is_refused() {
    refuses(|claims| claims["client_id"] = json!("somebody-else")).await;
}

#[tokio::test]
async fn a_scope_without_a_consent_is_refused() {
    let receiver = shared().receiver().await;
    let mut claims = receiver.asked(&receiver.consent().await).claims;
    claims["scope"] = json!("openid accounts");
    let (status, body) = receiver.push(&claims).await;
    assert_eq!((status, body["error"].as_str().unwrap()), (400, "invalid_scope"));
}

#[tokio::test]
async fn another_clients_consent_is_refused() {
    let (first, second) = (shared().receiver().await, shared().second().await);
    let consent = first.consent().await;
    let (status, body) = second.push(&second.asked(&consent).claims).await;
    assert_eq!((status, body["error"].as_str().unwrap()), (400, "invalid_scope"));
}

#[tokio::test]
async fn one_signed_with_another_clients_key_is_refused() {
    let (first, second) = (shared().receiver().await, shared().second().await);
    let claims = first.asked(&first.consent().await).claims;
    expect_refusal(first.push_signed(&jws::sign(&second.key, &claims).unwrap()).await);
}

#[tokio::test]
async fn one_with_a_broken_signature_is_refused() {
    let receiver = shared().receiver().await;
    let claims = receiver.asked(&receiver.consent().await).claims;
    let signed = jws::sign(&receiver.key, &claims).unwrap();
    let (message, signature) = signed.rsplit_once('.').unwrap();
    let turned: String = signature.chars().rev().collect();
    expect_refusal(receiver.push_signed(&format!("{message}.{turned}")).await);
}

/// Signs claims by hand, to say another algorithm.
fn compact(header: &Value, claims: &Value) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()))
}

/// A message signed with RS256 by the receiver's own key.
pub(crate) fn rs256(receiver: &Receiver<'_>, claims: &Value) -> String {
    let message = compact(&json!({"alg": "RS256", "kid": receiver.key.kid()}), claims);
    let pem = receiver.kit.signing_key_pem.expose_secret();
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = base64::engine::general_purpose::STANDARD.decode(base64).unwrap();
    let key = RsaKeyPair::from_pkcs8(&der).unwrap();
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// A message that claims to need no signature.
pub(crate) fn unsigned(claims: &Value) -> String {
    format!("{}.", compact(&json!({"alg": "none"}), claims))
}

#[tokio::test]
async fn one_signed_with_rs256_is_refused() {
    let receiver = shared().receiver().await;
    let claims = receiver.asked(&receiver.consent().await).claims;
    expect_refusal(receiver.push_signed(&rs256(&receiver, &claims)).await);
}

#[tokio::test]
async fn one_without_a_signature_is_refused() {
    let receiver = shared().receiver().await;
    let claims = receiver.asked(&receiver.consent().await).claims;
    expect_refusal(receiver.push_signed(&unsigned(&claims)).await);
}

#[tokio::test]
async fn an_audience_list_with_the_issuer_is_accepted() {
    let issuer = shared().receiver().await.issuer();
    accepts(|claims| claims["aud"] = json!(["https://elsewhere.example", issuer])).await;
}

#[tokio::test]
async fn scopes_are_accepted_in_any_order_and_more_than_needed() {
    accepts(|claims| {
        let consent = claims["scope"].as_str().unwrap().split(' ').find(|scope| scope.starts_with("consent:"));
        claims["scope"] = json!(format!("loans {} funds accounts openid", consent.unwrap()));
    })
    .await;
}

#[tokio::test]
async fn another_registered_redirect_uri_is_accepted() {
    accepts(|claims| claims["redirect_uri"] = json!(REDIRECT_2)).await;
}

#[tokio::test]
async fn without_state_neither_state_nor_s_hash_come_back() {
    let receiver = shared().receiver().await;
    let consent = receiver.consent().await;
    let mut asked = receiver.asked(&consent);
    without("state")(&mut asked.claims);
    let approved = receiver.approved_of(&consent, asked).await;
    assert_eq!(approved.state, None);
    let claims = claims_of(&receiver, &approved.id_token);
    assert!(claims.get("s_hash").is_none() && claims.get("c_hash").is_some(), "{claims}");
}

#[tokio::test]
async fn a_state_only_outside_is_ignored() {
    let receiver = shared().receiver().await;
    let mut asked = receiver.asked(&receiver.consent().await);
    without("state")(&mut asked.claims);
    let request = jws::sign(&receiver.key, &asked.claims).unwrap();
    let form = [("request", request.as_str()), ("state", "outside")];
    let (status, body) = receiver.post("par", &receiver.assertion(), &form).await;
    assert_eq!(status, 201, "{body}");
    let page = receiver.logged_in(body["request_uri"].as_str().unwrap()).await;
    assert_eq!(parameter(&fragment(&receiver.approve(&page).await), "state"), None);
}

#[tokio::test]
async fn another_nonce_beside_a_pushed_request_changes_nothing() {
    let receiver = shared().receiver().await;
    let consent = receiver.consent().await;
    let asked = receiver.asked(&consent);
    let request = jws::sign(&receiver.key, &asked.claims).unwrap();
    let form = [("request", request.as_str()), ("nonce", "outside"), ("redirect_uri", "https://attacker.example/")];
    let (status, body) = receiver.post("par", &receiver.assertion(), &form).await;
    assert_eq!(status, 201, "{body}");
    let page = receiver.logged_in(body["request_uri"].as_str().unwrap()).await;
    let back = receiver.approve(&page).await;
    assert!(back.starts_with(crate::support::REDIRECT), "{back}");
    let claims = claims_of(&receiver, &parameter(&fragment(&back), "id_token").unwrap());
    assert_eq!(claims["nonce"], asked.claims["nonce"]);
}

/// What an id_token says.
fn claims_of(receiver: &Receiver<'_>, id_token: &str) -> Value {
    let opened = vinculo_fapi::jwe::decrypt(id_token, &receiver.decryption).unwrap();
    let payload =
        String::from_utf8(opened).unwrap().split('.').nth(1).map(|part| URL_SAFE_NO_PAD.decode(part).unwrap());
    serde_json::from_slice(&payload.unwrap()).unwrap()
}

#[tokio::test]
async fn the_acr_that_was_asked_for_is_in_both_id_tokens_and_at_userinfo() {
    let receiver = shared().receiver().await;
    for (values, told) in [
        (json!({"essential": true}), "urn:brasil:openbanking:loa2"),
        (json!({"essential": true, "value": "urn:brasil:openbanking:loa3"}), "urn:brasil:openbanking:loa3"),
        (json!(null), "urn:brasil:openbanking:loa2"),
    ] {
        let consent = receiver.consent().await;
        let mut asked = receiver.asked(&consent);
        asked.claims["claims"] = json!({"id_token": {"acr": values}, "userinfo": {"acr": null}});
        let approved = receiver.approved_of(&consent, asked).await;
        assert_eq!(claims_of(&receiver, &approved.id_token)["acr"], told);
        let (_, body) = receiver.exchange(&approved.code, &approved.verifier).await;
        assert_eq!(claims_of(&receiver, body["id_token"].as_str().unwrap())["acr"], told);
        let access = body["access_token"].as_str().unwrap();
        let userinfo = receiver.http.post(receiver.endpoint("userinfo")).bearer_auth(access).send().await.unwrap();
        let told_there: Value = userinfo.json().await.unwrap();
        assert_eq!(told_there["acr"], told);
        assert_eq!(told_there["sub"], claims_of(&receiver, &approved.id_token)["sub"]);
    }
}

#[tokio::test]
async fn long_nonces_and_states_come_back_whole_or_are_refused() {
    let receiver = shared().receiver().await;
    for (nonce, state) in [(64, 43), (384, 1024)] {
        let consent = receiver.consent().await;
        let mut asked = receiver.asked(&consent);
        asked.claims["nonce"] = json!("n".repeat(nonce));
        asked.claims["state"] = json!("s".repeat(state));
        let (status, body) = receiver.push(&asked.claims).await;
        if status == 400 {
            assert!(nonce > 64, "a nonce of 64 characters must be accepted");
            assert_eq!(body["error"], "invalid_request");
            continue;
        }
        let page = receiver.logged_in(body["request_uri"].as_str().unwrap()).await;
        let back = fragment(&receiver.approve(&page).await);
        assert_eq!(parameter(&back, "state").unwrap().len(), state);
        let claims = claims_of(&receiver, &parameter(&back, "id_token").unwrap());
        assert_eq!(claims["nonce"].as_str().unwrap().len(), nonce, "never cut");
    }
}

#[tokio::test]
async fn acr_values_that_are_offered_are_accepted_and_others_refused() {
    let acr = |values: Value| {
        move |claims: &mut Value| {
            claims["claims"] = json!({"id_token": {"acr": {"essential": true, "values": values}}});
        }
    };
    accepts(acr(json!(["urn:brasil:openbanking:loa2"]))).await;
    accepts(acr(json!(["urn:brasil:openbanking:loa3", "urn:elsewhere:9"]))).await;
    refuses(acr(json!(["urn:elsewhere:9"]))).await;
}
