//! Encryption.

use serde_json::{Value, json};
use vinculo_fapi::jwe::{self, JweError};
use vinculo_fapi::jwks::JwkSet;
use vinculo_fapi::keys::DecryptionKeys;

use crate::common::{BANK_PEM, CLIENT_PEM, OURS, STRANGER_PEM, b64, decryption, mutations, unb64};

fn sealed() -> String {
    jwe::encrypt(b"hello", Some("JWT"), &OURS.current().public_jwk()).unwrap()
}

fn refusal(token: &str) -> JweError {
    jwe::decrypt(token, &OURS).unwrap_err()
}

/// Replaces the header.
fn under(header: &Value) -> String {
    let token = sealed();
    format!("{}.{}", b64(header.to_string()), token.split_once('.').unwrap().1)
}

/// The header that we write, with one more member.
fn header_with(name: &str, value: Value) -> Value {
    let mut header = json!({ "alg": "RSA-OAEP", "enc": "A256GCM", "kid": OURS.current().kid() });
    header[name] = value;
    header
}

/// Replaces one part.
fn with_part(index: usize, part: &[u8]) -> String {
    let token = sealed();
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    parts[index] = b64(part);
    parts.join(".")
}

#[test]
fn what_we_encrypt_we_decrypt() {
    let token = sealed();
    assert_eq!(jwe::decrypt(&token, &OURS).unwrap(), b"hello");
    let header: Value = serde_json::from_slice(&unb64(token.split('.').next().unwrap())).unwrap();
    assert_eq!(header, json!({ "alg": "RSA-OAEP", "enc": "A256GCM", "kid": OURS.current().kid(), "cty": "JWT" }));
    assert_ne!(token, sealed(), "content key and nonce are fresh");
}

#[test]
fn older_keys_still_decrypt() {
    let token = sealed();
    let rotated = DecryptionKeys::new(decryption(BANK_PEM)).and(decryption(CLIENT_PEM));
    assert_eq!(jwe::decrypt(&token, &rotated).unwrap(), b"hello");
    assert_eq!(rotated.public_jwks().keys().len(), 2);
    let chosen = rotated.public_jwks().encryption_key().cloned().unwrap();
    assert_eq!(chosen.kid(), Some(rotated.current().kid()));
}

#[test]
fn every_other_algorithm_is_refused() {
    for alg in ["RSA1_5", "RSA-OAEP-256", "dir", "A256KW", "ECDH-ES", "none", "rsa-oaep", ""] {
        assert_eq!(refusal(&under(&header_with("alg", json!(alg)))), JweError::Algorithm, "{alg}");
    }
    for enc in ["A128GCM", "A256CBC-HS512", "A128CBC-HS256", "none", "a256gcm", ""] {
        assert_eq!(refusal(&under(&header_with("enc", json!(enc)))), JweError::Algorithm, "{enc}");
    }
}

#[test]
fn the_algorithm_is_refused_before_a_key_is_looked_for() {
    let header = json!({ "alg": "RSA1_5", "enc": "A256GCM", "kid": "nobody" });
    assert_eq!(refusal(&under(&header)), JweError::Algorithm);
}

#[test]
fn headers_that_point_to_keys_elsewhere_are_refused() {
    for (name, value) in [
        ("x5u", json!("https://a.example/")),
        ("x5c", json!(["MII"])),
        ("jku", json!("https://a.example/")),
        ("jwk", json!({})),
        ("zip", json!("DEF")),
        ("crit", json!(["exp"])),
    ] {
        assert_eq!(refusal(&under(&header_with(name, value))), JweError::Header, "{name}");
    }
}

#[test]
fn the_header_must_name_one_of_our_keys() {
    assert_eq!(refusal(&under(&json!({ "alg": "RSA-OAEP", "enc": "A256GCM" }))), JweError::MissingKid);
    assert_eq!(refusal(&under(&header_with("kid", json!("nobody")))), JweError::UnknownKey);
    assert_eq!(refusal(&under(&json!(["RSA-OAEP", "A256GCM", OURS.current().kid()]))), JweError::Malformed);
}

#[test]
fn failures_to_decrypt_all_look_the_same() {
    let wrapped_for_another = {
        let pretending = decryption(STRANGER_PEM).with_kid(OURS.current().kid());
        jwe::encrypt(b"hello", None, &pretending.public_jwk()).unwrap()
    };
    let cases = [
        ("wrapped to another key", wrapped_for_another),
        ("content key is garbage", with_part(1, &[7; 256])),
        ("content key is short", with_part(1, &[7; 255])),
        ("content key is empty", with_part(1, b"")),
        ("other nonce", with_part(2, &[0; 12])),
        ("other content", with_part(3, b"HELLO")),
        ("no content", with_part(3, b"")),
        ("other tag", with_part(4, &[0; 16])),
        ("other header", under(&header_with("typ", json!("JWT")))),
    ];
    for (name, token) in cases {
        assert_eq!(refusal(&token), JweError::Decryption, "{name}");
    }
}

#[test]
fn parts_that_are_missing_too_many_or_of_wrong_length_are_refused() {
    let token = sealed();
    for bad in [
        String::new(),
        "....".to_owned(),
        format!("{token}.AAAA"),
        token.rsplit_once('.').unwrap().0.to_owned(),
        with_part(2, &[0; 16]),
        with_part(4, &[0; 8]),
        format!("{token}="),
    ] {
        assert_eq!(refusal(&bad), JweError::Malformed, "{bad}");
    }
}

#[test]
fn a_change_anywhere_is_noticed() {
    for changed in mutations(&sealed(), 5) {
        assert!(jwe::decrypt(&changed, &OURS).is_err(), "{changed}");
    }
}

#[test]
fn a_message_beyond_bounds_is_refused_unread() {
    assert_eq!(refusal(&"A".repeat(jwe::MAX_LEN + 1)), JweError::TooLarge);
}

#[test]
fn a_recipient_needs_a_key_id() {
    let jwk = serde_json::to_value(OURS.current().public_jwk()).unwrap();
    let nameless = json!({ "keys": [{ "kty": "RSA", "n": jwk["n"], "e": jwk["e"], "use": "enc" }] });
    let set = JwkSet::parse(nameless.to_string().as_bytes()).unwrap();
    assert!(set.encryption_key().is_none());
    assert_eq!(jwe::encrypt(b"", None, &set.keys()[0]).unwrap_err(), JweError::MissingKid);
}
