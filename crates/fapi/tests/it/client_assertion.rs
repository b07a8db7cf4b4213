//! Client authentication: the refusals of `private_key_jwt`.

use jsonwebtoken::Algorithm;
use serde_json::{Value, json};
use vinculo_fapi::client_assertion::{self, Assertion, ClientAssertionError as Error};
use vinculo_fapi::jws::{self, JwsError};
use vinculo_fapi::request_object;

use crate::common::{
    CLIENT, CLIENT_ID, CLIENT_PEM, ISSUER, STRANGER, at, keys_of, later, mutations, now, sign_with, tampered,
    unsecured, with,
};

const TOKEN: &str = "https://bank.example/token";
const PAR: &str = "https://bank.example/par";

fn claims() -> Value {
    json!({ "iss": CLIENT_ID, "sub": CLIENT_ID, "aud": ISSUER, "jti": "one", "iat": at(0), "exp": at(60) })
}

fn verify(assertion: &str, audiences: &[&str]) -> Result<Assertion, Error> {
    client_assertion::verify(assertion, CLIENT_ID, &keys_of(&CLIENT), audiences, now())
}

/// Verifies the usual claims with one changed.
fn changed(name: &str, value: Value) -> Result<Assertion, Error> {
    verify(&jws::sign(&CLIENT, &with(claims(), name, value)).unwrap(), &[ISSUER, TOKEN, PAR])
}

#[test]
fn what_the_client_makes_the_bank_accepts() {
    let assertion = client_assertion::make(&CLIENT, CLIENT_ID, ISSUER, now()).unwrap();
    let passed = verify(&assertion, &[ISSUER, TOKEN]).unwrap();
    assert_eq!(passed.client_id, CLIENT_ID);
    assert_eq!(passed.expires_at, later(60));
    assert!(passed.retire_at() > passed.expires_at);
    assert_eq!(client_assertion::peek_client_id(&assertion).unwrap(), CLIENT_ID);
    let other = client_assertion::make(&CLIENT, CLIENT_ID, ISSUER, now()).unwrap();
    assert_ne!(verify(&other, &[ISSUER]).unwrap().jti, passed.jti);
}

#[test]
fn every_name_of_the_endpoint_is_an_audience() {
    for aud in [json!(ISSUER), json!(TOKEN), json!(PAR), json!([PAR]), json!(["https://else.example", TOKEN])] {
        assert!(changed("aud", aud.clone()).is_ok(), "{aud}");
    }
    let for_par = jws::sign(&CLIENT, &with(claims(), "aud", json!(PAR))).unwrap();
    assert_eq!(verify(&for_par, &[ISSUER, TOKEN]), Err(Error::Audience), "the token endpoint is not the PAR endpoint");
}

#[test]
fn wrong_audiences_are_refused() {
    let many: Vec<String> = (0..17).map(|n| format!("https://{n}.example")).collect();
    for aud in [Value::Null, json!(""), json!([]), json!("https://bank.example/auth/"), json!("https://bank.example")] {
        assert_eq!(changed("aud", aud.clone()), Err(Error::Audience), "{aud}");
    }
    assert!(changed("aud", json!(many)).is_err());
    assert!(changed("aud", json!({ "a": ISSUER })).is_err());
}

#[test]
fn wrong_parties_are_refused() {
    for value in [Value::Null, json!("client-2"), json!("")] {
        assert_eq!(changed("iss", value.clone()), Err(Error::Issuer), "{value}");
        assert_eq!(changed("sub", value.clone()), Err(Error::Subject), "{value}");
    }
}

#[test]
fn a_request_object_does_not_pass_as_an_assertion() {
    let request = crate::request_object::made();
    assert!(request_object::verify(&request, CLIENT_ID, &keys_of(&CLIENT), ISSUER, now()).is_ok());
    assert_eq!(verify(&request, &[ISSUER]), Err(Error::Subject));
    assert_eq!(client_assertion::peek_client_id(&request), Err(Error::Subject));
}

#[test]
fn times_have_bounds() {
    assert_eq!(changed("exp", Value::Null), Err(Error::MissingExpiry));
    assert_eq!(changed("exp", json!(at(-300))), Err(Error::Expired));
    assert_eq!(changed("exp", json!(at(-31))), Err(Error::Expired));
    assert!(changed("exp", json!(at(-30))).is_ok());
    assert_eq!(changed("exp", json!(at(3700))), Err(Error::TooLong));
    assert_eq!(changed("nbf", json!(at(60))), Err(Error::NotYet));
    assert_eq!(changed("iat", json!(at(60))), Err(Error::NotYet));
    assert!(changed("iat", Value::Null).is_ok());
    for bad in [json!("soon"), json!(1e300), json!(i64::MAX), json!(true)] {
        assert!(changed("exp", bad).is_err());
    }
    assert!(changed("exp", json!(at(60) as f64 + 0.5)).is_ok(), "a fraction is a date, too");
}

#[test]
fn an_assertion_has_an_id() {
    for jti in [Value::Null, json!(""), json!("j".repeat(257))] {
        assert_eq!(changed("jti", jti), Err(Error::MissingId));
    }
}

#[test]
fn wrong_signatures_are_refused() {
    let refusal = |token: &str| verify(token, &[ISSUER]).unwrap_err();
    let rs256 = sign_with(Algorithm::RS256, CLIENT_PEM, CLIENT.kid(), &claims());
    assert_eq!(refusal(&rs256), Error::Jws(JwsError::Algorithm));
    assert_eq!(refusal(&unsecured(&claims())), Error::Jws(JwsError::Algorithm));
    assert_eq!(refusal(&jws::sign(&STRANGER, &claims()).unwrap()), Error::Jws(JwsError::UnknownKey));
    let forged = tampered(&jws::sign(&STRANGER, &json!({})).unwrap(), &claims());
    assert_eq!(refusal(&forged), Error::Jws(JwsError::UnknownKey));
    assert_eq!(refusal(""), Error::Jws(JwsError::Malformed));
}

#[test]
fn a_change_anywhere_is_noticed() {
    let assertion = jws::sign(&CLIENT, &claims()).unwrap();
    for changed in mutations(&assertion, 11) {
        assert!(verify(&changed, &[ISSUER]).is_err(), "{changed}");
    }
}
