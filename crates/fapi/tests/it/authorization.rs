//! The way to the bank and back: pushed requests and fragments.

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use vinculo_fapi::client_assertion;
use vinculo_fapi::fragment::{AuthorizationResponse, FragmentError, Outcome};
use vinculo_fapi::oauth_error::{OAuthError, code};
use vinculo_fapi::par::{AuthorizationQuery, PushForm, PushRequest, PushResponse, authorization_url};

fn pushed(form: &str) -> Result<PushRequest, OAuthError> {
    let form = format!("{form}&client_assertion_type={}&client_assertion=a.b.c", client_assertion::TYPE);
    PushRequest::parse(form.as_bytes())
}

#[test]
fn a_pushed_request_travels() {
    let form = serde_json::to_value(PushForm::new("client-1", "x.y.z", "a.b.c")).unwrap();
    assert_eq!(form["client_assertion_type"], client_assertion::TYPE);
    let read = pushed("client_id=client-1&request=x.y.z&redirect_uri=ignored&state=ignored").ok().unwrap();
    assert_eq!((read.client_id.as_deref(), read.request.as_str()), (Some("client-1"), "x.y.z"));
    assert_eq!(read.client_assertion, "a.b.c");
}

#[test]
fn pushed_requests_that_must_be_refused() {
    let refusal = |form: &str| pushed(form).err().unwrap().error;
    assert_eq!(refusal("client_id=a"), code::INVALID_REQUEST);
    assert_eq!(refusal("request=x.y.z&request_uri=urn:x"), code::INVALID_REQUEST);
    assert_eq!(refusal("request=x.y.z&request=x.y.z"), code::INVALID_REQUEST);
    assert_eq!(PushRequest::parse(b"request=x.y.z").err().unwrap().error, code::INVALID_CLIENT);
}

#[test]
fn the_answer_to_a_pushed_request_travels() {
    let fresh = PushResponse::fresh(90);
    assert_ne!(fresh, PushResponse::fresh(90));
    assert_eq!(PushResponse::parse(serde_json::to_string(&fresh).unwrap().as_bytes()), Ok(fresh));
    for bad in [
        json!({}),
        json!({ "request_uri": "", "expires_in": 90 }),
        json!({ "request_uri": "u".repeat(1025), "expires_in": 90 }),
        json!({ "request_uri": "urn:x", "expires_in": 0 }),
        json!(["urn:x", 90]),
    ] {
        assert!(PushResponse::parse(bad.to_string().as_bytes()).is_err(), "{bad}");
    }
}

#[test]
fn the_browser_carries_the_client_and_the_request_and_nothing_else() {
    let url = authorization_url(&"https://bank.example/authorize".parse().unwrap(), "client 1", "urn:a:b?&");
    assert_eq!(url.as_str(), "https://bank.example/authorize?client_id=client+1&request_uri=urn%3Aa%3Ab%3F%26");
    let read = AuthorizationQuery::parse(url.query().unwrap()).unwrap();
    assert_eq!((read.client_id.as_str(), read.request_uri.as_str()), ("client 1", "urn:a:b?&"));
    assert_eq!((read.nonce, read.response_mode, read.response_type), (None, None, None));
}

#[test]
fn authorization_calls_that_must_be_refused() {
    for (query, error) in [
        ("", code::INVALID_REQUEST),
        ("client_id=a", code::INVALID_REQUEST),
        ("request_uri=urn:x", code::INVALID_REQUEST),
        ("client_id=a&request=x.y.z&request_uri=urn:x", code::INVALID_REQUEST),
        ("client_id=a&client_id=b&request_uri=urn:x", code::INVALID_REQUEST),
    ] {
        assert_eq!(AuthorizationQuery::parse(query).unwrap_err().error, error, "{query}");
    }
    let long = format!("client_id=a&request_uri={}", "u".repeat(1025));
    assert_eq!(AuthorizationQuery::parse(&long).unwrap_err().error, code::INVALID_REQUEST_URI);
    let outside = AuthorizationQuery::parse("client_id=a&request_uri=urn:x&nonce=n&response_mode=query").unwrap();
    assert_eq!((outside.nonce.as_deref(), outside.response_mode.as_deref()), (Some("n"), Some("query")));
}

fn success() -> AuthorizationResponse {
    let outcome = Outcome::Success { code: "c+ /=".into(), id_token: "a.b.c.d.e".into() };
    AuthorizationResponse { state: Some("s&=".into()), outcome }
}

fn fragment(url: &SecretString) -> &str {
    url.expose_secret().split_once('#').unwrap().1
}

#[test]
fn an_answer_travels_in_the_fragment() {
    let url = success().to_url("https://receiver.example/callback");
    assert!(url.expose_secret().starts_with("https://receiver.example/callback#code="));
    assert!(!fragment(&url).contains('+'), "a plus would be read as itself by some scripts");
    let read = AuthorizationResponse::parse(fragment(&url)).ok().unwrap();
    assert_eq!(read.state.unwrap().expose_secret(), "s&=");
    let Outcome::Success { code, id_token } = read.outcome else { panic!("not a success") };
    assert_eq!((code.expose_secret(), id_token.expose_secret()), ("c+ /=", "a.b.c.d.e"));
}

#[test]
fn an_error_travels_in_the_fragment() {
    let outcome = Outcome::Error(OAuthError::new(code::ACCESS_DENIED, "the user said no"));
    let url = AuthorizationResponse { state: None, outcome }.to_url("https://receiver.example/");
    let read = AuthorizationResponse::parse(&format!("#{}", fragment(&url))).ok().unwrap();
    assert!(read.state.is_none());
    let Outcome::Error(error) = read.outcome else { panic!("not an error") };
    assert_eq!(error, OAuthError::new(code::ACCESS_DENIED, "the user said no"));
}

#[test]
fn an_error_beside_a_code_is_an_error() {
    let read = AuthorizationResponse::parse("error=access_denied&code=c&id_token=i&state=s").ok().unwrap();
    assert!(matches!(read.outcome, Outcome::Error(_)));
}

#[test]
fn answers_that_make_no_sense_are_refused() {
    let refusal = |form: &str| AuthorizationResponse::parse(form).err();
    for incomplete in ["", "#", "state=s", "code=c&state=s", "id_token=i", "code=&id_token=i", "code=c&id_token="] {
        assert_eq!(refusal(incomplete), Some(FragmentError::Incomplete), "{incomplete}");
    }
    let long = "x".repeat(4097);
    for malformed in [
        "code=a&code=b&id_token=i".to_owned(),
        "error=%3Cscript%3E".to_owned(),
        format!("code={long}&id_token=i"),
        format!("code=c&id_token=i&state={long}"),
        format!("code=c&id_token={}", "i".repeat(100_000)),
        "x".repeat(300_000),
    ] {
        assert_eq!(refusal(&malformed), Some(FragmentError::Malformed));
    }
}
