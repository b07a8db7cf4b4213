//! Software statements and registration: the refusals of the standard.

use jsonwebtoken::Algorithm;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use vinculo_fapi::certificate::Subject;
use vinculo_fapi::jwks::JwkSet;
use vinculo_fapi::jws::{self, JwsError};
use vinculo_fapi::oauth_error::code;
use vinculo_fapi::registration::{ClientMetadata, RegistrationResponse};
use vinculo_fapi::ssa::{self, SANDBOX_ISSUER, SoftwareStatement, SsaError, StatementRole};

use crate::certificate::{ORGANISATION_ID, SOFTWARE_ID};
use crate::common::{
    BANK, BANK_PEM, CLIENT, OURS, STRANGER, at, keys_of, later, mutations, now, sign_with, tampered, with,
};

const REDIRECT: &str = "https://receiver.example/callback";
const JWKS: &str = "https://keystore.example/org/software/application.jwks";

fn role(role: &str, status: &str) -> StatementRole {
    let text = str::to_owned;
    StatementRole { role: text(role), authorisation_domain: text("Open Banking"), status: text(status) }
}

fn statement() -> SoftwareStatement {
    SoftwareStatement {
        software_redirect_uris: vec![REDIRECT.to_owned(), "https://receiver.example/other".to_owned()],
        software_statement_roles: vec![role("DADOS", "Active")],
        software_client_name: "Receptora".to_owned(),
        org_status: "Active".to_owned(),
        software_id: SOFTWARE_ID.to_owned(),
        software_jwks_uri: JWKS.to_owned(),
        org_id: ORGANISATION_ID.to_owned(),
        software_api_webhook_uris: vec!["https://receiver.example/hook".to_owned()],
        ..SoftwareStatement::default()
    }
}

/// The directory signs with the bank's key here.
fn signed() -> String {
    ssa::make(&BANK, SANDBOX_ISSUER, &statement(), now()).unwrap()
}

fn subject() -> Subject {
    Subject {
        software_id: Some(SOFTWARE_ID.to_owned()),
        organisation_id: Some(ORGANISATION_ID.to_owned()),
        ..Subject::default()
    }
}

fn keys() -> JwkSet {
    JwkSet::new([CLIENT.public_jwk(), OURS.current().public_jwk()])
}

fn request() -> ClientMetadata {
    ClientMetadata::of_statement(&statement(), signed(), vec![REDIRECT.to_owned()])
}

fn refusal(request: &ClientMetadata) -> String {
    request.admit(&statement(), &subject(), &keys()).unwrap_err().error
}

/// Refuses the usual request with one member changed.
fn changed(name: &str, value: Value) -> String {
    let body = with(serde_json::to_value(request()).unwrap(), name, value).to_string();
    refusal(&ClientMetadata::parse(body.as_bytes()).unwrap())
}

#[test]
fn what_the_directory_signs_the_bank_accepts() {
    let read = ssa::verify(&signed(), &keys_of(&BANK), SANDBOX_ISSUER, later(300)).unwrap();
    assert_eq!(read, statement());
    assert_eq!(ssa::peek(&signed()).unwrap(), statement());
}

#[test]
fn statements_that_must_be_refused() {
    let verify = |token: &str, time| ssa::verify(token, &keys_of(&BANK), SANDBOX_ISSUER, time).unwrap_err();
    assert_eq!(verify(&signed(), later(301)), SsaError::TooOld);
    assert_eq!(verify(&signed(), later(-61)), SsaError::FromFuture);
    let other = ssa::make(&BANK, ssa::PRODUCTION_ISSUER, &statement(), now()).unwrap();
    assert_eq!(verify(&other, now()), SsaError::Issuer);
    let claims = || ssa_claims();
    let sign = |claims: &Value| jws::sign(&BANK, claims).unwrap();
    assert_eq!(verify(&sign(&with(claims(), "iss", Value::Null)), now()), SsaError::Issuer);
    assert_eq!(verify(&sign(&with(claims(), "iat", Value::Null)), now()), SsaError::MissingIssuedAt);
    assert_eq!(verify(&sign(&with(claims(), "org_status", json!("Withdrawn"))), now()), SsaError::Inactive);
    assert_eq!(verify(&sign(&with(claims(), "software_id", Value::Null)), now()), SsaError::Jws(JwsError::Payload));
    assert_eq!(
        verify(&tampered(&signed(), &with(claims(), "org_id", json!("x"))), now()),
        SsaError::Jws(JwsError::Signature)
    );
    assert_eq!(
        verify(&ssa::make(&STRANGER, SANDBOX_ISSUER, &statement(), now()).unwrap(), now()),
        SsaError::Jws(JwsError::UnknownKey)
    );
    let rs256 = sign_with(Algorithm::RS256, BANK_PEM, BANK.kid(), &claims());
    assert_eq!(verify(&rs256, now()), SsaError::Jws(JwsError::Algorithm));
}

