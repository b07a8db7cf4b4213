//! The portal: both ways in, ending what is shared, and renewing it with and without a visit to the bank.

use serde_json::{Value, json};
use vinculo_testkit::{Browser, Journey, Person};

use crate::{Scene, enter};

impl Scene {
    /// Opens the portal with a token.
    async fn open_portal(&self, person: &Person) {
        let mut body = self.app.token_body(person);
        body["widget"]["openfinance_feature"] = json!("consent_management");
        let access = self.app.token(&body).await;
        self.browser.goto(&format!("{}/portal/?access_token={access}&locale=pt", self.app.url)).await.unwrap();
        self.browser.step("portal-list").await;
        assert!(!self.browser.address().await.contains(&access), "the token leaves the address");
    }

    /// Says who is there, and goes to the bank.
    async fn say_who(&self, person: &Person) {
        self.browser.goto(&format!("{}/portal/", self.app.url)).await.unwrap();
        self.browser.step("portal-sign-in").await;
        self.browser.write("#cpf", person.cpf).await;
        self.browser.tap("#continue").await;
        self.browser.step("institutions").await;
        self.browser.tap(&format!("[data-institution={}]", person.institution())).await;
        self.browser.step("consent").await;
        self.go_to_bank().await;
    }

    /// Opens the portal by signing in at a bank.
    async fn sign_in(&self, person: &Person) {
        self.say_who(person).await;
        self.log_in(person).await;
        self.browser.tap("#approve").await;
        self.browser.tap("#open-portal").await;
        self.browser.step("portal-list").await;
    }

    async fn consent(&self, id: &str) -> Value {
        self.app.get(&format!("/api/consents/{id}/")).await
    }
}

#[tokio::test]
async fn whoever_signs_in_at_a_bank_ends_what_they_share() {
    let Some(scene) = Scene::set().await else { return };
    let (link, id) = Journey::connect_for_a_term(&scene.app, &Person::RALPH).await;
    scene.sign_in(&Person::RALPH).await;
    scene.app.revoked_at_banks(1).await;
    let line = scene.browser.text("a.bank small").await;
    assert!(line.starts_with("Demo · até "), "{line}");
    assert!(!scene.browser.address().await.contains(Person::RALPH.cpf));
    scene.browser.tap("a.bank").await;
    scene.browser.tap("#revoke").await;
    scene.browser.tap("#confirm-revoke").await;
    scene.browser.step("portal-consent").await;
    assert_eq!(scene.browser.text("#consent-status").await, "Encerrado");
    assert_eq!(scene.consent(&id).await["status"], "REJECTED");
    assert_eq!(scene.app.get(&format!("/api/links/{link}/")).await["status"], "invalid");
    scene.app.revoked_at_banks(2).await;
    let violations = scene.violations().await;
    assert!(violations.is_empty(), "{violations:#?}");

    let visit = scene.browser.address().await;
    scene.browser.tap("#close").await;
    scene.browser.step("portal-left").await;
    assert!(scene.browser.get_all_cookies().await.unwrap().is_empty(), "nothing is left in the browser");
    scene.browser.goto(&visit).await.unwrap();
    scene.browser.step("portal-closed").await;
    scene.browser.tap("#finish").await;
    scene.browser.step("portal-sign-in").await;
    scene.browser.quit().await;
}

#[tokio::test]
async fn with_a_token_a_term_is_changed_without_the_bank() {
    let Some(scene) = Scene::set().await else { return };
    let (link, id) = Journey::connect_for_a_term(&scene.app, &Person::RALPH).await;
    let before = scene.consent(&id).await;
    scene.open_portal(&Person::RALPH).await;
    scene.browser.tap("a.bank").await;
    scene.browser.tap("#renew").await;
    scene.browser.step("portal-renew").await;
    scene.browser.script("document.querySelector('#duration').value = '275'").await;
    scene.browser.tap("#continue").await;
    scene.browser.step("portal-consent").await;
    let after = scene.consent(&id).await;
    assert_eq!((&after["consent_duration"], &after["link_id"]), (&json!(275), &json!(link)));
    assert_ne!(after["expired_at"], before["expired_at"]);
    assert!(scene.browser.get_all_cookies().await.unwrap().is_empty(), "a token needs no cookie");
    scene.browser.tap("#back").await;
    scene.browser.tap("#sign-out").await;
    scene.browser.step("portal-left").await;
    scene.browser.quit().await;
}

#[tokio::test]
async fn where_the_bank_wants_a_new_consent_the_way_leads_there_and_back() {
    let Some(scene) = Scene::set().await else { return };
    let (link, first) = Journey::connect_for_a_term(&scene.app, &Person::GABRIEL).await;
    scene.sign_in(&Person::GABRIEL).await;
    let visit = scene.browser.address().await;
    scene.browser.tap("a.bank").await;
    scene.browser.tap("#renew").await;
    scene.browser.tap("#continue").await;
    scene.browser.tap("#renew-at-institution").await;
    scene.browser.step("consent").await;
    scene.go_to_bank().await;
    scene.log_in(&Person::GABRIEL).await;
    scene.browser.tap("#approve").await;
    scene.browser.step("done").await;
    scene.browser.tap("#finish").await;
    scene.browser.step("portal-list").await;
    assert!(scene.browser.address().await.starts_with(&visit), "back in the same visit");
    assert_eq!(scene.consent(&first).await["status"], "REJECTED");
    assert_eq!(scene.app.get(&format!("/api/links/{link}/")).await["status"], "valid");
    let all = scene.app.list(&format!("/api/consents/?link_id={link}")).await;
    assert_eq!(all.iter().filter(|consent| consent["status"] == "AUTHORISED").count(), 1);
    scene.app.revoked_at_banks(2).await;
    scene.browser.quit().await;
}

#[tokio::test]
async fn another_browser_cannot_finish_it_nor_look_in() {
    let Some(scene) = Scene::set().await else { return };
    let Some(other) = Browser::start().await else { return };
    Journey::connect_for_a_term(&scene.app, &Person::RALPH).await;
    scene.say_who(&Person::RALPH).await;
    other.goto(&scene.browser.address().await).await.unwrap();
    enter(&other, &Person::RALPH).await;
    other.tap("#approve").await;
    other.step("portal-elsewhere").await;
    assert!(other.get_all_cookies().await.unwrap().iter().all(|cookie| cookie.name() != "vinculo_portal"));

    scene.sign_in(&Person::RALPH).await;
    let visit = scene.browser.address().await;
    other.goto(&visit).await.unwrap();
    other.step("portal-elsewhere").await;
    scene.browser.refresh().await.unwrap();
    scene.browser.step("portal-list").await;
    other.quit().await;
    scene.browser.quit().await;
}

#[tokio::test]
async fn without_script_the_way_in_is_the_same_up_to_the_bank() {
    let Some(scene) = Scene::with_script(false).await else { return };
    scene.browser.goto(&format!("{}/portal/", scene.app.url)).await.unwrap();
    scene.browser.see("main[data-step=portal-sign-in]").await;
    scene.browser.write("#cpf", "123").await;
    scene.browser.tap("#continue").await;
    scene.browser.see("#cpf-wrong").await;
    scene.browser.clear("#cpf").await;
    scene.browser.write("#cpf", Person::RALPH.cpf).await;
    scene.browser.tap("#continue").await;
    scene.browser.see("main[data-step=institutions]").await;
    scene.browser.tap("[data-institution=ofmockbank_br_retail]").await;
    scene.browser.see("main[data-step=consent]").await;
    scene.browser.tap("#continue").await;
    scene.browser.see("main[data-step=handover]").await;
    scene.browser.quit().await;
}
