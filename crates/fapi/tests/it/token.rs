//! The token endpoint, both sides.

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use vinculo_fapi::client_assertion;
use vinculo_fapi::oauth_error::{OAuthError, code};
use vinculo_fapi::token::{Grant, RevocationRequest, TokenRequest, TokenResponse, TokenResponseError, bearer};

use crate::common::with;

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

/// Writes a request as the client does, and reads it as the bank does.
fn passed(grant: Grant) -> TokenRequest {
    let form = TokenRequest::new(grant, "client-1", "a.b.c".to_owned()).to_form();
    TokenRequest::parse(form.expose_secret().as_bytes()).map_err(|error| error.error).unwrap()
}

/// Reads a form with a proper assertion.
fn refusal(form: &str) -> String {
    let form = format!("{form}&client_assertion_type={}&client_assertion=a.b.c", client_assertion::TYPE);
    TokenRequest::parse(form.as_bytes()).err().unwrap().error
}

fn answer() -> Value {
    json!({ "access_token": "at", "token_type": "Bearer", "expires_in": 900, "refresh_token": "rt", "scope": "openid" })
}

fn parse(answer: &Value) -> Result<TokenResponse, TokenResponseError> {
    TokenResponse::parse(answer.to_string().as_bytes())
}

#[test]
fn a_code_with_its_verifier_travels() {
    let request = passed(Grant::AuthorizationCode {
        code: secret("a code+/=&"),
        redirect_uri: Some("https://receiver.example/?a=b&c".to_owned()),
        code_verifier: Some(secret("verifier")),
    });
    assert_eq!((request.client_id.as_deref(), request.client_assertion.as_str()), (Some("client-1"), "a.b.c"));
    let Grant::AuthorizationCode { code, redirect_uri, code_verifier } = request.grant else { panic!("other grant") };
    assert_eq!(code.expose_secret(), "a code+/=&");
    assert_eq!(redirect_uri.as_deref(), Some("https://receiver.example/?a=b&c"));
    assert_eq!(code_verifier.unwrap().expose_secret(), "verifier");
}

#[test]
fn refresh_and_client_credentials_travel() {
    let request = passed(Grant::Refresh { refresh_token: secret("rt"), scope: None });
    assert!(matches!(request.grant, Grant::Refresh { scope: None, .. }));
    let request = passed(Grant::ClientCredentials { scope: Some("consents".to_owned()) });
    assert!(matches!(request.grant, Grant::ClientCredentials { scope: Some(scope) } if scope == "consents"));
}

#[test]
fn a_revocation_travels() {
    let request = RevocationRequest {
        token: secret("rt"),
        client_assertion: "a.b.c".to_owned(),
        client_id: Some("client-1".to_owned()),
    };
    let read = RevocationRequest::parse(request.to_form().expose_secret().as_bytes()).ok().unwrap();
    assert_eq!(read.token.expose_secret(), "rt");
    assert!(RevocationRequest::parse(b"token=rt").is_err());
}

#[test]
fn requests_without_what_they_need_are_refused() {
    assert_eq!(refusal("a=b"), code::INVALID_REQUEST);
    assert_eq!(refusal("grant_type=password"), code::UNSUPPORTED_GRANT_TYPE);
    assert_eq!(refusal("grant_type=authorization_code"), code::INVALID_REQUEST);
    assert_eq!(refusal("grant_type=authorization_code&code="), code::INVALID_REQUEST);
    assert_eq!(refusal("grant_type=refresh_token"), code::INVALID_REQUEST);
    assert_eq!(refusal("grant_type=refresh_token&refresh_token=a&refresh_token=b"), code::INVALID_REQUEST);
    assert_eq!(refusal(&"x".repeat(256 * 1024)), code::INVALID_REQUEST);
    let many: Vec<String> = (0..65).map(|n| format!("p{n}=1")).collect();
    assert_eq!(refusal(&many.join("&")), code::INVALID_REQUEST);
}

#[test]
fn requests_without_an_assertion_are_refused() {
    for form in [
        "grant_type=client_credentials",
        "grant_type=client_credentials&client_assertion=a.b.c",
        "grant_type=client_credentials&client_assertion=a.b.c&client_assertion_type=other",
        "grant_type=client_credentials&client_id=x&client_secret=y",
    ] {
        assert_eq!(TokenRequest::parse(form.as_bytes()).err().unwrap().error, code::INVALID_CLIENT, "{form}");
    }
}

