//! Registration and its management.

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::{REDIRECT, REDIRECT_2, Receiver, answer, fragment, http, own, parameter, shared};

/// Posts the usual registration with one change and returns status and error.
async fn posting(change: impl FnOnce(&mut Value)) -> (u16, String) {
    let receiver = Receiver::new(shared(), shared().kit(0));
    let mut body = receiver.registration().await;
    change(&mut body);
    let (status, answer) = receiver.post_registration(&body).await;
    (status, answer["error"].as_str().unwrap_or_default().to_owned())
}

async fn manage(receiver: &Receiver<'_>, method: Method, id: &str, access: &str, body: Option<&Value>) -> Response {
    let mut request = receiver.http.request(method, receiver.endpoint(&format!("register/{id}"))).bearer_auth(access);
    if let Some(body) = body {
        request = request.json(body);
    }
    request.send().await.unwrap()
}

#[tokio::test]
async fn no_or_a_foreign_redirect_uri_is_refused() {
    for uris in [json!([]), json!(["https://attacker.example/"]), json!([REDIRECT, "https://attacker.example/"])] {
        let (status, error) = posting(|body| body["redirect_uris"] = uris.clone()).await;
        assert_eq!(status, 400, "{uris}");
        assert!(["invalid_redirect_uri", "invalid_client_metadata"].contains(&error.as_str()), "{uris} {error}");
    }
}

#[tokio::test]
async fn keys_elsewhere_or_by_value_are_refused() {
    let elsewhere = posting(|body| body["jwks_uri"] = json!("https://attacker.example/keys")).await;
    assert_eq!(elsewhere, (400, "invalid_client_metadata".into()));
    let by_value = posting(|body| body["jwks"] = json!({"keys": []})).await;
    assert_eq!(by_value, (400, "invalid_client_metadata".into()));
}

#[tokio::test]
async fn a_broken_software_statement_is_refused() {
    let broken = posting(|body| {
        let signed = body["software_statement"].as_str().unwrap();
        let (message, signature) = signed.rsplit_once('.').unwrap();
        body["software_statement"] = json!(format!("{message}.{}", signature.chars().rev().collect::<String>()));
    });
    assert_eq!(broken.await, (400, "invalid_software_statement".into()));
}

#[tokio::test]
async fn without_a_software_statement_it_is_refused() {
    // Neither without a word of it, nor with its values copied into the body.
    for copied in [false, true] {
        let (status, error) = posting(|body| {
            let signed = body.as_object_mut().unwrap().remove("software_statement").unwrap();
            let statement = vinculo_fapi::ssa::peek(signed.as_str().unwrap()).unwrap();
            let Value::Object(values) = serde_json::to_value(&statement).unwrap() else { panic!("no object") };
            if copied {
                body.as_object_mut().unwrap().extend(values);
            }
        })
        .await;
        assert_eq!((status, error.as_str()), (400, "invalid_software_statement"));
    }
}

#[tokio::test]
async fn an_old_software_statement_is_refused() {
    let net = own();
    let receiver = Receiver::new(&net, net.kit(0));
    let body = receiver.registration().await;
    net.clock.advance(jiff::SignedDuration::from_secs(301));
    let (status, answer) = receiver.post_registration(&body).await;
    assert_eq!((status, answer["error"].as_str()), (400, Some("invalid_software_statement")));
}

#[tokio::test]
async fn another_softwares_statement_is_refused() {
    let receiver = Receiver::new(shared(), shared().kit(0));
    let other = Receiver::new(shared(), shared().kit(1));
    let (status, answer) = receiver.post_registration(&other.registration().await).await;
    assert!(status == 400 || status == 401, "{status} {answer}");
}

#[tokio::test]
async fn other_webhooks_than_the_statements_are_refused() {
    let (status, error) = posting(|body| body["webhook_uris"] = json!(["https://attacker.example/"])).await;
    assert_eq!((status, error.as_str()), (400, "invalid_webhook_uris"));
}

