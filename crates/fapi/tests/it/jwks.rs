//! Key sets.

use serde_json::{Value, json};
use vinculo_fapi::jwks::{JwkSet, JwksError, KeyUse};

use crate::common::{BANK, CLIENT, OURS, b64, keys_of};

fn jwk() -> Value {
    serde_json::to_value(BANK.public_jwk()).unwrap()
}

/// Parses a set of one key, changed in one member.
fn parsed(name: &str, value: Value) -> usize {
    let key = crate::common::with(jwk(), name, value);
    JwkSet::parse(json!({ "keys": [key] }).to_string().as_bytes()).unwrap().keys().len()
}

#[test]
fn a_set_reads_what_it_writes() {
    let set = JwkSet::new([BANK.public_jwk(), OURS.current().public_jwk()]);
    assert_eq!(JwkSet::parse(set.to_json().as_bytes()).unwrap(), set);
    assert_eq!(set.keys()[1].key_use(), Some(KeyUse::Enc));
}

#[test]
fn keys_that_we_could_not_use_are_left_out() {
    assert_eq!(parsed("extra", json!("member")), 1);
    assert_eq!(parsed("kid", Value::Null), 1);
    for (name, value) in [
        ("kty", json!("EC")),
        ("kty", json!("oct")),
        ("kty", Value::Null),
        ("use", json!("other")),
        ("n", Value::Null),
        ("n", json!("not base64url!")),
        ("n", json!(b64([0xff; 128]))),
        ("n", json!(b64([0xff; 1025]))),
        ("n", json!(b64([0xfe; 256]))),
        ("n", json!("")),
        ("e", Value::Null),
        ("e", json!(b64([1]))),
        ("e", json!(b64([4]))),
        ("e", json!(b64([0xff; 5]))),
        ("kid", json!("k".repeat(257))),
        ("d", json!("AQAB")),
    ] {
        assert_eq!(parsed(name, value.clone()), 0, "{name}: {value}");
    }
}

#[test]
fn one_bad_key_does_not_spoil_the_set() {
    let set = json!({ "keys": [7, null, [], { "kty": 5 }, jwk()] });
    assert_eq!(JwkSet::parse(set.to_string().as_bytes()).unwrap().keys().len(), 1);
}

#[test]
fn what_is_no_set_is_refused() {
    for bad in ["", "null", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":[}"#, "[[]]", r#"{"keys":[],"keys":[]}"#] {
        assert_eq!(JwkSet::parse(bad.as_bytes()).unwrap_err(), JwksError::Malformed, "{bad}");
    }
}

#[test]
fn bounds_hold() {
    let many = json!({ "keys": vec![json!({}); 101] });
    assert_eq!(JwkSet::parse(many.to_string().as_bytes()).unwrap_err(), JwksError::TooLarge);
    assert_eq!(JwkSet::parse(&vec![b' '; 1024 * 1024 + 1]).unwrap_err(), JwksError::TooLarge);
    let deep = format!(r#"{{"keys":[{}"#, "[".repeat(100_000));
    assert!(JwkSet::parse(deep.as_bytes()).is_err());
}

#[test]
fn a_signing_key_is_found_by_id_and_use() {
    let set = JwkSet::new([OURS.current().public_jwk(), BANK.public_jwk(), CLIENT.public_jwk()]);
    assert_eq!(set.signing_key(Some(BANK.kid())), Some(&BANK.public_jwk()));
    assert_eq!(set.signing_key(Some("nobody")), None);
    assert_eq!(set.signing_key(None), None, "two would do");
    // The client's two keys are one key pair here, so only the use tells them apart.
    assert_eq!(set.signing_key(Some(CLIENT.kid())).unwrap().key_use(), Some(KeyUse::Sig));
    assert_eq!(keys_of(&BANK).signing_key(None), Some(&BANK.public_jwk()));
}

#[test]
fn an_encryption_key_is_one_that_says_so() {
    assert_eq!(keys_of(&BANK).encryption_key(), None);
    let set = JwkSet::new([BANK.public_jwk(), OURS.current().public_jwk()]);
    assert_eq!(set.encryption_key(), Some(&OURS.current().public_jwk()));
    let mut other = serde_json::to_value(OURS.current().public_jwk()).unwrap();
    other["alg"] = json!("RSA-OAEP-256");
    let set = JwkSet::parse(json!({ "keys": [other] }).to_string().as_bytes()).unwrap();
    assert_eq!(set.encryption_key(), None);
}
