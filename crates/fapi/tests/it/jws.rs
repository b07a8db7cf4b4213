//! Signatures.

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use vinculo_fapi::jwks::JwkSet;
use vinculo_fapi::jws::{self, JwsError, Unverified};
use vinculo_fapi::keys::{KeyError, SigningKey};

use crate::common::{
    BANK, BANK_PEM, CLIENT, ELLIPTIC_PEM, SMALL_PEM, STRANGER, b64, keys_of, mutations, sign_with, signing, tampered,
    unb64, unsecured,
};

fn signed() -> String {
    jws::sign(&BANK, &json!({ "iss": "bank", "n": 1 })).unwrap()
}

/// Signs under a header of our choice.
fn under(header: &Value) -> String {
    let parts: Vec<String> = signed().split('.').map(str::to_owned).collect();
    format!("{}.{}.{}", b64(header.to_string()), parts[1], parts[2])
}

fn refusal(token: &str) -> JwsError {
    jws::verify(token, &keys_of(&BANK)).unwrap_err()
}

#[test]
fn what_we_sign_we_verify() {
    let verified = jws::verify(&signed(), &keys_of(&BANK)).unwrap();
    assert_eq!(verified.claims::<Value>().unwrap(), json!({ "iss": "bank", "n": 1 }));
    assert_eq!(verified.header.kid.as_deref(), Some(BANK.kid()));
    assert_eq!(verified.header.typ.as_deref(), Some("JWT"));
}

#[test]
fn an_independent_implementation_verifies_what_we_sign() {
    let jwk = serde_json::to_value(BANK.public_jwk()).unwrap();
    let text = |name: &str| jwk[name].as_str().unwrap().to_owned();
    let key = DecodingKey::from_rsa_components(&text("n"), &text("e")).unwrap();
    let mut rules = Validation::new(Algorithm::PS256);
    rules.required_spec_claims.clear();
    rules.validate_exp = false;
    let judged = jsonwebtoken::decode::<Value>(&signed(), &key, &rules).unwrap();
    assert_eq!(judged.claims["iss"], "bank");
    assert_eq!((jwk["use"].as_str(), jwk["alg"].as_str()), (Some("sig"), Some("PS256")));
}

#[test]
fn we_verify_what_an_independent_implementation_signs() {
    let token = sign_with(Algorithm::PS256, BANK_PEM, BANK.kid(), &json!({ "iss": "bank" }));
    assert!(jws::verify(&token, &keys_of(&BANK)).is_ok());
}

#[test]
fn every_other_algorithm_is_refused() {
    for alg in [Algorithm::RS256, Algorithm::RS512, Algorithm::PS384, Algorithm::PS512] {
        assert_eq!(refusal(&sign_with(alg, BANK_PEM, BANK.kid(), &json!({}))), JwsError::Algorithm, "{alg:?}");
    }
    for alg in ["none", "None", "HS256", "ES256", "EdDSA", "ps256", "PS256 ", ""] {
        assert_eq!(refusal(&under(&json!({ "alg": alg, "kid": BANK.kid() }))), JwsError::Algorithm, "{alg}");
    }
    assert_eq!(refusal(&unsecured(&json!({ "iss": "bank" }))), JwsError::Algorithm);
}

#[test]
fn the_algorithm_is_refused_before_a_key_is_looked_for() {
    let token = under(&json!({ "alg": "RS256", "kid": "nobody" }));
    assert_eq!(jws::verify(&token, &JwkSet::default()).unwrap_err(), JwsError::Algorithm);
}

