//! Reload, back, double submit, second visits, other browsers.

use vinculo_testkit::{Browser, Person};

use crate::Scene;

#[tokio::test]
async fn reloading_any_step_changes_nothing() {
    let Some(scene) = Scene::set().await else { return };
    let access = scene.token(&Person::RALPH).await;
    scene.open(&access, "").await;
    for (step, next) in
        [("start", "#continue"), ("institutions", "[data-institution=ofmockbank_br_retail]"), ("consent", "#continue")]
    {
        scene.browser.step(step).await;
        scene.browser.refresh().await.unwrap();
        scene.browser.step(step).await;
        scene.browser.tap(next).await;
    }
    scene.browser.step("handover").await;
    scene.browser.quit().await;
}

#[tokio::test]
async fn back_goes_one_step_back_and_forward_works_again() {
    let Some(scene) = Scene::set().await else { return };
    let access = scene.token(&Person::RALPH).await;
    scene.open(&access, "").await;
    scene.to_consent(&Person::RALPH).await;
    scene.browser.back().await.unwrap();
    scene.browser.step("institutions").await;
    scene.browser.back().await.unwrap();
    scene.browser.step("start").await;
    scene.connect(&Person::RALPH).await;
    scene.browser.quit().await;
}

#[tokio::test]
async fn the_back_button_of_the_page_goes_one_step_back() {
    let Some(scene) = Scene::set().await else { return };
    let access = scene.token(&Person::RALPH).await;
    scene.open(&access, "").await;
    scene.to_consent(&Person::RALPH).await;
    scene.browser.tap("#back").await;
    scene.browser.step("institutions").await;
    scene.browser.tap("#back").await;
    scene.browser.step("start").await;
    scene.browser.quit().await;
}

#[tokio::test]
async fn accepting_twice_makes_one_consent() {
    let Some(scene) = Scene::set().await else { return };
    let access = scene.token(&Person::RALPH).await;
    scene.open(&access, "").await;
    scene.to_consent(&Person::RALPH).await;
    let form = "const f = new URLSearchParams(new FormData(document.getElementById('step-form')));
        f.delete('patience');
        const send = () => fetch(document.getElementById('step-form').action || location.href, {method: 'POST', body: f});
        return Promise.all([send(), send(), send()]).then(all => all.map(a => a.url));";
    let ends = scene.browser.script(form).await;
    assert!(ends.as_array().unwrap().iter().all(|url| url.as_str().unwrap().ends_with("/handover")), "{ends}");
    let consents = scene.app.get(&format!("/api/consents/?user_document={}", Person::RALPH.cpf)).await;
    assert_eq!(consents["count"], 1, "{consents}");
    scene.browser.quit().await;
}

#[tokio::test]
async fn the_user_may_come_back_from_the_bank_in_another_browser() {
    let Some(scene) = Scene::set().await else { return };
    let Some(other) = Browser::start().await else { return };
    let access = scene.token(&Person::RALPH).await;
    scene.open(&access, "").await;
    scene.to_bank(&Person::RALPH).await;
    scene.at_the_bank_in(&other, &Person::RALPH, "#approve").await;
    other.step("done").await;
    scene.open(&access, "").await;
    scene.landing.visit("/event").await;
    other.quit().await;
    scene.browser.quit().await;
}

#[tokio::test]
async fn the_sessions_address_goes_on_where_the_session_stands_in_any_browser() {
    let Some(scene) = Scene::set().await else { return };
    let Some(other) = Browser::start().await else { return };
    let access = scene.token(&Person::RALPH).await;
    scene.open(&access, "").await;
    scene.to_consent(&Person::RALPH).await;
    let address = scene.browser.address().await;

    other.goto(&address).await.unwrap();
    other.step("consent").await;
    // The token that started the session leads to it, too.
    other.goto(&format!("{}/?access_token={access}&locale=pt", scene.app.url)).await.unwrap();
    other.step("consent").await;
    assert_eq!(other.address().await, address);
    other.quit().await;
    scene.browser.quit().await;
}