#[tokio::test]
async fn without_a_client_certificate_nothing_is_registered_read_or_deleted() {
    let net = own();
    let mut receiver = Receiver::new(&net, net.kit(0));
    let body = receiver.registration().await;
    let (id, access) = receiver.register().await;
    receiver.http = http(net.kit(0), false);
    assert_eq!(receiver.post_registration(&body).await.0, 401);
    assert_eq!(manage(&receiver, Method::GET, &id, &access, None).await.status(), 401);
    assert_eq!(manage(&receiver, Method::DELETE, &id, &access, None).await.status(), 401);
}

#[tokio::test]
async fn with_a_certificate_that_must_not_be_trusted_no_endpoint_answers() {
    let net = own();
    let mut receiver = Receiver::new(&net, net.kit(0));
    let (id, access) = receiver.register().await;
    let body = receiver.registration().await;
    receiver.client_id.clone_from(&id);
    receiver.http = forged(&receiver);
    let to = |method: Method, name: &str| receiver.http.request(method, receiver.endpoint(name)).bearer_auth(&access);
    let registered = format!("register/{id}");
    let calls = [
        to(Method::POST, "register").json(&body),
        to(Method::GET, &registered),
        to(Method::PUT, &registered).json(&body),
        to(Method::DELETE, &registered),
        to(Method::POST, "token"),
        to(Method::POST, "par"),
        to(Method::POST, "revoke"),
        to(Method::GET, "userinfo"),
        receiver.http.get(receiver.api("accounts/v2/accounts")),
        receiver.http.get(&receiver.kit.ssa_url),
    ];
    for call in calls {
        assert!(call.send().await.is_err(), "TLS refuses it");
    }
}

/// A client with the receiver's own subject, signed by an authority that nobody knows.
fn forged(receiver: &Receiver<'_>) -> reqwest::Client {
    let key = rcgen::KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048).unwrap();
    let mut params = rcgen::CertificateParams::new(vec!["receptora.vinculo.example".to_owned()]).unwrap();
    let uid = rcgen::DnType::CustomDnType(vec![0, 9, 2342, 19_200_300, 100, 1, 1]);
    params.distinguished_name.push(uid, receiver.kit.software_id.as_str());
    let mut kit = receiver.kit.clone();
    kit.transport_cert_pem = params.self_signed(&key).unwrap().pem();
    kit.transport_key_pem = key.serialize_pem().into();
    http(&kit, true)
}

#[tokio::test]
async fn scopes_and_grants_are_accepted_in_any_order() {
    let receiver = Receiver::new(shared(), shared().kit(0));
    let mut body = receiver.registration().await;
    body["scope"] = json!("resources accounts customers consents openid");
    body["grant_types"] = json!(["client_credentials", "refresh_token", "implicit", "authorization_code"]);
    let (status, answer) = receiver.post_registration(&body).await;
    assert_eq!(status, 201, "{answer}");
    let (again, _) = receiver.register().await;
    assert_eq!(answer["client_id"], json!(again), "one registration per software statement");
}

#[tokio::test]
async fn a_registration_is_read_twice_with_the_same_access_token() {
    let net = own();
    let receiver = Receiver::new(&net, net.kit(0));
    let (id, access) = receiver.register().await;
    for _ in 0..2 {
        let (status, body) = answer(manage(&receiver, Method::GET, &id, &access, None).await).await;
        assert_eq!(status, 200, "{body}");
        assert_eq!(body["client_id"], json!(id));
        assert_eq!(body["redirect_uris"], json!([REDIRECT, REDIRECT_2]));
        assert_eq!(body["registration_client_uri"], json!(receiver.endpoint(&format!("register/{id}"))));
        assert_eq!(body["registration_access_token"], json!(access));
        assert!(body.get("software_statement").is_none());
    }
}

