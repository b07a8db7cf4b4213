//! Signed authorization requests: every refusal.

use jsonwebtoken::Algorithm;
use serde_json::{Value, json};
use vinculo_fapi::jws::{self, JwsError, Unverified};
use vinculo_fapi::oauth_error::code;
use vinculo_fapi::request_object::{self, NewRequest, RequestObject, RequestObjectError as Error};

use crate::common::{
    CLIENT, CLIENT_ID, CLIENT_PEM, ISSUER, STRANGER, at, keys_of, mutations, now, sign_with, tampered, unsecured, with,
};

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const REDIRECT: &str = "https://receiver.example/callback";

/// What the client makes.
pub(crate) fn made() -> String {
    let request = NewRequest {
        client_id: CLIENT_ID,
        issuer: ISSUER,
        redirect_uri: REDIRECT,
        scope: "openid consent:urn:bank:C1 accounts",
        state: "the-state",
        nonce: "the-nonce",
        code_challenge: CHALLENGE,
    };
    request_object::make(&CLIENT, &request, now()).unwrap()
}

fn claims() -> Value {
    Unverified::parse(&made()).unwrap().peek().unwrap()
}

fn verify(token: &str) -> Result<RequestObject, Error> {
    request_object::verify(token, CLIENT_ID, &keys_of(&CLIENT), ISSUER, now())
}

/// Verifies the usual claims with one changed.
fn changed(name: &str, value: Value) -> Result<RequestObject, Error> {
    verify(&jws::sign(&CLIENT, &with(claims(), name, value)).unwrap())
}

#[test]
fn what_the_client_makes_the_bank_accepts() {
    let passed = verify(&made()).unwrap();
    assert_eq!(passed.redirect_uri, REDIRECT);
    assert_eq!((passed.state.as_deref(), passed.nonce.as_str()), (Some("the-state"), "the-nonce"));
    assert_eq!(passed.scopes().collect::<Vec<_>>(), ["openid", "consent:urn:bank:C1", "accounts"]);
    assert_eq!(passed.consent_id(), Some("urn:bank:C1"));
    assert_eq!(passed.code_challenge, CHALLENGE);
    assert!(passed.acr_essential && passed.acr_values.is_empty());
}

#[test]
fn the_client_asks_as_the_profile_demands() {
    let claims = claims();
    assert_eq!(claims["claims"], json!({ "id_token": { "acr": { "essential": true } } }));
    assert_eq!(claims["response_type"], "code id_token");
    assert_eq!(claims["code_challenge_method"], "S256");
    assert!(claims["exp"].as_i64().unwrap() - claims["nbf"].as_i64().unwrap() <= 3600);
    assert!(claims.get("sub").is_none(), "with a sub it could pass as a client assertion");
}

#[test]
fn tolerated_variants() {
    assert!(changed("aud", json!(["https://else.example", ISSUER])).is_ok());
    assert_eq!(changed("state", Value::Null).unwrap().state, None);
    assert!(changed("scope", json!("accounts consent:urn:bank:C1 openid")).is_ok());
    assert!(changed("nonce", json!("n".repeat(64))).is_ok());
    assert_eq!(changed("nonce", json!("n".repeat(384))).unwrap().nonce.len(), 384, "never truncated");
    assert_eq!(changed("state", json!("s".repeat(1000))).unwrap().state.unwrap().len(), 1000, "never truncated");
    assert!(changed("response_mode", Value::Null).is_ok());
    assert!(changed("iss", Value::Null).is_ok());
    for acr in [json!(null), json!({ "id_token": { "acr": null } }), json!({ "userinfo": {} }), json!({})] {
        assert!(!changed("claims", acr).unwrap().acr_essential);
    }
    let values = json!({ "id_token": { "acr": { "essential": true, "values": ["a", "b"] } } });
    assert_eq!(changed("claims", values).unwrap().acr_values, ["a", "b"]);
}

#[test]
fn what_is_missing_is_refused() {
    for (name, error) in [
        ("exp", Error::MissingExpiry),
        ("nbf", Error::MissingNotBefore),
        ("scope", Error::Scope),
        ("nonce", Error::Nonce),
        ("redirect_uri", Error::RedirectUri),
        ("aud", Error::Audience),
        ("client_id", Error::ClientId),
        ("response_type", Error::ResponseType),
        ("code_challenge", Error::CodeChallenge),
        ("code_challenge_method", Error::CodeChallenge),
    ] {
        assert_eq!(changed(name, Value::Null), Err(error), "{name}");
    }
}

