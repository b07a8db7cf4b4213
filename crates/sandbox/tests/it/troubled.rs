//! People and brands that make trouble without any control call.

use serde_json::{Value, json};

use crate::support::{attribute, fragment, parameter, resources, shared};

/// A consent of somebody, up to the bank's answer: the page that the login leads to, and the consent.
async fn entered(login: &str, cpf: &str, passwords: usize) -> (String, String, String) {
    let receiver = shared().receiver().await;
    let mut body = receiver.consent_body();
    body["data"]["loggedUser"]["document"]["identification"] = json!(cpf);
    let consent = receiver.consent_of(&body).await;
    let request_uri = receiver.pushed(&receiver.asked(&consent).claims).await;
    for _ in 1..passwords {
        assert_eq!(receiver.login(&request_uri, login, "P@ssword01").await.status(), 422);
    }
    let page = receiver.logged_in_as(&request_uri, login).await;
    let html = receiver.page(&page).await;
    (consent, page, html)
}

fn description(html: &str) -> (String, String) {
    let back = attribute(html, "return", "href").replace("&#38;", "&").replace("&amp;", "&");
    let answer = fragment(&back);
    (parameter(&answer, "error").unwrap_or_default(), parameter(&answer, "error_description").unwrap_or_default())
}

#[tokio::test]
async fn some_are_refused_at_the_door_and_the_receiver_hears_why() {
    for (login, cpf, passwords, error, word) in [
        ("lauro.trancoso@email.com", "31120458749", 1, "access_denied", "account_locked"),
        ("olga.esquecida@email.com", "40291573606", 5, "access_denied", "invalid_credentials"),
        ("vania.sessoes@email.com", "51382609442", 1, "access_denied", "too_many_sessions"),
        ("inacio.escopo@email.com", "27928503611", 1, "invalid_scope", "the scope"),
        ("ralph.bragg@gmail.com", "84655203137", 1, "access_denied", "document_mismatch"),
    ] {
        let (_, _, html) = entered(login, cpf, passwords).await;
        assert!(html.contains("data-bank-step=\"refused\"") && html.contains("id=\"refusal\""), "{login}: {html}");
        let (told, text) = description(&html);
        assert!(told == error && text.starts_with(word), "{login}: {told} {text}");
    }
}

#[tokio::test]
async fn some_are_refused_after_their_confirmation() {
    let receiver = shared().receiver().await;
    for (login, cpf, word, code) in [
        ("murilo.azevedo@email.com", "05117767055", "risk_analysis_denied", "INTERNAL_SECURITY_REASON"),
        ("expedito.prazeres@email.com", "62473018553", "consent_expired", "CONSENT_EXPIRED"),
    ] {
        let (consent, page, html) = entered(login, cpf, 1).await;
        assert_eq!(receiver.decide(&page, "approve", &resources(&html)).await.status(), 303);
        let (error, text) = description(&receiver.page(&page).await);
        assert!(error == "access_denied" && text.starts_with(word), "{login}: {error} {text}");
        let state = receiver.consent_state(&consent).await;
        assert_eq!(state["rejection"]["reason"]["code"], code, "{state}");
    }
}

#[tokio::test]
async fn who_holds_nothing_confirms_without_accounts_and_who_never_returns_has_no_way_back() {
    let receiver = shared().receiver().await;
    let (consent, page, html) = entered("nina.vazia@email.com", "84655203137", 1).await;
    assert!(resources(&html).is_empty() && html.contains("id=\"approve\""), "{html}");
    receiver.approve(&page).await;
    assert_eq!(receiver.consent_state(&consent).await["status"], "AUTHORISED");

    let (consent, page, html) = entered("ivo.semvolta@email.com", "95746381209", 1).await;
    assert_eq!(receiver.decide(&page, "approve", &resources(&html)).await.status(), 303);
    let html = receiver.page(&page).await;
    assert!(html.contains("data-bank-step=\"done\"") && !html.contains("id=\"return\"") && !html.contains("refresh"));
    assert_eq!(receiver.consent_state(&consent).await["status"], "AUTHORISED");
}

#[tokio::test]
async fn the_directory_tells_how_brands_are_doing() {
    let receiver = shared().receiver().await;
    let text = receiver.page(&format!("{}/directory/participants", shared().people)).await;
    let participants: Value = serde_json::from_str(&text).unwrap();
    let server = |name: &str| {
        let all = participants.as_array().unwrap().iter().map(|one| &one["AuthorisationServers"][0]);
        all.into_iter().find(|server| server["CustomerFriendlyName"] == name).unwrap().clone()
    };
    let inactive = |server: &Value| {
        let all = server["ApiResources"].as_array().unwrap().iter();
        all.filter(|api| api["Status"] != "Active").count()
    };
    assert_eq!((server("Mock Bank")["Status"].as_str(), inactive(&server("Mock Bank"))), (Some("Active"), 0));
    assert_eq!(server("Banco Eclipse")["Status"], "Inactive");
    assert_eq!((server("Banco Garoa")["Status"].as_str(), inactive(&server("Banco Garoa"))), (Some("Active"), 1));
    let nowhere = &server("Banco Neblina")["ApiResources"][0]["ApiDiscoveryEndpoints"][0]["ApiEndpoint"];
    assert!(nowhere.as_str().unwrap().starts_with("https://127.0.0.1:1/"), "{nowhere}");
}
