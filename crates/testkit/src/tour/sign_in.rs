//! The portal's stops without a token: somebody signs in at a bank.

use serde_json::json;

use super::Tour;
use crate::Person;

impl Tour<'_> {
    pub(super) async fn sign_in(&self, look: &mut impl AsyncFnMut(&str)) {
        self.say_who(look).await;
        self.prove(look).await;
        self.not_proven(look).await;
        self.go("/portal/s/nonsense").await;
        self.browser.step("portal-closed").await;
        look("portal-closed").await;
    }

    async fn enter(&self, person: &Person) {
        self.go(&format!("/portal/?mode=landing&locale={}", self.locale)).await;
        self.browser.step("portal-sign-in").await;
        self.browser.write("#cpf", person.cpf).await;
        self.browser.tap("#continue").await;
        self.browser.step("institutions").await;
    }

    async fn say_who(&self, look: &mut impl AsyncFnMut(&str)) {
        self.go(&format!("/portal/?locale={}", self.locale)).await;
        self.browser.step("portal-sign-in").await;
        look("portal-sign-in").await;
        self.browser.tap("[name=company]").await;
        self.browser.tap("#continue").await;
        self.browser.see("#cpf-wrong").await;
        look("portal-sign-in-wrong").await;
    }

    /// From the list of institutions to the bank's login.
    async fn to_banks_login(&self, look: &mut impl AsyncFnMut(&str), person: &Person) {
        self.browser.tap(&format!("[data-institution={}]", person.institution())).await;
        self.browser.step("consent").await;
        look("portal-sign-in-consent").await;
        self.browser.tap("#continue").await;
        self.handed_over().await;
        self.browser.tap("#go-to-institution").await;
        self.browser.see("main[data-bank-step=login]").await;
        self.log_in(person).await;
    }

    async fn prove(&self, look: &mut impl AsyncFnMut(&str)) {
        self.enter(&Person::RALPH).await;
        look("portal-sign-in-institutions").await;
        self.app
            .force(json!({"brand": "mockbank", "step": "token:authorization_code", "kind": "hang", "times": 1}))
            .await;
        self.to_banks_login(look, &Person::RALPH).await;
        self.browser.tap("#approve").await;
        self.browser.tap("#return").await;
        self.browser.step("connecting").await;
        self.browser.settle_animations().await;
        look("portal-sign-in-connecting").await;
        self.browser.reload_until("main[data-step=portal-open]").await;
        look("portal-open").await;
        self.browser.tap("#open-portal").await;
        self.browser.step("portal-list").await;
        look("portal-list-of-all").await;
        self.browser.tap("a.bank").await;
        self.browser.step("portal-consent").await;
        look("portal-consent-of-all").await;
        self.browser.tap("#back").await;
        self.browser.tap("#sign-out").await;
        self.browser.step("portal-left").await;
        look("portal-left").await;
    }

    async fn not_proven(&self, look: &mut impl AsyncFnMut(&str)) {
        self.enter(&Person::RALPH).await;
        self.to_banks_login(&mut async |_: &str| (), &Person::RALPH).await;
        self.browser.tap("#deny").await;
        self.browser.tap("#return").await;
        self.browser.see("main[data-step]").await;
        self.browser.reload_until("main[data-step=failed]").await;
        look("portal-sign-in-denied").await;
        // The browser forgets what it holds: as another one.
        self.browser.delete_all_cookies().await.unwrap();
        self.browser.refresh().await.unwrap();
        self.browser.step("portal-elsewhere").await;
        look("portal-elsewhere").await;
    }
}
