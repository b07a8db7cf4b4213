//! The pages that people see.

use serde_json::json;

use crate::support::{RALPH, resources, shared};

#[tokio::test]
async fn pages_are_strict_and_never_kept() {
    let receiver = shared().receiver().await;
    let request_uri = receiver.pushed(&receiver.asked(&receiver.consent().await).claims).await;
    let response = receiver.visit(&request_uri).await;
    let headers = response.headers();
    assert_eq!(headers["cache-control"], "no-store");
    assert_eq!(headers["referrer-policy"], "no-referrer");
    assert!(headers["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
    assert!(headers.get("set-cookie").is_none());
    let html = response.text().await.unwrap();
    assert!(!html.contains("<script"));
    for name in ["data-bank-step=\"login\"", "id=\"login-document\"", "id=\"login-password\"", "id=\"login-submit\""] {
        assert!(html.contains(name), "{name}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_told_and_may_be_tried_again() {
    let receiver = shared().receiver().await;
    let request_uri = receiver.pushed(&receiver.asked(&receiver.consent().await).claims).await;
    for (login, password) in [(RALPH, "wrong"), ("nobody@example.com", "P@ssword01"), ("", "")] {
        let response = receiver.login(&request_uri, login, password).await;
        assert_eq!(response.status(), 422);
        let html = response.text().await.unwrap();
        assert!(html.contains("id=\"login-problem\"") && html.contains("data-bank-step=\"login\""));
        assert!(
            !html.contains(&format!("value=\"{password}\"")) || password.is_empty(),
            "the password is not repeated"
        );
    }
    receiver.logged_in(&request_uri).await;
}

#[tokio::test]
async fn the_confirmation_shows_who_what_and_until_when() {
    let receiver = shared().receiver().await;
    let mut body = receiver.consent_body();
    body["data"]["expirationDateTime"] = json!("2027-05-22T12:00:00Z");
    body["data"]["permissions"].as_array_mut().unwrap().push(json!("EXCHANGES_READ"));
    let consent = receiver.consent_of(&body).await;
    let page = receiver.logged_in(&receiver.pushed(&receiver.asked(&consent).claims).await).await;
    let html = receiver.page(&page).await;
    for text in [
        "data-bank-step=\"confirm\"",
        "Vínculo Testes",
        "6 meses",
        "22 de maio de 2027",
        "Dados cadastrais",
        "Informações complementares",
        "Dados da conta",
        "Saldo",
        "Extratos",
        "Limites",
        "Operações de Câmbio",
        "id=\"approve\"",
        "id=\"deny\"",
    ] {
        assert!(html.contains(text), "{text}");
    }
    assert!(!html.contains("Faturas") && !html.contains(RALPH), "only what is shared, and no whole document");
    assert_eq!(html.matches("name=\"resource\"").count(), html.matches(" checked").count());
}

#[tokio::test]
async fn at_least_one_account_must_be_chosen() {
    let receiver = shared().receiver().await;
    let consent = receiver.consent().await;
    let page = receiver.logged_in(&receiver.pushed(&receiver.asked(&consent).claims).await).await;
    for none in [&[][..], &["somebody-elses".to_owned()]] {
        let response = receiver.decide(&page, "approve", none).await;
        assert_eq!(response.status(), 422);
        assert!(response.text().await.unwrap().contains("ao menos uma conta"));
    }
    assert_eq!(receiver.consent_state(&consent).await["status"], "AWAITING_AUTHORISATION");
    receiver.approve(&page).await;
}

#[tokio::test]
async fn answering_twice_changes_nothing() {
    let receiver = shared().receiver().await;
    let consent = receiver.consent().await;
    let page = receiver.logged_in(&receiver.pushed(&receiver.asked(&consent).claims).await).await;
    let offered = resources(&receiver.page(&page).await);
    for decision in ["approve", "deny", "approve"] {
        assert_eq!(receiver.decide(&page, decision, &offered).await.status(), 303);
    }
    assert!(receiver.page(&page).await.contains("Compartilhamento confirmado"));
    assert_eq!(receiver.consent_state(&consent).await["status"], "AUTHORISED");
}

#[tokio::test]
async fn posting_the_login_twice_leads_to_the_same_page() {
    let receiver = shared().receiver().await;
    let request_uri = receiver.pushed(&receiver.asked(&receiver.consent().await).claims).await;
    let first = receiver.logged_in(&request_uri).await;
    assert_eq!(receiver.logged_in(&request_uri).await, first);
}

#[tokio::test]
async fn an_unknown_page_or_answer_is_an_error_page() {
    let receiver = shared().receiver().await;
    let unknown = receiver.browser.get(format!("{}/s/nothing", receiver.issuer())).send().await.unwrap();
    assert_eq!(unknown.status(), 400);
    let page = receiver.logged_in(&receiver.pushed(&receiver.asked(&receiver.consent().await).claims).await).await;
    assert_eq!(receiver.decide(&page, "maybe", &[]).await.status(), 400);
}

#[tokio::test]
async fn what_comes_from_outside_is_escaped() {
    let receiver = shared().receiver().await;
    let request_uri = receiver.pushed(&receiver.asked(&receiver.consent().await).claims).await;
    let html = receiver.login(&request_uri, "\"><script>alert(1)</script>", "x").await.text().await.unwrap();
    assert!(!html.contains("<script>"));
}

#[tokio::test]
async fn the_front_page_names_brands_and_people() {
    let receiver = shared().receiver().await;
    let html = receiver.page(&format!("{}/", shared().people)).await;
    assert!(html.contains("Mock Bank") && html.contains("ralph.bragg@gmail.com"));
}
