//! What is sent: made before the clock runs, for signing costs more than either bank.

use jiff::Timestamp;
use serde_json::json;
use vinculo_fapi::keys::SigningKey;
use vinculo_fapi::{client_assertion, jws, pkce, random};

use crate::kit::{CLIENT_ID, REDIRECT};
use crate::target::Places;

/// A call that is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    ClientCredentials,
    Push,
}

impl Call {
    pub(crate) const ALL: [Self; 2] = [Self::ClientCredentials, Self::Push];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
            Self::Push => "pushed request",
        }
    }

    pub(crate) fn status(self) -> &'static str {
        match self {
            Self::ClientCredentials => "200",
            Self::Push => "201",
        }
    }
}

/// Makes a call's message; `consent` is the consent that a pushed request is about.
pub(crate) fn message(call: Call, key: &SigningKey, places: &Places, consent: &str) -> Vec<u8> {
    let assertion = assertion(key, &places.issuer);
    let proof = [
        ("client_id", CLIENT_ID),
        ("client_assertion_type", client_assertion::TYPE),
        ("client_assertion", assertion.as_str()),
    ];
    match call {
        Call::ClientCredentials => {
            let asked = [("grant_type", "client_credentials"), ("scope", "consents")];
            post(&places.token, &[proof.as_slice(), &asked].concat())
        }
        Call::Push => {
            let request = request_object(key, &places.issuer, consent);
            post(&places.push, &[proof.as_slice(), &[("request", request.as_str())]].concat())
        }
    }
}

fn assertion(key: &SigningKey, issuer: &str) -> String {
    let now = Timestamp::now().as_second();
    let claims = json!({
        "iss": CLIENT_ID, "sub": CLIENT_ID, "aud": issuer, "jti": random::token(), "iat": now, "exp": now + 600,
    });
    jws::sign(key, &claims).unwrap()
}

fn request_object(key: &SigningKey, issuer: &str, consent: &str) -> String {
    let now = Timestamp::now().as_second();
    let claims = json!({
        "iss": CLIENT_ID, "client_id": CLIENT_ID, "aud": issuer, "jti": random::token(),
        "iat": now, "nbf": now, "exp": now + 600,
        "response_type": "code id_token", "response_mode": "fragment", "redirect_uri": REDIRECT,
        "scope": format!("openid accounts resources consent:{consent}"),
        "state": random::token(), "nonce": random::token(),
        "code_challenge": pkce::challenge(&pkce::generate()), "code_challenge_method": "S256",
        "claims": {"id_token": {"acr": {"essential": true}}},
    });
    jws::sign(key, &claims).unwrap()
}

/// Writes a form as a whole request.
pub(crate) fn post(path: &str, form: &[(&str, &str)]) -> Vec<u8> {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    request(path, "application/x-www-form-urlencoded", "", &body)
}

/// Writes a whole request.
pub(crate) fn request(path: &str, kind: &str, headers: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {kind}\r\n{headers}content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