fn ssa_claims() -> Value {
    let claims = serde_json::to_value(statement()).unwrap();
    with(with(claims, "iss", json!(SANDBOX_ISSUER)), "iat", json!(at(0)))
}

#[test]
fn a_change_anywhere_is_noticed() {
    for changed in mutations(&signed(), 29) {
        assert!(ssa::verify(&changed, &keys_of(&BANK), SANDBOX_ISSUER, now()).is_err(), "{changed}");
    }
}

#[test]
fn null_lists_of_a_statement_are_empty() {
    let claims = with(ssa_claims(), "software_origin_uris", json!([]));
    let mut claims = claims;
    claims["software_origin_uris"] = Value::Null;
    let read = ssa::verify(&jws::sign(&BANK, &claims).unwrap(), &keys_of(&BANK), SANDBOX_ISSUER, now()).unwrap();
    assert!(read.software_origin_uris.is_empty());
}

#[test]
fn active_roles_give_scopes() {
    let scopes = |roles: Vec<StatementRole>| {
        SoftwareStatement { software_statement_roles: roles, ..SoftwareStatement::default() }.allowed_scopes()
    };
    assert_eq!(scopes(vec![]), Vec::<&str>::new());
    assert_eq!(scopes(vec![role("DADOS", "Inactive"), role("OTHER", "Active")]), Vec::<&str>::new());
    assert_eq!(scopes(vec![role("CONTA", "Active")]), ["openid"]);
    let data = scopes(vec![role("DADOS", "Active")]);
    assert_eq!((data.len(), data[0], data[1]), (17, "openid", "accounts"));
    let all = scopes(vec![role("DADOS", "Active"), role("PAGTO", "Active")]);
    assert_eq!(all.iter().filter(|scope| **scope == "openid").count(), 1);
    assert!(all.contains(&"payments"));
}

#[test]
fn a_registration_is_admitted_with_the_values_of_the_profile() {
    let body = serde_json::to_string(&request()).unwrap();
    let admitted = ClientMetadata::parse(body.as_bytes()).unwrap().admit(&statement(), &subject(), &keys()).unwrap();
    assert_eq!(admitted.redirect_uris, [REDIRECT]);
    assert_eq!(admitted.client_name.as_deref(), Some("Receptora"));
    assert_eq!(admitted.id_token_encrypted_response_alg.as_deref(), Some("RSA-OAEP"));
    assert_eq!(admitted.software_statement, None);
    assert!(admitted.scope.unwrap().starts_with("openid accounts credit-cards-accounts consents"));
}

#[test]
fn order_does_not_matter_and_defaults_are_filled_in() {
    let mut asked = request();
    asked.grant_types.reverse();
    asked.scope = Some("accounts openid unknown".to_owned());
    let admitted = asked.admit(&statement(), &subject(), &keys()).unwrap();
    assert_eq!(admitted.scope.as_deref(), Some("openid accounts"));
    let bare = ClientMetadata {
        jwks_uri: Some(JWKS.to_owned()),
        redirect_uris: vec!["https://receiver.example/other".to_owned()],
        ..ClientMetadata::default()
    };
    assert_eq!(bare.admit(&statement(), &subject(), &keys()).unwrap().response_types, ["code id_token"]);
}

#[test]
fn redirect_uris_must_be_in_the_statement() {
    for uris in [json!([]), Value::Null, json!(["https://else.example/"]), json!([REDIRECT, "https://else.example/"])] {
        assert_eq!(changed("redirect_uris", uris.clone()), code::INVALID_REDIRECT_URI, "{uris}");
    }
    assert_eq!(changed("redirect_uris", json!([format!("{REDIRECT}/")])), code::INVALID_REDIRECT_URI);
}

