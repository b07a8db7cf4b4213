//! id_tokens: every refusal of the standard's list, each with its own error, and what must pass.

use jiff::SignedDuration;
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};
use vinculo_fapi::id_token::{self, Expected, IdToken, IdTokenError as Error, NewIdToken, Source};
use vinculo_fapi::jwe::{self, JweError};
use vinculo_fapi::jws::{self, JwsError};

use crate::common::{
    BANK, BANK_PEM, CLIENT_ID, ISSUER, OURS, STRANGER, STRANGER_PEM, at, b64, decryption, keys_of, mutations, now,
    sign_with, tampered, unsecured, with,
};

const STATE: &str = "the-state";
const CODE: &str = "the-code";
const NONCE: &str = "the-nonce";
const ACCESS_TOKEN: &str = "the-access-token";
const AUTHORIZATION: Source<'static> = Source::Authorization { state: STATE, code: CODE };
const TOKEN: Source<'static> = Source::Token { access_token: ACCESS_TOKEN, state: STATE, code: CODE };

/// The left half of the SHA-256 of a text, computed by the book.
fn half(text: &str) -> String {
    b64(&aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()).as_ref()[..16])
}

fn claims() -> Value {
    json!({
        "iss": ISSUER, "sub": "someone", "aud": CLIENT_ID, "nonce": NONCE, "iat": at(0), "exp": at(300),
        "acr": "urn:brasil:openbanking:loa3", "s_hash": half(STATE), "c_hash": half(CODE),
    })
}

/// Encrypts to the client.
fn sealed(signed: &str) -> String {
    jwe::encrypt(signed.as_bytes(), Some("JWT"), &OURS.current().public_jwk()).unwrap()
}

fn verify_as(token: &str, source: Source<'_>) -> Result<IdToken, Error> {
    let expected = Expected { issuer: ISSUER, client_id: CLIENT_ID, nonce: NONCE, source };
    id_token::verify(token, &OURS, &keys_of(&BANK), &expected, now())
}

fn verify(token: &str) -> Result<IdToken, Error> {
    verify_as(token, AUTHORIZATION)
}

/// Verifies the usual claims with one changed.
fn changed(name: &str, value: Value) -> Result<IdToken, Error> {
    verify(&sealed(&jws::sign(&BANK, &with(claims(), name, value)).unwrap()))
}

fn made(access_token: Option<&str>) -> String {
    let new = NewIdToken {
        issuer: ISSUER,
        subject: "someone",
        client_id: CLIENT_ID,
        nonce: NONCE,
        acr: "urn:brasil:openbanking:loa2",
        auth_time: now(),
        state: Some(STATE),
        code: Some(CODE),
        access_token,
        lifetime: SignedDuration::from_mins(5),
    };
    id_token::make(&BANK, &OURS.current().public_jwk(), &new, now()).unwrap()
}

#[test]
fn what_the_bank_makes_the_client_accepts() {
    let first = verify(&made(None)).unwrap();
    assert_eq!((first.subject.as_str(), first.acr.as_str()), ("someone", "urn:brasil:openbanking:loa2"));
    assert_eq!((first.issued_at, first.auth_time), (now(), Some(now())));
    let second = verify_as(&made(Some(ACCESS_TOKEN)), TOKEN).unwrap();
    assert_eq!(second.same_subject(&first), Ok(()));
    let other = IdToken { subject: "someone else".to_owned(), ..second };
    assert_eq!(other.same_subject(&first), Err(Error::Subject));
}

#[test]
fn the_token_tells_which_key_it_needs() {
    let opened = id_token::open(&made(None), &OURS).unwrap();
    assert_eq!(opened.kid(), Some(BANK.kid()));
}

#[test]
fn what_must_be_accepted() {
    assert!(changed("aud", json!([CLIENT_ID])).is_ok(), "aud as an array with one value");
    assert!(changed("at_hash", Value::Null).is_ok(), "no at_hash");
    assert!(changed("azp", json!(CLIENT_ID)).is_ok());
    assert!(changed("acr", json!("urn:brasil:openbanking:loa2")).is_ok());
    assert!(changed("unknown", json!({ "deep": [1] })).is_ok());
    assert!(changed("exp", json!(at(-299))).is_ok(), "clocks may be five minutes apart");
    assert!(changed("iat", json!(at(299))).is_ok(), "clocks may be five minutes apart");
    let bare = ["s_hash", "c_hash"].iter().fold(claims(), |claims, name| with(claims, name, Value::Null));
    let bare = sealed(&jws::sign(&BANK, &bare).unwrap());
    assert!(verify_as(&bare, TOKEN).is_ok(), "at the token endpoint the hashes are optional");
}

#[test]
fn encryption_other_than_the_profiles_is_refused() {
    let token = made(None);
    let (_, rest) = token.split_once('.').unwrap();
    let header = |alg: &str| b64(json!({ "alg": alg, "enc": "A256GCM", "kid": OURS.current().kid() }).to_string());
    assert_eq!(verify(&format!("{}.{rest}", header("RSA1_5"))), Err(Error::Jwe(JweError::Algorithm)));
    let to_another = jwe::encrypt(b"x", None, &decryption(STRANGER_PEM).public_jwk()).unwrap();
    assert_eq!(verify(&to_another), Err(Error::Jwe(JweError::UnknownKey)));
    let only_signed = jws::sign(&BANK, &claims()).unwrap();
    assert!(matches!(verify(&only_signed), Err(Error::Jwe(_))), "a token that is not encrypted");
}