#[test]
fn what_is_wrong_is_refused() {
    for (name, value, error) in [
        ("aud", json!("https://bank.example/par"), Error::Audience),
        ("aud", json!([]), Error::Audience),
        ("iss", json!("client-2"), Error::Issuer),
        ("client_id", json!("client-2"), Error::ClientId),
        ("response_type", json!("code"), Error::ResponseType),
        ("response_type", json!("code token id_token"), Error::ResponseType),
        ("response_mode", json!("query"), Error::ResponseMode),
        ("response_mode", json!("form_post"), Error::ResponseMode),
        ("scope", json!("accounts"), Error::Scope),
        ("scope", json!(""), Error::Scope),
        ("scope", json!("openid\naccounts"), Error::Scope),
        ("nonce", json!(""), Error::Nonce),
        ("nonce", json!("n".repeat(1025)), Error::Nonce),
        ("state", json!("s".repeat(4097)), Error::State),
        ("redirect_uri", json!("/callback"), Error::RedirectUri),
        ("redirect_uri", json!("https://receiver.example/#x"), Error::RedirectUri),
        ("redirect_uri", json!("javascript:alert(1)"), Error::RedirectUri),
        ("code_challenge", json!("short"), Error::CodeChallenge),
        ("code_challenge_method", json!("plain"), Error::CodeChallenge),
        ("request", json!("x"), Error::Nested),
        ("request_uri", json!("urn:x"), Error::Nested),
    ] {
        assert_eq!(changed(name, value.clone()), Err(error), "{name}: {value}");
    }
}

#[test]
fn times_have_bounds() {
    for (nbf, exp, error) in [
        (-10, 0, Error::Expired),
        (-10, -1, Error::Expired),
        (-10, 3591, Error::TooLong),
        (-3601, 10, Error::TooOld),
        (-7200, 10, Error::TooOld),
        (60, 120, Error::NotYet),
    ] {
        let claims = with(with(claims(), "nbf", json!(at(nbf))), "exp", json!(at(exp)));
        assert_eq!(verify(&jws::sign(&CLIENT, &claims).unwrap()), Err(error), "{nbf}..{exp}");
    }
    let longest = with(with(claims(), "nbf", json!(at(0))), "exp", json!(at(3600)));
    assert!(verify(&jws::sign(&CLIENT, &longest).unwrap()).is_ok());
}

#[test]
fn wrong_signatures_are_refused() {
    let refusal = |token: &str| verify(token).unwrap_err();
    let rs256 = sign_with(Algorithm::RS256, CLIENT_PEM, CLIENT.kid(), &claims());
    assert_eq!(refusal(&rs256), Error::Jws(JwsError::Algorithm));
    assert_eq!(refusal(&unsecured(&claims())), Error::Jws(JwsError::Algorithm));
    assert_eq!(refusal(&tampered(&made(), &claims())), Error::Jws(JwsError::Signature));
    assert_eq!(refusal(&jws::sign(&STRANGER, &claims()).unwrap()), Error::Jws(JwsError::UnknownKey));
}

#[test]
fn a_change_anywhere_is_noticed() {
    for changed in mutations(&made(), 23) {
        assert!(verify(&changed).is_err(), "{changed}");
    }
}

#[test]
fn one_consent_scope_names_the_consent() {
    for (scope, consent) in [
        ("openid", None),
        ("openid consent:", None),
        ("openid consent:a consent:b", None),
        ("openid consent:urn:a:b", Some("urn:a:b")),
    ] {
        assert_eq!(changed("scope", json!(scope)).unwrap().consent_id(), consent, "{scope}");
    }
}

#[test]
fn refusals_have_codes_of_the_standard() {
    assert_eq!(Error::Expired.oauth_code(), code::INVALID_REQUEST_OBJECT);
    assert_eq!(Error::Jws(JwsError::Signature).oauth_code(), code::INVALID_REQUEST_OBJECT);
    assert_eq!(Error::CodeChallenge.oauth_code(), code::INVALID_REQUEST);
    assert_eq!(Error::RedirectUri.oauth_code(), code::INVALID_REQUEST);
}
