//! Discovery documents.

use serde_json::{Value, json};
use vinculo_fapi::discovery::{BankEndpoints, Discovery, DiscoveryError as Error, UrlPolicy, document_url};

use crate::common::{ISSUER, with};

fn bank() -> Discovery {
    let url = |text: &str| text.parse().unwrap();
    Discovery::of_bank(BankEndpoints {
        issuer: ISSUER.to_owned(),
        authorization_endpoint: url("https://bank.example/authorize"),
        jwks_uri: url("https://bank.example/jwks"),
        token_endpoint: url("https://mtls.bank.example/token"),
        pushed_authorization_request_endpoint: url("https://mtls.bank.example/par"),
        registration_endpoint: url("https://mtls.bank.example/register"),
        userinfo_endpoint: url("https://mtls.bank.example/userinfo"),
        revocation_endpoint: url("https://mtls.bank.example/revoke"),
        scopes: vec!["openid".to_owned(), "accounts".to_owned()],
    })
}

fn document() -> Value {
    serde_json::to_value(bank()).unwrap()
}

fn parse(document: &Value) -> Result<Discovery, Error> {
    Discovery::parse(document.to_string().as_bytes(), ISSUER, UrlPolicy::HttpsOnly)
}

fn changed(name: &str, value: Value) -> Result<Discovery, Error> {
    parse(&with(document(), name, value))
}

#[test]
fn what_the_bank_writes_the_client_accepts() {
    assert_eq!(parse(&document()).unwrap(), bank());
    assert_eq!(document_url(ISSUER), "https://bank.example/auth/.well-known/openid-configuration");
    assert_eq!(document_url("https://a.example/"), "https://a.example/.well-known/openid-configuration");
}

#[test]
fn the_bank_writes_the_values_of_the_profile() {
    let document = document();
    for (name, value) in [
        ("response_types_supported", json!(["code id_token"])),
        ("subject_types_supported", json!(["public"])),
        ("acr_values_supported", json!(["urn:brasil:openbanking:loa2", "urn:brasil:openbanking:loa3"])),
        ("token_endpoint_auth_methods_supported", json!(["private_key_jwt"])),
        ("id_token_signing_alg_values_supported", json!(["PS256"])),
        ("id_token_encryption_alg_values_supported", json!(["RSA-OAEP"])),
        ("id_token_encryption_enc_values_supported", json!(["A256GCM"])),
        ("code_challenge_methods_supported", json!(["S256"])),
        ("claims_parameter_supported", json!(true)),
        ("require_pushed_authorization_requests", json!(true)),
        ("tls_client_certificate_bound_access_tokens", json!(true)),
    ] {
        assert_eq!(document[name], value, "{name}");
    }
    assert!(document["grant_types_supported"].as_array().unwrap().contains(&json!("refresh_token")));
    assert_eq!(document["mtls_endpoint_aliases"]["token_endpoint"], "https://mtls.bank.example/token");
}

#[test]
fn another_issuer_is_refused() {
    for issuer in ["https://bank.example/auth/", "https://other.example", ""] {
        assert_eq!(changed("issuer", json!(issuer)), Err(Error::Issuer), "{issuer}");
    }
    assert_eq!(changed("issuer", Value::Null), Err(Error::Malformed));
}

#[test]
fn aliases_are_used_when_present() {
    let with_alias = changed("token_endpoint", json!("https://bank.example/plain")).unwrap();
    assert_eq!(with_alias.token_endpoint().as_str(), "https://mtls.bank.example/token");
    assert_eq!(with_alias.par_endpoint().as_str(), "https://mtls.bank.example/par");
    let partly = json!({ "token_endpoint": "https://mtls.bank.example/other" });
    let partly = changed("mtls_endpoint_aliases", partly).unwrap();
    assert_eq!(partly.token_endpoint().as_str(), "https://mtls.bank.example/other");
    assert_eq!(partly.registration_endpoint().unwrap().as_str(), "https://mtls.bank.example/register");
    let plain = changed("mtls_endpoint_aliases", Value::Null).unwrap();
    assert_eq!(plain.revocation_endpoint().unwrap().as_str(), "https://mtls.bank.example/revoke");
    assert_eq!(plain.userinfo_endpoint().unwrap().as_str(), "https://mtls.bank.example/userinfo");
}

#[test]
fn what_must_be_there_is_missed() {
    for name in ["authorization_endpoint", "token_endpoint", "jwks_uri", "pushed_authorization_request_endpoint"] {
        assert_eq!(changed(name, Value::Null), Err(Error::Malformed), "{name}");
    }
    assert!(changed("registration_endpoint", Value::Null).is_ok());
}

#[test]
fn lists_that_lack_what_the_profile_requires_are_refused() {
    for name in [
        "response_types_supported",
        "response_modes_supported",
        "grant_types_supported",
        "token_endpoint_auth_methods_supported",
        "token_endpoint_auth_signing_alg_values_supported",
        "request_object_signing_alg_values_supported",
        "id_token_signing_alg_values_supported",
        "id_token_encryption_alg_values_supported",
        "id_token_encryption_enc_values_supported",
        "code_challenge_methods_supported",
    ] {
        assert_eq!(changed(name, json!(["other"])), Err(Error::Profile(name)));
        assert_eq!(changed(name, json!([])), Err(Error::Profile(name)));
        assert!(changed(name, Value::Null).is_ok(), "an absent {name} says nothing");
    }
    let unbound = changed("tls_client_certificate_bound_access_tokens", json!(false));
    assert_eq!(unbound, Err(Error::Profile("tls_client_certificate_bound_access_tokens")));
    assert!(changed("response_types_supported", json!(["code", "id_token code"])).is_ok());
}

#[test]
fn addresses_that_are_not_safe_are_refused() {
    for url in ["http://bank.example/x", "ftp://bank.example/", "https://user@bank.example/", "https://bank.example/#x"]
    {
        assert_eq!(changed("jwks_uri", json!(url)), Err(Error::Address("jwks_uri")), "{url}");
        assert!(changed("authorization_endpoint", json!(url)).is_err(), "{url}");
        let alias = changed("mtls_endpoint_aliases", json!({ "token_endpoint": url }));
        assert_eq!(alias, Err(Error::Address("token_endpoint")), "{url}");
    }
    assert_eq!(changed("jwks_uri", json!("/jwks")), Err(Error::Malformed));
}

#[test]
fn plain_http_is_for_the_sandbox_and_never_where_a_certificate_is_shown() {
    let open = with(document(), "jwks_uri", json!("http://localhost:8080/jwks"));
    let parse = |document: &Value| Discovery::parse(document.to_string().as_bytes(), ISSUER, UrlPolicy::AllowHttp);
    assert!(parse(&open).is_ok());
    let shown = with(document(), "mtls_endpoint_aliases", json!({ "token_endpoint": "http://localhost/token" }));
    assert_eq!(parse(&shown), Err(Error::Address("token_endpoint")));
}

#[test]
fn garbage_and_giants_are_refused() {
    for bad in ["", "null", "[]", "{", "<html>"] {
        let parsed = Discovery::parse(bad.as_bytes(), ISSUER, UrlPolicy::HttpsOnly);
        assert_eq!(parsed, Err(Error::Malformed), "{bad}");
    }
    let giant = vec![b' '; 1024 * 1024 + 1];
    assert_eq!(Discovery::parse(&giant, ISSUER, UrlPolicy::HttpsOnly), Err(Error::TooLarge));
}