#[test]
fn an_answer_travels() {
    let answer = TokenResponse {
        access_token: secret("at"),
        expires_in: Some(900),
        refresh_token: Some(secret("rt")),
        scope: Some("openid accounts".to_owned()),
        id_token: Some(secret("a.b.c.d.e")),
    };
    let read = TokenResponse::parse(answer.to_json().expose_secret().as_bytes()).ok().unwrap();
    assert_eq!(read.access_token.expose_secret(), "at");
    assert_eq!(read.refresh_token.unwrap().expose_secret(), "rt");
    assert_eq!(read.id_token.unwrap().expose_secret(), "a.b.c.d.e");
    assert_eq!((read.expires_in, read.scope.as_deref()), (Some(900), Some("openid accounts")));
}

#[test]
fn what_may_be_missing_may_be_missing() {
    for name in ["scope", "expires_in", "refresh_token"] {
        assert!(parse(&with(answer(), name, Value::Null)).is_ok(), "{name}");
        let mut null = answer();
        null[name] = Value::Null;
        assert!(parse(&null).is_ok(), "{name}: null");
    }
    for kind in ["bearer", "BEARER", "Bearer"] {
        assert!(parse(&with(answer(), "token_type", json!(kind))).is_ok(), "{kind}");
    }
    assert_eq!(parse(&with(answer(), "expires_in", json!("900"))).ok().unwrap().expires_in, Some(900));
}

#[test]
fn answers_that_make_no_sense_are_refused() {
    for (name, value) in [
        ("access_token", Value::Null),
        ("access_token", json!("")),
        ("access_token", json!("a b")),
        ("access_token", json!("a\r\nX: y")),
        ("access_token", json!("t".repeat(16 * 1024 + 1))),
        ("refresh_token", json!("é")),
        ("expires_in", json!(-1)),
        ("expires_in", json!("soon")),
        ("scope", json!("s".repeat(5000))),
        ("id_token", json!("i".repeat(100_000))),
    ] {
        let refused = parse(&with(answer(), name, value.clone())).err();
        assert_eq!(refused, Some(TokenResponseError::Malformed), "{name}: {value}");
    }
    for kind in [Value::Null, json!("DPoP"), json!("mac")] {
        assert_eq!(parse(&with(answer(), "token_type", kind)).err(), Some(TokenResponseError::TokenType));
    }
    for bad in ["", "[]", "null", r#"["at","Bearer"]"#] {
        assert_eq!(TokenResponse::parse(bad.as_bytes()).err(), Some(TokenResponseError::Malformed), "{bad}");
    }
}

#[test]
fn the_scheme_of_an_access_token_has_any_letter_case() {
    for header in ["Bearer abc", "bearer abc", "BEARER abc", "Bearer  abc "] {
        assert_eq!(bearer(header), Some("abc"), "{header}");
    }
    for header in ["", "Bearer", "Bearer ", "abc", "Basic abc", "Bearer a b", "Bearerabc"] {
        assert_eq!(bearer(header), None, "{header}");
    }
}

#[test]
fn error_answers_are_read_with_bounds() {
    let parse = |text: &str| OAuthError::parse(text.as_bytes());
    assert_eq!(parse(r#"{"error":"invalid_grant"}"#).unwrap().error, code::INVALID_GRANT);
    let long = json!({ "error": "x", "error_description": "é".repeat(1000) }).to_string();
    assert_eq!(parse(&long).unwrap().error_description.unwrap().chars().count(), 512);
    for bad in ["", "{}", r#"{"error":""}"#, r#"{"error":"<script>"}"#, r#"["x"]"#, "null"] {
        assert_eq!(parse(bad), None, "{bad}");
    }
    assert_eq!(parse(&json!({ "error": "e".repeat(65) }).to_string()), None);
    let status = |code| OAuthError::new(code, "").status().as_u16();
    assert_eq!([code::INVALID_CLIENT, code::INVALID_GRANT, code::SERVER_ERROR].map(status), [401, 400, 500]);
}
