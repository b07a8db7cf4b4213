//! Codes, access tokens and refresh tokens.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::Value;
use vinculo_fapi::interaction_id::InteractionId;
use vinculo_fapi::pkce;

use crate::support::{REDIRECT, REDIRECT_2, http, own, shared};

fn expect(answer: (u16, Value), error: &str) {
    assert_eq!((answer.0, answer.1["error"].as_str().unwrap_or_default()), (400, error), "{}", answer.1);
}

#[tokio::test]
async fn without_the_code_verifier_a_code_is_refused() {
    let receiver = shared().receiver().await;
    let approved = receiver.approved().await;
    let form = [("grant_type", "authorization_code"), ("code", &approved.code), ("redirect_uri", REDIRECT)];
    expect(receiver.token(&form).await, "invalid_grant");
}

#[tokio::test]
async fn with_another_code_verifier_a_code_is_refused() {
    let receiver = shared().receiver().await;
    let approved = receiver.approved().await;
    let other = secrecy::ExposeSecret::expose_secret(&pkce::generate()).to_owned();
    expect(receiver.exchange(&approved.code, &other).await, "invalid_grant");
}

#[tokio::test]
async fn with_another_redirect_uri_a_code_is_refused() {
    let receiver = shared().receiver().await;
    let approved = receiver.approved().await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &approved.code),
        ("redirect_uri", REDIRECT_2),
        ("code_verifier", &approved.verifier),
    ];
    expect(receiver.token(&form).await, "invalid_grant");
}

#[tokio::test]
async fn a_code_of_another_client_is_refused_and_stays_good_for_its_own() {
    let (first, second) = (shared().receiver().await, shared().second().await);
    let approved = first.approved().await;
    expect(second.exchange(&approved.code, &approved.verifier).await, "invalid_grant");
    first.tokens(&approved).await;
}

#[tokio::test]
async fn a_code_used_again_is_refused_and_kills_what_it_gave() {
    let receiver = shared().receiver().await;
    let approved = receiver.approved().await;
    let tokens = receiver.tokens(&approved).await;
    assert_eq!(receiver.get("accounts/v2/accounts", &tokens.access).await.0, 200);
    expect(receiver.exchange(&approved.code, &approved.verifier).await, "invalid_grant");
    assert_eq!(receiver.get("accounts/v2/accounts", &tokens.access).await.0, 401);
    expect(receiver.refresh(&tokens.refresh).await, "invalid_grant");
}

#[tokio::test]
async fn a_code_lives_for_a_minute() {
    let net = own();
    let receiver = net.receiver().await;
    let approved = receiver.approved().await;
    net.clock.advance(SignedDuration::from_secs(61));
    expect(receiver.exchange(&approved.code, &approved.verifier).await, "invalid_grant");
}

#[tokio::test]
async fn an_unknown_code_is_refused() {
    let receiver = shared().receiver().await;
    expect(receiver.exchange("no-such-code", &"v".repeat(43)).await, "invalid_grant");
}

#[tokio::test]
async fn a_code_of_a_consent_deleted_meanwhile_is_refused() {
    let receiver = shared().receiver().await;
    let approved = receiver.approved().await;
    receiver.delete_consent(&approved.consent).await;
    expect(receiver.exchange(&approved.code, &approved.verifier).await, "invalid_grant");
}

#[tokio::test]
async fn another_clients_refresh_token_is_refused() {
    let (first, second) = (shared().receiver().await, shared().second().await);
    let (_, tokens) = first.connected().await;
    expect(second.refresh(&tokens.refresh).await, "invalid_grant");
    assert_eq!(first.refresh(&tokens.refresh).await.0, 200);
}

#[tokio::test]
async fn without_the_certificate_a_refresh_token_is_refused() {
    let mut receiver = shared().receiver().await;
    let (_, tokens) = receiver.connected().await;
    receiver.http = http(receiver.kit, false);
    let (status, _) = receiver.refresh(&tokens.refresh).await;
    assert!(status == 400 || status == 401);
}

#[tokio::test]
async fn a_refresh_token_is_never_rotated() {
    let receiver = shared().receiver().await;
    let (_, tokens) = receiver.connected().await;
    for _ in 0..3 {
        let (status, body) = receiver.refresh(&tokens.refresh).await;
        assert_eq!((status, body["refresh_token"].as_str()), (200, Some(tokens.refresh.as_str())));
    }
}

