//! The plain way, and what a certifying peer looks at on it (sections 13.2 and 13.3 of the reference).

use std::collections::HashSet;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use url::Url;
use vinculo_connector::{Answer, Connector, ConnectorError, OpenFinance};
use vinculo_domain::{Clock as _, ConsentStatus, SystemClock};
use vinculo_fapi::fragment::Outcome;
use vinculo_fapi::interaction_id::InteractionId;

use crate::bank::{Bank, CALLBACK, CLIENT_ID};
use crate::certificates::Authority;
use crate::visitor::{Visitor, browse};

const ACCOUNTS: &str = "GET /open-banking/accounts/v2/accounts";
const CONSENTS: &str = "/open-banking/consents/v3/consents";
const ACCOUNT: &str = "92792126019929279212650822221989319252576";

#[tokio::test]
async fn from_discovery_to_accounts() {
    let Some(bank) = Bank::start().await else { return };
    let visitor = Visitor::new(&bank);
    let (consent, authorization, answer) = visitor.visit().await;
    assert!(consent.bank_consent_id.starts_with("urn:conformance:oidf:"));
    assert_eq!(consent.status, ConsentStatus::AwaitingAuthorisation);
    assert_eq!(answer.id_token.expose_secret().split('.').count(), 5, "the id_token is encrypted");

    let tokens = visitor.exchange(&authorization, &answer).await.unwrap();
    assert!(tokens.refresh_token.is_some());
    let left = tokens.expires_at.duration_since(SystemClock.now()).as_secs();
    assert!((800..900).contains(&left), "{left}");
    let scopes: HashSet<&str> = tokens.scope.split(' ').collect();
    assert!(scopes.contains("accounts") && scopes.contains(format!("consent:{}", consent.bank_consent_id).as_str()));

    let read = visitor.connector.consent(&visitor.institution, &consent.bank_consent_id).await.unwrap();
    assert_eq!((read.status, &read.permissions), (ConsentStatus::Authorised, &consent.permissions));
    let accounts = visitor.connector.accounts(&visitor.access(&consent, &tokens)).await.unwrap();
    let ids: Vec<&str> = accounts.iter().map(|reading| reading.account.internal_identification.as_str()).collect();
    assert_eq!(ids, [ACCOUNT]);
    assert!(accounts[0].balance.is_some());

    let seen = bank.seen().await;
    every_call_is_made_as_it_must_be(&seen);
    the_order_is_that_of_the_profile(&bank, &consent.bank_consent_id).await;
    the_pushed_request_is_that_of_the_profile(&bank, &seen, &consent.bank_consent_id);
    the_browser_carries_two_parameters(&seen);
}

/// Tokens, pushed requests and APIs are called on the mTLS side, with our certificate and without resumption.
fn every_call_is_made_as_it_must_be(seen: &[Value]) {
    let mut ids = HashSet::new();
    for entry in seen.iter().filter(|entry| entry["call"].is_string()) {
        let call = entry["call"].as_str().unwrap();
        assert_eq!(entry["resumed"], json!(false), "{entry}");
        let guarded = ["/token", "/request", "/open-banking/"].iter().any(|path| call.contains(path));
        assert_eq!(entry["listener"], json!(if guarded { "mtls" } else { "people" }), "{entry}");
        if guarded {
            assert!(entry["certificate"].as_str().is_some_and(|name| name.contains("CN=Receiver")), "{entry}");
        }
        if call.contains("/open-banking/") {
            let id = entry["interaction_id"].as_str().unwrap();
            assert!(InteractionId::parse(id).is_some() && ids.insert(id.to_owned()), "{entry}");
        }
    }
    assert!(seen.iter().all(|entry| entry["error"].is_null()), "{seen:?}");
}

