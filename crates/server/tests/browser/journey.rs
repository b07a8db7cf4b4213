//! From opening to the success event.

use vinculo_testkit::{Person, eventually};

use crate::Scene;

#[tokio::test]
async fn a_person_connects_and_the_application_hears_of_it() {
    let Some(scene) = Scene::set().await else { return };
    let access = scene.token(&Person::RALPH).await;
    scene.open(&access, "&external_id=user-123").await;
    assert!(!scene.browser.address().await.contains(&access), "the token stays in no address");
    scene.connect(&Person::RALPH).await;
    scene.browser.tap("#finish").await;

    let success = scene.landing.visit("/success").await;
    assert_eq!(success.parameters["institution"], "ofmockbank_br_retail");
    let link = scene.app.get(&format!("/api/links/{}/", success.parameters["link"])).await;
    assert_eq!(link["external_id"], "user-123");
    assert_eq!(link["status"], "valid");
    let transactions = eventually("transactions are there", || async {
        let all = scene.app.list(&format!("/api/transactions/?link={}", success.parameters["link"])).await;
        (!all.is_empty()).then_some(all)
    })
    .await;
    assert!(transactions.iter().all(|t| t["account"]["id"].is_string()));
    scene.browser.quit().await;
}

#[tokio::test]
async fn a_company_connects() {
    let Some(scene) = Scene::set().await else { return };
    let access = scene.token(&Person::BRAGG_MECHANICS).await;
    scene.open(&access, "").await;
    scene.connect(&Person::BRAGG_MECHANICS).await;
    let success = scene.landing.visit("/success").await;
    assert_eq!(success.parameters["institution"], "ofmockbank_br_business", "the result goes on by itself");
    scene.browser.quit().await;
}

#[tokio::test]
async fn the_only_institution_left_is_not_asked_for() {
    let Some(scene) = Scene::set().await else { return };
    let access = scene.token(&Person::RALPH).await;
    scene.open(&access, "&institutions=ofmockbank_br_retail,narnia").await;
    scene.browser.step("start").await;
    scene.browser.tap("#continue").await;
    scene.browser.step("consent").await;
    scene.browser.quit().await;
}

#[tokio::test]
async fn no_page_of_the_journey_breaks_its_own_content_policy() {
    let Some(scene) = Scene::set().await else { return };
    let access = scene.token(&Person::RALPH).await;
    scene.open(&access, "").await;
    scene.connect(&Person::RALPH).await;
    scene.browser.tap("#finish").await;
    scene.landing.visit("/success").await;
    let log = scene.browser.console().await;
    let violations: Vec<_> = log.iter().filter(|line| line.contains("Content Security Policy")).collect();
    assert!(violations.is_empty(), "{violations:#?}");
    assert!(scene.browser.get_all_cookies().await.unwrap().is_empty(), "no cookie is set");
    scene.browser.quit().await;
}
