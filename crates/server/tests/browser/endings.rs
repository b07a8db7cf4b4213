//! The ways to leave without a link.

use vinculo_testkit::Person;

use crate::Scene;

#[tokio::test]
async fn denying_at_the_bank_is_explained_and_reported_on_exit() {
    let Some(scene) = Scene::set().await else { return };
    let access = scene.token(&Person::RALPH).await;
    scene.open(&access, "").await;
    scene.to_bank(&Person::RALPH).await;
    scene.log_in(&Person::RALPH).await;
    scene.browser.tap("#deny").await;
    scene.browser.step("failed").await;
    leave(&scene).await;

    let exit = scene.landing.visit("/exit").await;
    assert_eq!(exit.parameters["last_encountered_error_code"], "login_error");
    assert_eq!(exit.parameters["meta_data_institution_name"], "ofmockbank_br_retail");
    assert!(!exit.raw_query.contains('+'), "spaces are %20: {}", exit.raw_query);
    assert!(scene.app.get("/api/links/").await["results"].as_array().unwrap().is_empty(), "there is no link");
    scene.browser.quit().await;
}

#[tokio::test]
async fn another_try_after_a_refusal_succeeds() {
    let Some(scene) = Scene::set().await else { return };
    let access = scene.token(&Person::RALPH).await;
    scene.open(&access, "").await;
    scene.to_bank(&Person::RALPH).await;
    scene.log_in(&Person::RALPH).await;
    scene.browser.tap("#deny").await;
    scene.browser.step("failed").await;
    scene.browser.tap("#continue").await;
    scene.browser.step("consent").await;
    scene.go_to_bank().await;
    scene.log_in(&Person::RALPH).await;
    scene.browser.tap("#approve").await;
    scene.browser.step("done").await;
    scene.browser.tap("#finish").await;
    scene.landing.visit("/success").await;
    scene.browser.quit().await;
}

#[tokio::test]
async fn leaving_at_the_start_reports_the_step() {
    let Some(scene) = Scene::set().await else { return };
    let access = scene.token(&Person::RALPH).await;
    scene.open(&access, "").await;
    scene.browser.step("start").await;
    scene.browser.tap("#close").await;
    leave(&scene).await;

    let exit = scene.landing.visit("/exit").await;
    assert_eq!(exit.parameters["meta_data_step"], "abandon-survey");
    assert_eq!(exit.parameters.len(), 1, "nothing else is known: {:?}", exit.parameters);
    scene.browser.quit().await;
}

#[tokio::test]
async fn leaving_after_choosing_a_bank_reports_the_bank() {
    let Some(scene) = Scene::set().await else { return };
    let access = scene.token(&Person::RALPH).await;
    scene.open(&access, "").await;
    scene.to_consent(&Person::RALPH).await;
    scene.browser.tap("#close").await;
    leave(&scene).await;

    let exit = scene.landing.visit("/exit").await;
    assert_eq!(exit.parameters["meta_data_institution_name"], "ofmockbank_br_retail");
    assert!(!exit.parameters.contains_key("last_encountered_error_code"), "there was no error");
    scene.browser.quit().await;
}

#[tokio::test]
async fn without_dialog_and_survey_closing_leaves_at_once() {
    let Some(scene) = Scene::set().await else { return };
    let access = scene.token(&Person::RALPH).await;
    scene.open(&access, "&show_close_dialog=false&show_abandon_survey=false").await;
    scene.browser.step("start").await;
    scene.browser.tap("#close").await;
    scene.landing.visit("/exit").await;
    scene.browser.quit().await;
}

/// Answers the exit dialog and passes over the survey. On `failed` the way there is the close button.
async fn leave(scene: &Scene) {
    if scene.browser.script("return document.querySelector('main').dataset.step").await == "failed" {
        scene.browser.tap("#close").await;
    }
    scene.browser.tap("#confirm-exit").await;
    scene.browser.tap("#skip-survey").await;
}
