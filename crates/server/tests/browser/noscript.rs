//! Script off, up to the callback.

use vinculo_testkit::{Journey, Person, eventually};

use crate::Scene;

#[tokio::test]
async fn without_script_the_journey_goes_as_far_as_the_callback_page_which_explains() {
    let Some(scene) = Scene::with_script(false).await else { return };
    let access = scene.token(&Person::RALPH).await;
    scene.open(&access, "").await;
    scene.to_bank(&Person::RALPH).await;
    scene.log_in(&Person::RALPH).await;
    scene.browser.tap("#approve").await;
    let address = eventually("the callback page", || async {
        let address = scene.browser.address().await;
        address.contains("/api/consents/callback/").then_some(address)
    })
    .await;
    assert!(address.contains("#"), "the bank's answer is in the fragment: {address}");
    scene.browser.see("noscript").await;
    scene.browser.quit().await;
}

#[tokio::test]
async fn searching_works_without_script() {
    let Some(scene) = Scene::with_script(false).await else { return };
    let access = scene.token(&Person::RALPH).await;
    scene.open(&access, "").await;
    scene.browser.tap("#continue").await;
    scene.browser.write("#institution-search", "mock\n").await;
    scene.browser.see("[data-institution=ofmockbank_br_retail]").await;
    scene.browser.quit().await;
}

#[tokio::test]
async fn a_second_post_of_the_banks_answer_changes_nothing() {
    let Some(scene) = Scene::set().await else { return };
    let access = scene.token(&Person::RALPH).await;
    let mut journey = Journey::open(&scene.app, &access).await;
    journey.answer_at_bank(&Person::RALPH, true).await;
    let answer = journey.url.clone();
    journey.callback().await;
    let first = journey.settle().await;
    journey.url = answer;
    journey.callback().await;
    let second = journey.settle().await;
    assert_eq!((first.step.as_str(), &first.link), ("done", &second.link));
    assert_eq!(scene.app.get("/api/links/").await["count"], 1);
    scene.browser.quit().await;
}
