//! Two browsers: the app and the browser of the system (App2App), the desktop and the phone (QR), and whatever else
//! people have at hand.

use serde_json::json;
use vinculo_testkit::{Browser, Person, eventually};

use crate::{Scene, enter};

impl Scene {
    /// A token whose application has a link of its own.
    async fn token_with_link(&self, person: &Person) -> String {
        let mut body = self.app.token_body_landing(person, &self.landing);
        body["widget"]["callback_urls"]["application_link"] = json!(format!("{}/open?from=bank", self.landing.url));
        self.app.token(&body).await
    }
}

#[tokio::test]
async fn the_banks_browser_hands_over_to_the_app_which_goes_on_in_its_webview() {
    let Some(scene) = Scene::set().await else { return };
    let Some(system) = Browser::start().await else { return };
    let access = scene.token_with_link(&Person::RALPH).await;
    scene.open(&access, "").await;
    scene.to_bank(&Person::RALPH).await;
    scene.at_the_bank_in(&system, &Person::RALPH, "#approve").await;

    let opened = scene.landing.visit("/open").await;
    assert_eq!(opened.parameters["from"], "bank", "the link's own query stays");
    assert!(opened.referer.is_none(), "{:?}", opened.referer);
    let resume = &opened.parameters["resume_url"];
    assert_eq!(*resume, format!("{}/widget/s/{}/connecting", scene.app.url, opened.parameters["session"]));
    scene.browser.goto(resume).await.unwrap();
    scene.browser.step("done").await;
    scene.browser.tap("#finish").await;
    scene.landing.visit("/success").await;

    // Whoever comes back to the browser finds a button, and never a dead end.
    system.back().await.unwrap();
    system.tap("[data-bank-step=done] #return").await;
    system.see("[data-step=app] #open-app").await;
    assert_eq!(scene.landing.visits("/open").len(), 1, "the second time nobody is sent by himself");
    system.tap("#open-app").await;
    eventually("the app again", || async { (scene.landing.visits("/open").len() == 2).then_some(()) }).await;
    system.quit().await;
    scene.browser.quit().await;
}

#[tokio::test]
async fn without_the_app_the_browser_goes_on_by_itself() {
    let Some(scene) = Scene::set().await else { return };
    let access = scene.token_with_link(&Person::RALPH).await;
    scene.open(&access, "").await;
    scene.connect_at_bank(&Person::RALPH).await;
    scene.landing.visit("/open").await;
    scene.browser.back().await.unwrap();
    scene.browser.tap("[data-bank-step=done] #return").await;
    scene.browser.step("app").await;
    scene.browser.tap("#continue").await;
    scene.browser.step("done").await;
    let violations = scene.violations().await;
    assert!(violations.is_empty(), "{violations:#?}");
    scene.browser.quit().await;
}

#[tokio::test]
async fn the_app_hears_of_a_refusal_the_same_way() {
    let Some(scene) = Scene::set().await else { return };
    let access = scene.token_with_link(&Person::RALPH).await;
    scene.open(&access, "").await;
    scene.to_bank(&Person::RALPH).await;
    scene.log_in(&Person::RALPH).await;
    scene.browser.tap("#deny").await;
    let opened = scene.landing.visit("/open").await;
    scene.browser.goto(&opened.parameters["resume_url"]).await.unwrap();
    scene.browser.see("[data-error=login_error]").await;
    scene.browser.quit().await;
}

#[tokio::test]
async fn a_phone_takes_the_code_from_the_desktop_and_the_desktop_follows() {
    let Some(scene) = Scene::on_desktop().await else { return };
    let Some(phone) = Browser::start().await else { return };
    let access = scene.token(&Person::RALPH).await;
    scene.open(&access, "").await;
    scene.to_consent(&Person::RALPH).await;
    scene.accept().await;
    scene.browser.see(".code svg").await;
    let side = scene.browser.script("return document.querySelector('.code svg').getBoundingClientRect().width").await;
    assert!(side.as_f64().is_some_and(|side| side > 150.0), "the code is there to be seen: {side}");

    // What the code says is the session's own address.
    let session = scene.browser.address().await.replace("/handover", "/");
    phone.goto(&session).await.unwrap();
    phone.step("handover").await;
    phone.tap("#go-to-institution").await;
    enter(&phone, &Person::RALPH).await;
    scene.browser.step("handover").await;
    phone.tap("#approve").await;
    phone.step("done").await;
    scene.browser.step("done").await;
    scene.browser.tap("#finish").await;
    scene.landing.visit("/success").await;
    assert_eq!(scene.app.get("/api/links/").await["count"], 1);
    phone.quit().await;
    scene.browser.quit().await;
}

#[tokio::test]
async fn a_phone_shows_no_code_for_itself() {
    let Some(scene) = Scene::set().await else { return };
    let access = scene.token(&Person::RALPH).await;
    scene.open(&access, "").await;
    scene.to_consent(&Person::RALPH).await;
    scene.accept().await;
    let shown = scene.browser.script("const c = document.querySelector('.code'); return !!(c && c.offsetParent)").await;
    assert_eq!(shown, false);
    scene.browser.quit().await;
}