#[test]
fn a_wrong_issuer_is_refused() {
    assert_eq!(changed("iss", Value::Null), Err(Error::MissingIssuer));
    for iss in ["https://bank.example/auth/", "https://BANK.example/auth", "https://other.example", ""] {
        assert_eq!(changed("iss", json!(iss)), Err(Error::Issuer), "{iss}");
    }
}

#[test]
fn a_wrong_audience_is_refused() {
    assert_eq!(changed("aud", Value::Null), Err(Error::MissingAudience));
    assert_eq!(changed("aud", json!([])), Err(Error::MissingAudience));
    assert_eq!(changed("aud", json!("client-2")), Err(Error::Audience));
    assert_eq!(changed("aud", json!(["client-2"])), Err(Error::Audience));
    assert_eq!(changed("aud", json!([CLIENT_ID, "client-2"])), Err(Error::UntrustedAudience));
    assert_eq!(changed("azp", json!("client-2")), Err(Error::AuthorizedParty));
}

#[test]
fn a_wrong_nonce_is_refused() {
    assert_eq!(changed("nonce", Value::Null), Err(Error::MissingNonce));
    assert_eq!(changed("nonce", json!("other")), Err(Error::Nonce));
    assert_eq!(changed("nonce", json!("")), Err(Error::Nonce));
}

#[test]
fn a_wrong_state_hash_is_refused() {
    assert_eq!(changed("s_hash", Value::Null), Err(Error::MissingStateHash));
    assert_eq!(changed("s_hash", json!(half("other"))), Err(Error::StateHash));
    assert_eq!(changed("s_hash", json!("")), Err(Error::StateHash));
}

#[test]
fn a_wrong_code_hash_is_refused() {
    assert_eq!(changed("c_hash", Value::Null), Err(Error::MissingCodeHash));
    assert_eq!(changed("c_hash", json!(half("other"))), Err(Error::CodeHash));
}

#[test]
fn hashes_at_the_token_endpoint_count_where_they_are() {
    let verify = |name: &str| {
        let claims = with(claims(), name, json!(half("other")));
        verify_as(&sealed(&jws::sign(&BANK, &claims).unwrap()), TOKEN)
    };
    assert_eq!(verify("at_hash"), Err(Error::AccessTokenHash));
    assert_eq!(verify("s_hash"), Err(Error::StateHash));
    assert_eq!(verify("c_hash"), Err(Error::CodeHash));
}

#[test]
fn wrong_times_are_refused() {
    const WEEK: i64 = 7 * 24 * 3600;
    assert_eq!(changed("exp", Value::Null), Err(Error::MissingExpiry));
    assert_eq!(changed("exp", json!(at(-301))), Err(Error::Expired));
    assert_eq!(changed("iat", Value::Null), Err(Error::MissingIssuedAt));
    assert_eq!(changed("iat", json!(at(-WEEK))), Err(Error::TooOld));
    assert_eq!(changed("iat", json!(at(-3901))), Err(Error::TooOld));
    assert_eq!(changed("iat", json!(at(301))), Err(Error::IssuedInFuture));
    assert_eq!(changed("nbf", json!(at(301))), Err(Error::NotYet));
}

#[test]
fn a_missing_subject_or_level_is_refused() {
    assert_eq!(changed("sub", Value::Null), Err(Error::MissingSubject));
    assert_eq!(changed("sub", json!("")), Err(Error::MissingSubject));
    assert_eq!(changed("sub", json!("s".repeat(256))), Err(Error::MissingSubject));
    assert_eq!(changed("acr", Value::Null), Err(Error::MissingAcr));
}

#[test]
fn claims_of_wrong_types_are_refused() {
    for (name, value) in
        [("iss", json!(1)), ("aud", json!(1)), ("exp", json!("soon")), ("nonce", json!([NONCE])), ("sub", json!({}))]
    {
        assert_eq!(changed(name, value), Err(Error::Jws(JwsError::Payload)), "{name}");
    }
}

#[test]
fn wrong_signatures_are_refused() {
    let inner = |signed: &str| verify(&sealed(signed)).unwrap_err();
    assert_eq!(inner(&unsecured(&claims())), Error::Jws(JwsError::Algorithm));
    for alg in [Algorithm::RS256, Algorithm::PS384, Algorithm::PS512] {
        assert_eq!(inner(&sign_with(alg, BANK_PEM, BANK.kid(), &claims())), Error::Jws(JwsError::Algorithm));
    }
    let signed = jws::sign(&BANK, &json!({})).unwrap();
    assert_eq!(inner(&tampered(&signed, &claims())), Error::Jws(JwsError::Signature));
    assert_eq!(inner(&jws::sign(&STRANGER, &claims()).unwrap()), Error::Jws(JwsError::UnknownKey));
    let pretending = STRANGER.clone().with_kid(BANK.kid());
    assert_eq!(inner(&jws::sign(&pretending, &claims()).unwrap()), Error::Jws(JwsError::Signature));
    assert_eq!(inner("not a message"), Error::Jws(JwsError::Malformed));
    let not_text = jwe::encrypt(&[0xff, 0xfe], None, &OURS.current().public_jwk()).unwrap();
    assert_eq!(verify(&not_text), Err(Error::Jws(JwsError::Malformed)));
}

#[test]
fn a_change_anywhere_is_noticed() {
    for changed in mutations(&made(None), 17) {
        assert!(verify(&changed).is_err(), "{changed}");
    }
}