#[test]
fn headers_that_are_not_as_they_should_be_are_refused() {
    assert_eq!(refusal(&under(&json!({ "kid": BANK.kid() }))), JwsError::Malformed);
    assert_eq!(refusal(&under(&json!(["PS256", BANK.kid()]))), JwsError::Malformed);
    assert_eq!(refusal(&under(&json!({ "alg": ["PS256"] }))), JwsError::Malformed);
    assert_eq!(refusal(&under(&json!({ "alg": "PS256", "crit": ["b64"], "b64": false }))), JwsError::Critical);
    let twice = format!(r#"{{"alg":"PS256","alg":"PS256","kid":"{}"}}"#, BANK.kid());
    assert_eq!(refusal(&format!("{}.e30.AAAA", b64(twice))), JwsError::Malformed);
}

#[test]
fn a_key_inside_the_header_is_not_used() {
    let stranger = serde_json::to_value(STRANGER.public_jwk()).unwrap();
    let header = json!({ "alg": "PS256", "kid": BANK.kid(), "jwk": stranger, "jku": "https://stranger.example/" });
    assert_eq!(refusal(&under(&header)), JwsError::Signature);
}

#[test]
fn someone_elses_signature_is_refused() {
    let pretending = STRANGER.clone().with_kid(BANK.kid());
    let token = jws::sign(&pretending, &json!({ "iss": "bank" })).unwrap();
    assert_eq!(refusal(&token), JwsError::Signature);
    assert_eq!(refusal(&jws::sign(&STRANGER, &json!({})).unwrap()), JwsError::UnknownKey);
}

#[test]
fn a_message_without_key_id_needs_a_set_with_one_signing_key() {
    let key = jsonwebtoken::EncodingKey::from_rsa_pem(BANK_PEM.as_bytes()).unwrap();
    let token = jsonwebtoken::encode(&jsonwebtoken::Header::new(Algorithm::PS256), &json!({}), &key).unwrap();
    assert!(jws::verify(&token, &keys_of(&BANK)).is_ok());
    let two = JwkSet::new([BANK.public_jwk(), CLIENT.public_jwk()]);
    assert_eq!(jws::verify(&token, &two).unwrap_err(), JwsError::UnknownKey);
}

#[test]
fn a_change_anywhere_is_noticed() {
    let (token, keys) = (signed(), keys_of(&BANK));
    for changed in mutations(&token, 7) {
        assert!(jws::verify(&changed, &keys).is_err(), "{changed}");
    }
    assert_eq!(refusal(&tampered(&token, &json!({ "iss": "bank", "n": 2 }))), JwsError::Signature);
}

#[test]
fn a_message_has_one_spelling() {
    let token = signed();
    for other in [format!("{token}="), format!(" {token}"), format!("{token}\n"), token.replace('.', "..")] {
        assert!(jws::verify(&other, &keys_of(&BANK)).is_err(), "{other}");
    }
}

#[test]
fn parts_that_are_missing_or_too_many_are_refused() {
    let token = signed();
    for bad in ["", ".", "..", "...", "a.b", &format!("{token}.AAAA"), token.rsplit_once('.').unwrap().0] {
        assert!(jws::verify(bad, &keys_of(&BANK)).is_err(), "{bad}");
    }
}

#[test]
fn a_message_beyond_bounds_is_refused_unread() {
    let token = format!("{}.{}", "A".repeat(jws::MAX_LEN), signed());
    assert_eq!(refusal(&token), JwsError::TooLarge);
}

#[test]
fn peeking_does_not_verify_but_refuses_other_algorithms() {
    let forged = tampered(&signed(), &json!({ "iss": "stranger" }));
    assert_eq!(Unverified::parse(&forged).unwrap().peek::<Value>().unwrap()["iss"], "stranger");
    assert!(Unverified::parse(&unsecured(&json!({}))).is_err());
}

#[test]
fn a_payload_must_be_an_object() {
    let verified = jws::verify(&jws::sign(&BANK, &json!([1])).unwrap(), &keys_of(&BANK)).unwrap();
    assert_eq!(verified.claims::<Value>().unwrap_err(), JwsError::Payload);
}

#[test]
fn keys_are_read_and_written() {
    let again = signing(BANK.to_pkcs8_pem().unwrap().expose_secret());
    assert_eq!(again.kid(), BANK.kid());
    assert_eq!(BANK.kid(), BANK.public_jwk().thumbprint());
    assert_eq!(unb64(BANK.kid()).len(), 32);
    assert!(!format!("{:?}", *BANK).contains("PRIVATE"));
}

#[test]
fn unfit_keys_are_refused() {
    assert_eq!(SigningKey::from_pkcs8_pem(SMALL_PEM).unwrap_err(), KeyError::Rejected);
    assert_eq!(SigningKey::from_pkcs8_pem(ELLIPTIC_PEM).unwrap_err(), KeyError::Rejected);
    for bad in ["", "-----BEGIN PRIVATE KEY-----", &"x".repeat(20_000)] {
        assert_eq!(SigningKey::from_pkcs8_pem(bad).unwrap_err(), KeyError::Pem);
    }
}

#[test]
fn a_fresh_key_works() {
    let key = SigningKey::generate().unwrap();
    assert!(jws::verify(&jws::sign(&key, &json!({})).unwrap(), &keys_of(&key)).is_ok());
}