#[tokio::test]
async fn a_refresh_for_some_scopes_gives_only_those() {
    let receiver = shared().receiver().await;
    let (_, tokens) = receiver.connected().await;
    let form = [("grant_type", "refresh_token"), ("refresh_token", &tokens.refresh), ("scope", "openid resources")];
    let (status, body) = receiver.token(&form).await;
    assert_eq!((status, body["scope"].as_str()), (200, Some("openid resources")));
    let narrow = body["access_token"].as_str().unwrap();
    assert_eq!(receiver.get("accounts/v2/accounts", narrow).await.0, 403);
    assert_eq!(receiver.get("resources/v3/resources", narrow).await.0, 200);
    let more = [("grant_type", "refresh_token"), ("refresh_token", tokens.refresh.as_str()), ("scope", "openid loans")];
    expect(receiver.token(&more).await, "invalid_scope");
}

#[tokio::test]
async fn an_access_token_lives_for_fifteen_minutes() {
    let net = own();
    let receiver = net.receiver().await;
    let (_, tokens) = receiver.connected().await;
    net.clock.advance(SignedDuration::from_secs(899));
    assert_eq!(receiver.get("accounts/v2/accounts", &tokens.access).await.0, 200);
    net.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(receiver.get("accounts/v2/accounts", &tokens.access).await.0, 401);
    assert_eq!(receiver.refresh(&tokens.refresh).await.0, 200);
}

#[tokio::test]
async fn an_access_token_is_bound_to_the_certificate() {
    let receiver = shared().receiver().await;
    let (_, tokens) = receiver.connected().await;
    for client in [http(shared().kit(1), true), http(receiver.kit, false)] {
        let request = client.get(receiver.api("accounts/v2/accounts")).bearer_auth(&tokens.access);
        let id = InteractionId::generate().to_string();
        let response = request.header("x-fapi-interaction-id", id).send().await.unwrap();
        assert_eq!(response.status(), 401);
    }
}

#[tokio::test]
async fn the_scheme_may_be_written_in_any_case() {
    let receiver = shared().receiver().await;
    let (_, tokens) = receiver.connected().await;
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let response = receiver
            .http
            .request(Method::GET, receiver.api("accounts/v2/accounts"))
            .header("authorization", format!("{scheme} {}", tokens.access))
            .header("x-fapi-interaction-id", InteractionId::generate().to_string())
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200, "{scheme}");
    }
}

#[tokio::test]
async fn a_code_is_good_for_one_of_many_exchanges_at_once() {
    let receiver = shared().receiver().await;
    let approved = receiver.approved().await;
    let tries = (0..8).map(|_| receiver.exchange(&approved.code, &approved.verifier));
    let answers = futures_util::future::join_all(tries).await;
    assert_eq!(answers.iter().filter(|(status, _)| *status == 200).count(), 1);
    for (_, body) in answers.iter().filter(|(status, _)| *status != 200) {
        assert_eq!(body["error"], "invalid_grant");
    }
}

#[tokio::test]
async fn many_calls_at_once_are_all_answered() {
    let receiver = &shared().receiver().await;
    let calls = (0..16).map(|_| async move {
        for _ in 0..25 {
            receiver.client_token().await;
        }
    });
    futures_util::future::join_all(calls).await;
}

#[tokio::test]
async fn the_client_alone_gets_only_what_is_for_it() {
    let receiver = shared().receiver().await;
    let (status, body) = receiver.token(&[("grant_type", "client_credentials"), ("scope", "accounts")]).await;
    assert_eq!((status, body["error"].as_str()), (400, Some("invalid_scope")));
    let (status, body) = receiver.token(&[("grant_type", "client_credentials"), ("scope", "accounts consents")]).await;
    assert_eq!((status, body["scope"].as_str()), (200, Some("consents")));
    let alone = receiver.client_token().await;
    let (status, _) = receiver.get("accounts/v2/accounts", &alone).await;
    assert!(status == 401 || status == 403);
}

#[tokio::test]
async fn other_grants_are_refused() {
    let receiver = shared().receiver().await;
    for grant in ["password", "implicit", "urn:ietf:params:oauth:grant-type:jwt-bearer"] {
        let (status, body) = receiver.token(&[("grant_type", grant)]).await;
        assert_eq!((status, body["error"].as_str()), (400, Some("unsupported_grant_type")), "{grant}");
    }
}

#[tokio::test]
async fn a_revoked_refresh_token_is_dead_with_everything_of_its_grant() {
    let (receiver, second) = (shared().receiver().await, shared().second().await);
    let (_, tokens) = receiver.connected().await;
    assert_eq!(second.post("revoke", &second.assertion(), &[("token", &tokens.refresh)]).await.0, 200);
    assert_eq!(receiver.refresh(&tokens.refresh).await.0, 200, "another client cannot revoke it");
    assert_eq!(receiver.post("revoke", &receiver.assertion(), &[("token", &tokens.refresh)]).await.0, 200);
    expect(receiver.refresh(&tokens.refresh).await, "invalid_grant");
    assert_eq!(receiver.get("accounts/v2/accounts", &tokens.access).await.0, 401);
}
