//! Whatever comes in, nothing panics, and nothing that was not made by a key holder is accepted.

use proptest::prelude::*;
use serde_json::json;
use vinculo_fapi::certificate::Certificate;
use vinculo_fapi::discovery::{Discovery, UrlPolicy};
use vinculo_fapi::fragment::AuthorizationResponse;
use vinculo_fapi::id_token::{self, Expected, Source};
use vinculo_fapi::interaction_id::InteractionId;
use vinculo_fapi::jwks::JwkSet;
use vinculo_fapi::oauth_error::OAuthError;
use vinculo_fapi::par::{AuthorizationQuery, PushRequest, PushResponse};
use vinculo_fapi::registration::{ClientMetadata, RegistrationResponse};
use vinculo_fapi::token::{RevocationRequest, TokenRequest, TokenResponse};
use vinculo_fapi::{client_assertion, jwe, jws, pkce, request_object, ssa};

use crate::certificate::{authority, client};
use crate::common::{BANK, CLIENT_ID, ISSUER, OURS, b64, keys_of, now};

/// Text that is nearly a compact message: parts of base64url, a plausible header among them.
fn nearly_compact() -> impl Strategy<Value = String> {
    let header = prop_oneof![
        Just(json!({ "alg": "PS256", "kid": BANK.kid() }).to_string()),
        Just(json!({ "alg": "RSA-OAEP", "enc": "A256GCM", "kid": OURS.current().kid() }).to_string()),
        ".*",
    ];
    let parts = prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..6);
    (header, parts).prop_map(|(header, parts)| {
        let parts = parts.into_iter().map(b64);
        std::iter::once(b64(header)).chain(parts).collect::<Vec<_>>().join(".")
    })
}

/// Text that is nearly JSON.
fn nearly_json() -> impl Strategy<Value = String> {
    prop_oneof![".*", r#"[\[\]{}":,a-z0-9 ]{0,200}"#, Just("[".repeat(10_000)), Just(r#"{"keys":"#.repeat(5_000))]
}

/// Nothing of this kind was signed or encrypted by anyone: all must be refused.
fn refused(token: &str) {
    let keys = keys_of(&BANK);
    let source = Source::Authorization { state: "s", code: "c" };
    let expected = Expected { issuer: ISSUER, client_id: CLIENT_ID, nonce: "n", source };
    assert!(jws::verify(token, &keys).is_err());
    assert!(jwe::decrypt(token, &OURS).is_err());
    assert!(id_token::verify(token, &OURS, &keys, &expected, now()).is_err());
    assert!(request_object::verify(token, CLIENT_ID, &keys, ISSUER, now()).is_err());
    assert!(client_assertion::verify(token, CLIENT_ID, &keys, &[ISSUER], now()).is_err());
    assert!(ssa::verify(token, &keys, ssa::SANDBOX_ISSUER, now()).is_err());
    client_assertion::peek_client_id(token).ok();
    ssa::peek(token).ok();
}

/// None of these may panic; what they accept is checked elsewhere.
fn read_everything(text: &str) {
    let bytes = text.as_bytes();
    assert!(Discovery::parse(bytes, ISSUER, UrlPolicy::AllowHttp).is_err());
    assert!(!JwkSet::parse(bytes).is_ok_and(|set| !set.keys().is_empty()), "nobody wrote a key there");
    TokenResponse::parse(bytes).ok();
    TokenRequest::parse(bytes).ok();
    RevocationRequest::parse(bytes).ok();
    RegistrationResponse::parse(bytes).ok();
    ClientMetadata::parse(bytes).ok();
    PushRequest::parse(bytes).ok();
    PushResponse::parse(bytes).ok();
    AuthorizationQuery::parse(text).ok();
    AuthorizationResponse::parse(text).ok();
    InteractionId::parse(text);
    OAuthError::parse(bytes);
    assert!(!pkce::matches(text, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_text_as_a_token(token in ".*") {
        refused(&token);
    }

    #[test]
    fn nearly_a_token(token in nearly_compact()) {
        refused(&token);
    }

    #[test]
    fn any_text_as_a_message(text in nearly_json()) {
        read_everything(&text);
    }

    #[test]
    fn any_bytes_as_a_certificate(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(Certificate::from_der(&bytes).is_err());
        prop_assert!(Certificate::from_pem(&String::from_utf8_lossy(&bytes)).is_err());
    }
}

#[test]
fn a_certificate_with_a_byte_changed_never_panics_and_never_has_the_same_thumbprint() {
    let whole = Certificate::from_pem(&client(&authority("CA"), |_| {})).unwrap();
    for place in (0..whole.der().len()).step_by(3) {
        let mut der = whole.der().to_vec();
        der[place] ^= 0x55;
        if let Ok(read) = Certificate::from_der(&der) {
            assert_ne!(read.thumbprint(), whole.thumbprint());
        }
    }
}
