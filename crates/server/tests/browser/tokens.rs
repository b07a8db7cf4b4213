//! Tokens that open nothing.

use vinculo_testkit::Person;

use crate::Scene;

#[tokio::test]
async fn a_missing_or_forged_token_shows_a_page_and_sends_nobody_anywhere() {
    let Some(scene) = Scene::set().await else { return };
    let good = scene.token(&Person::RALPH).await;
    let (head, signature) = good.rsplit_once('.').unwrap();
    let forged = format!("{head}.{}", signature.chars().rev().collect::<String>());
    let unsigned = format!("{}.", head.replacen("eyJhbGciOiJIUzUxMiI", "eyJhbGciOiJub25lIi", 1));
    for token in ["", "nonsense", &forged, &unsigned] {
        let url = format!("{}/?access_token={token}&locale=pt", scene.app.url);
        let answer = reqwest::get(&url).await.unwrap();
        assert_eq!(answer.status(), 401, "{token}");
        assert!(!answer.text().await.unwrap().contains(&scene.landing.url), "an unknown signer names no address");
        scene.browser.goto(&url).await.unwrap();
        scene.browser.see("main").await;
        assert!(scene.browser.address().await.starts_with(&scene.app.url));
    }
    assert!(scene.landing.visits("/event").is_empty());
    scene.browser.quit().await;
}

#[tokio::test]
async fn an_expired_token_reports_to_the_application_and_offers_a_way_back() {
    let Some(scene) = Scene::set().await else { return };
    let access = scene.token(&Person::RALPH).await;
    scene.app.advance(11 * 60).await;
    scene.open(&access, "").await;

    let event = scene.landing.visit("/event").await;
    assert_eq!(event.parameters["error"], "ACCESS_TOKEN_NOT_VALID");
    assert_eq!(event.parameters["error_message"], "The access token was not provided or is not valid");
    scene.browser.quit().await;
}

#[tokio::test]
async fn a_used_token_opens_nothing_again() {
    let Some(scene) = Scene::set().await else { return };
    let access = scene.token(&Person::RALPH).await;
    scene.open(&access, "").await;
    scene.connect(&Person::RALPH).await;
    scene.browser.tap("#finish").await;
    scene.landing.visit("/success").await;

    scene.open(&access, "").await;
    let event = scene.landing.visit("/event").await;
    assert_eq!(event.parameters["error"], "ACCESS_TOKEN_NOT_VALID");
    scene.browser.quit().await;
}

#[tokio::test]
async fn an_opened_session_outlives_its_token() {
    let Some(scene) = Scene::set().await else { return };
    let access = scene.token(&Person::RALPH).await;
    scene.open(&access, "").await;
    scene.to_consent(&Person::RALPH).await;
    scene.app.advance(15 * 60).await;
    scene.browser.tap("#continue").await;
    scene.browser.step("handover").await;
    scene.browser.tap("#go-to-institution").await;
    scene.log_in(&Person::RALPH).await;
    scene.browser.tap("#approve").await;
    scene.browser.step("done").await;
    scene.browser.quit().await;
}