#[tokio::test]
async fn a_wrong_access_token_or_certificate_opens_nothing() {
    let net = own();
    let mut receiver = Receiver::new(&net, net.kit(0));
    let (id, access) = receiver.register().await;
    assert_eq!(manage(&receiver, Method::GET, &id, "wrong", None).await.status(), 401);
    assert_eq!(manage(&receiver, Method::DELETE, &id, "wrong", None).await.status(), 401);
    assert_eq!(manage(&receiver, Method::GET, "no-such-client", &access, None).await.status(), 401);
    receiver.http = http(net.kit(1), true);
    assert_eq!(manage(&receiver, Method::GET, &id, &access, None).await.status(), 401);
}

#[tokio::test]
async fn a_change_to_another_redirect_uri_takes_effect() {
    let net = own();
    let mut receiver = Receiver::new(&net, net.kit(0));
    let (id, access) = receiver.register().await;
    receiver.client_id.clone_from(&id);
    let (_, mut body) = answer(manage(&receiver, Method::GET, &id, &access, None).await).await;
    body["redirect_uris"] = json!([REDIRECT_2]);
    let (status, changed) = answer(manage(&receiver, Method::PUT, &id, &access, Some(&body)).await).await;
    assert_eq!((status, &changed["redirect_uris"]), (200, &json!([REDIRECT_2])), "{changed}");
    assert_eq!(changed["registration_access_token"], json!(access));
    let claims = receiver.asked(&receiver.consent().await).claims;
    assert_eq!(receiver.push(&claims).await.0, 400, "the first address is not registered any more");
    let mut asked = receiver.asked(&receiver.consent().await);
    asked.claims["redirect_uri"] = json!(REDIRECT_2);
    let page = receiver.logged_in(&receiver.pushed(&asked.claims).await).await;
    let back = receiver.approve(&page).await;
    assert!(back.starts_with(&format!("{REDIRECT_2}#")), "{back}");
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &parameter(&fragment(&back), "code").unwrap()),
        ("redirect_uri", REDIRECT_2),
        ("code_verifier", secrecy::ExposeSecret::expose_secret(&asked.verifier)),
    ];
    let (status, body) = receiver.token(&form).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(receiver.get("accounts/v2/accounts", body["access_token"].as_str().unwrap()).await.0, 200);
}

#[tokio::test]
async fn a_bad_change_is_refused() {
    let net = own();
    let receiver = Receiver::new(&net, net.kit(0));
    let (id, access) = receiver.register().await;
    let (_, good) = answer(manage(&receiver, Method::GET, &id, &access, None).await).await;
    for (name, bad) in [
        ("jwks_uri", json!("https://attacker.example/keys")),
        ("jwks", json!({"keys": []})),
        ("redirect_uris", json!(["https://attacker.example/"])),
    ] {
        let mut body = good.clone();
        body[name] = bad;
        let (status, refused) = answer(manage(&receiver, Method::PUT, &id, &access, Some(&body)).await).await;
        assert_eq!((status, refused["error"].as_str()), (400, Some("invalid_client_metadata")), "{name} {refused}");
    }
}

#[tokio::test]
async fn a_deleted_client_is_unknown_everywhere() {
    let net = own();
    let mut receiver = Receiver::new(&net, net.kit(0));
    let (id, access) = receiver.register().await;
    receiver.client_id.clone_from(&id);
    assert_eq!(manage(&receiver, Method::DELETE, &id, &access, None).await.status(), 204);
    for method in [Method::GET, Method::DELETE] {
        let response = manage(&receiver, method, &id, &access, None).await;
        assert_eq!(response.status(), 401);
        assert!(!response.text().await.unwrap().contains(&id));
    }
    let (status, body) = receiver.token(&[("grant_type", "client_credentials"), ("scope", "consents")]).await;
    assert!(status == 400 || status == 401);
    assert_eq!(body["error"], "invalid_client");
}