#[test]
fn keys_must_be_the_directorys() {
    assert_eq!(changed("jwks_uri", json!("https://else.example/jwks")), code::INVALID_CLIENT_METADATA);
    assert_eq!(changed("jwks_uri", Value::Null), code::INVALID_CLIENT_METADATA);
    assert_eq!(changed("jwks", json!({ "keys": [] })), code::INVALID_CLIENT_METADATA);
    let without_enc = request().admit(&statement(), &subject(), &keys_of(&CLIENT)).unwrap_err();
    assert_eq!(without_enc.error, code::INVALID_CLIENT_METADATA);
}

#[test]
fn webhooks_must_be_the_statements() {
    for uris in
        [json!([]), json!(["https://else.example/"]), json!(["https://receiver.example/hook", "https://b.example"])]
    {
        assert_eq!(changed("webhook_uris", uris.clone()), code::INVALID_WEBHOOK_URIS, "{uris}");
    }
    let without = ClientMetadata { webhook_uris: None, ..request() };
    assert!(without.admit(&statement(), &subject(), &keys()).is_ok());
}

#[test]
fn values_outside_the_profile_are_refused() {
    for (name, value) in [
        ("grant_types", json!(["password"])),
        ("response_types", json!(["code"])),
        ("token_endpoint_auth_method", json!("client_secret_basic")),
        ("token_endpoint_auth_method", json!("tls_client_auth")),
        ("token_endpoint_auth_signing_alg", json!("RS256")),
        ("id_token_signed_response_alg", json!("none")),
        ("request_object_signing_alg", json!("none")),
        ("id_token_encrypted_response_alg", json!("RSA1_5")),
        ("id_token_encrypted_response_enc", json!("A128CBC-HS256")),
        ("tls_client_certificate_bound_access_tokens", json!(false)),
        ("scope", json!("payments")),
    ] {
        assert_eq!(changed(name, value.clone()), code::INVALID_CLIENT_METADATA, "{name}: {value}");
    }
}

#[test]
fn the_certificate_must_be_the_softwares() {
    let other = || Some("other".to_owned());
    for subject in [
        Subject { software_id: other(), ..subject() },
        Subject { software_id: None, ..subject() },
        Subject { organisation_id: other(), ..subject() },
        Subject { organisation_id: None, ..subject() },
    ] {
        assert!(request().admit(&statement(), &subject, &keys()).is_err(), "{subject:?}");
    }
}

#[test]
fn registrations_beyond_bounds_are_refused() {
    let parse = |body: &str| ClientMetadata::parse(body.as_bytes()).unwrap_err().error;
    assert_eq!(parse(&" ".repeat(128 * 1024 + 1)), code::INVALID_CLIENT_METADATA);
    let many = json!({ "redirect_uris": vec![REDIRECT; 65] }).to_string();
    assert_eq!(parse(&many), code::INVALID_CLIENT_METADATA);
    for bad in ["", "[]", "null", r#"{"redirect_uris":"x"}"#] {
        assert_eq!(parse(bad), code::INVALID_CLIENT_METADATA, "{bad}");
    }
}

#[test]
fn the_answer_travels() {
    let answer = RegistrationResponse {
        client_id: "client-1".to_owned(),
        client_id_issued_at: Some(at(0)),
        registration_client_uri: Some("https://mtls.bank.example/register/client-1".to_owned()),
        registration_access_token: Some(SecretString::from("rat")),
        metadata: request(),
    };
    let json = answer.to_json();
    assert!(!json.expose_secret().contains("software_statement"));
    let read = RegistrationResponse::parse(json.expose_secret().as_bytes()).unwrap();
    assert_eq!((read.client_id.as_str(), read.client_id_issued_at), ("client-1", Some(at(0))));
    assert_eq!(read.registration_access_token.unwrap().expose_secret(), "rat");
    assert_eq!(read.metadata.redirect_uris, [REDIRECT]);
}

#[test]
fn answers_that_make_no_sense_are_refused() {
    for bad in ["", "[]", "{}", r#"{"client_id":""}"#, r#"{"client_id":5}"#] {
        assert!(RegistrationResponse::parse(bad.as_bytes()).is_err(), "{bad}");
    }
    assert!(RegistrationResponse::parse(br#"{"client_id":"c","grant_types":null,"other":{}}"#).is_ok());
}