/// Section 5; the browser's own steps are left out.
async fn the_order_is_that_of_the_profile(bank: &Bank, consent: &str) {
    let calls = bank.calls().await;
    let browser = |call: &String| call.contains("/auth") || call.contains("/interaction/");
    let ours: Vec<String> = calls.into_iter().filter(|call| !browser(call)).collect();
    let account = format!("{ACCOUNTS}/{ACCOUNT}");
    assert_eq!(
        ours,
        [
            "GET /.well-known/openid-configuration",
            "POST /token",
            &format!("POST {CONSENTS}"),
            "POST /request",
            "GET /jwks",
            "POST /token",
            &format!("GET {CONSENTS}/{consent}"),
            ACCOUNTS,
            &account,
            &format!("{account}/balances"),
            &format!("{account}/overdraft-limits"),
        ]
    );
}

fn the_pushed_request_is_that_of_the_profile(bank: &Bank, seen: &[Value], consent: &str) {
    let pushes: Vec<&Value> = seen.iter().filter_map(|entry| entry.get("push")).collect();
    let [push] = pushes[..] else { panic!("{pushes:?}") };
    let mut form: Vec<&str> = push["form"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    form.sort_unstable();
    assert_eq!(form, ["client_assertion", "client_assertion_type", "client_id", "request"]);
    let (header, claims) = (&push["header"], &push["claims"]);
    assert_eq!((&header["alg"], header["kid"].is_string()), (&json!("PS256"), true));
    assert_eq!(push["assertion"]["header"]["alg"], json!("PS256"));
    let nbf = claims["nbf"].as_i64().unwrap();
    let life = claims["exp"].as_i64().unwrap() - nbf;
    assert!((1..=3600).contains(&life), "{life}");
    assert!(SystemClock.now().as_second() - nbf < 3600);
    assert_eq!(claims["aud"], json!(bank.issuer()));
    assert_eq!((&claims["iss"], &claims["client_id"]), (&json!(CLIENT_ID), &json!(CLIENT_ID)));
    assert_eq!(claims["response_type"], json!("code id_token"));
    assert_eq!(claims["redirect_uri"], json!(CALLBACK));
    assert_eq!(claims["claims"]["id_token"]["acr"], json!({"essential": true}));
    assert_eq!(claims["code_challenge_method"], json!("S256"));
    for random in ["state", "nonce", "code_challenge", "jti"] {
        assert!(claims[random].as_str().is_some_and(|text| text.len() >= 22), "{random}");
    }
    let scopes: HashSet<&str> = claims["scope"].as_str().unwrap().split(' ').collect();
    assert!(["openid", "accounts"].iter().all(|scope| scopes.contains(scope)), "{scopes:?}");
    assert!(scopes.contains(format!("consent:{consent}").as_str()), "{scopes:?}");

    let grants: Vec<&Value> = seen.iter().filter_map(|entry| entry.get("grant")).collect();
    assert_eq!(
        grants,
        [
            &json!({"type": "client_credentials", "scope": "consents"}),
            &json!({"type": "authorization_code", "scope": null})
        ]
    );
}

fn the_browser_carries_two_parameters(seen: &[Value]) {
    let first = seen.iter().find(|entry| entry["call"] == json!("GET /auth")).unwrap();
    let url = Url::parse(&format!("https://bank/{}", first["query"].as_str().unwrap())).unwrap();
    let names: Vec<String> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names, ["client_id", "request_uri"]);
}

/// Certifying peers have issuers like this one.
#[tokio::test]
async fn an_issuer_that_ends_with_a_slash_is_taken_letter_for_letter() {
    let Some(bank) = Bank::start_with(json!({"issuer_end": "/"})).await else { return };
    assert!(bank.issuer().ends_with('/') && !bank.institution().discovery_url.contains("//.well-known"));
    let (consent, _) = Visitor::new(&bank).connect().await;
    let seen = bank.seen().await;
    the_pushed_request_is_that_of_the_profile(&bank, &seen, &consent.bank_consent_id);
}

#[tokio::test]
async fn pages_that_set_cookies_are_visited_without_a_person_and_without_our_certificate() {
    let Some(bank) = Bank::start().await else { return };
    let visitor = Visitor::new(&bank);
    let consent = visitor.try_consent().await.unwrap();
    let authorization = visitor.try_authorize(&consent).await.unwrap();
    bank.forget().await;
    let response = visitor.connector.visit(&visitor.institution, &authorization.url, CALLBACK).await.unwrap();
    let Outcome::Success { code, id_token } = response.outcome else { panic!("the bank said no") };
    let steps = bank.seen().await;
    let steps: Vec<&Value> = steps.iter().filter(|entry| entry["call"].is_string()).collect();
    assert!(steps.len() >= 3, "{steps:?}");
    assert!(steps.iter().all(|step| step["certificate"].is_null()), "{steps:?}");
    visitor.exchange(&authorization, &Answer { code, id_token }).await.unwrap();
}

#[tokio::test]
async fn a_person_who_says_no_comes_back_with_an_error() {
    let Some(bank) = Bank::start().await else { return };
    bank.behave(&json!({"deny": true})).await;
    let visitor = Visitor::new(&bank);
    let consent = visitor.try_consent().await.unwrap();
    let authorization = visitor.try_authorize(&consent).await.unwrap();
    let response = browse(&bank, &authorization.url).await;
    let Outcome::Error(error) = response.outcome else { panic!("the bank said yes") };
    assert_eq!(error.error, "access_denied");
    let state = response.state.unwrap();
    assert_eq!(state.expose_secret(), authorization.state.expose_secret());
}

#[tokio::test]
async fn a_code_works_once() {
    let Some(bank) = Bank::start().await else { return };
    let visitor = Visitor::new(&bank);
    let (_, authorization, answer) = visitor.visit().await;
    visitor.exchange(&authorization, &answer).await.unwrap();
    let error = visitor.exchange(&authorization, &answer).await.unwrap_err();
    assert!(matches!(error, ConnectorError::InvalidGrant), "{error}");
}

#[tokio::test]
async fn a_code_needs_its_verifier() {
    let Some(bank) = Bank::start().await else { return };
    let visitor = Visitor::new(&bank);
    let (_, mut authorization, answer) = visitor.visit().await;
    authorization.code_verifier = SecretString::from("A".repeat(43));
    let error = visitor.exchange(&authorization, &answer).await.unwrap_err();
    assert!(matches!(error, ConnectorError::InvalidGrant), "{error}");
}

#[tokio::test]
async fn a_revoked_consent_ends_its_tokens() {
    let Some(bank) = Bank::start().await else { return };
    let visitor = Visitor::new(&bank);
    let (consent, tokens) = visitor.connect().await;
    visitor.connector.revoke(&visitor.institution, &consent.bank_consent_id).await.unwrap();
    let read = visitor.connector.consent(&visitor.institution, &consent.bank_consent_id).await.unwrap();
    assert_eq!(read.status, ConsentStatus::Rejected);
    let error = visitor.connector.accounts(&visitor.access(&consent, &tokens)).await.unwrap_err();
    assert!(matches!(error, ConnectorError::Unauthorised), "{error}");
    let refresh = tokens.refresh_token.unwrap();
    let error = visitor.connector.refresh(&visitor.institution, &refresh).await.unwrap_err();
    assert!(matches!(error, ConnectorError::InvalidGrant), "{error}");
}

#[tokio::test]
async fn a_bank_or_a_receiver_of_another_authority_is_a_stranger() {
    let Some(bank) = Bank::start().await else { return };
    let stranger = Authority::new();
    let mut trusting_others = bank.settings();
    trusting_others.identity.authorities_pem = stranger.pem.clone();
    let mut known_to_others = bank.settings();
    let pair = stranger.client();
    known_to_others.identity.transport_certificate_pem = pair.certificate;
    known_to_others.identity.transport_key_pem = SecretString::from(pair.key);
    for (settings, most) in [(trusting_others, 0), (known_to_others, 1)] {
        bank.forget().await;
        let visitor = Visitor { connector: OpenFinance::new(settings).unwrap(), ..Visitor::new(&bank) };
        let error = visitor.try_consent().await.unwrap_err();
        assert!(matches!(error, ConnectorError::Unreachable(_)), "{error}");
        assert_eq!(bank.calls().await.len(), most, "only the discovery document is open to strangers");
    }
}
