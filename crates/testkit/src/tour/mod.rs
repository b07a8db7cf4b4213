//! A walk past every screen of the widget and every page of the sandbox bank, in a real browser.

mod portal;
mod sign_in;
mod troubled;

use serde_json::{Value, json};

use crate::{App, AppBuilder, Browser, Person, institutions};

/// A walk. Whoever takes part is called at every stop with the screen's name.
pub struct Tour<'a> {
    app: &'a App,
    browser: &'a Browser,
    locale: &'static str,
}

impl<'a> Tour<'a> {
    /// Prepares a program whose list of institutions has some length and whose banks are given up on early.
    pub fn app(binary: &str) -> AppBuilder {
        App::builder(binary).settings_file(&institutions(12)).variable("VINCULO_BANK_TIMEOUT_SECONDS", "3")
    }

    /// Begins a walk in one language. Pages loaded from now on stand still.
    pub async fn begin(app: &'a App, browser: &'a Browser, locale: &'static str) -> Self {
        browser.hold_timers().await;
        Self { app, browser, locale }
    }

    /// Walks past everything.
    pub async fn walk(&self, look: &mut impl AsyncFnMut(&str)) {
        self.choosing(look).await;
        self.at_the_bank(look).await;
        self.connected(look).await;
        self.identifying(look).await;
        self.company(look).await;
        self.denied(look).await;
        self.refused(look).await;
        self.troubled(look).await;
        self.unwell(look).await;
        self.warned(look).await;
        self.app_link(look).await;
        self.portal(look).await;
        self.sign_in(look).await;
        self.down(look).await;
        self.leaving(look).await;
        self.nowhere(look).await;
        self.callback(look).await;
        self.without_script(look).await;
        self.bank_alone(look).await;
        self.too_late(look).await;
    }

    /// Makes the body of a token: a person, callbacks of an app, an icon and a logo that can be loaded.
    fn body(&self, person: &Person) -> Value {
        let mut body = self.app.token_body(person);
        let picture = format!("{}/demo/icon.svg", self.app.url);
        body["widget"]["branding"] = json!({
            "company_name": "Horta", "company_icon": picture, "company_logo": picture,
            "company_terms_url": "https://example.com/termos",
        });
        body["widget"]["consent"]["purpose"] = json!("Organizar suas contas num só lugar e sugerir como gastar menos.");
        body["widget"]["theme"] = json!([{"css_key": "--color-primary-base", "value": "#0B7A4B"}]);
        body
    }

    async fn open(&self, body: &Value, more: &str) {
        let access = self.app.token(body).await;
        self.go(&format!("/?access_token={access}&locale={}&mode=webapp{more}", self.locale)).await;
    }

    async fn go(&self, path: &str) {
        self.browser.goto(&format!("{}{path}", self.app.url)).await.unwrap();
    }

    async fn to_consent(&self, person: &Person) {
        self.open(&self.body(person), "").await;
        self.walk_to_consent(person).await;
    }

    async fn walk_to_consent(&self, person: &Person) {
        self.browser.tap("#continue").await;
        self.browser.tap(&format!("[data-institution={}]", person.institution())).await;
        self.browser.step("consent").await;
    }

    /// Pages that wait for the bank stand still, too: somebody has to look again.
    async fn handed_over(&self) {
        self.browser.step("handover").await;
        self.browser.reload_until("#go-to-institution").await;
    }

    async fn to_bank(&self, person: &Person) {
        self.open(&self.body(person), "").await;
        self.walk_to_bank(person).await;
    }

    async fn walk_to_bank(&self, person: &Person) {
        self.walk_to_consent(person).await;
        self.browser.tap("#continue").await;
        self.handed_over().await;
        self.browser.tap("#go-to-institution").await;
        self.browser.see("main[data-bank-step=login]").await;
    }

    async fn log_in(&self, person: &Person) {
        self.browser.write("#login-document", person.login).await;
        self.browser.write("#login-password", "P@ssword01").await;
        self.browser.tap("#login-submit").await;
    }

    async fn choosing(&self, look: &mut impl AsyncFnMut(&str)) {
        self.open(&self.body(&Person::RALPH), "").await;
        self.browser.step("start").await;
        look("start").await;
        self.browser.tap("#continue").await;
        self.browser.step("institutions").await;
        look("institutions").await;
        self.browser.write("#institution-search", "ipe").await;
        look("institutions-found").await;
        self.browser.write("#institution-search", "xyz").await;
        look("institutions-none").await;
        self.open(&self.body(&Person::RALPH), "&institutions=narnia").await;
        self.browser.tap("#continue").await;
        self.browser.see("#leave").await;
        look("institutions-nothing").await;
    }

    async fn at_the_bank(&self, look: &mut impl AsyncFnMut(&str)) {
        self.to_consent(&Person::RALPH).await;
        look("consent").await;
        self.browser.script("document.querySelectorAll('details').forEach(d => { d.open = true; })").await;
        look("consent-open").await;
        self.browser.tap("#continue").await;
        self.handed_over().await;
        look("handover").await;
        self.browser.tap("#go-to-institution").await;
        self.browser.see("main[data-bank-step=login]").await;
        look("bank-login").await;
        self.browser.write("#login-document", "ninguem@example.com").await;
        self.browser.write("#login-password", "x").await;
        self.browser.tap("#login-submit").await;
        self.browser.see("#login-problem").await;
        look("bank-login-wrong").await;
        self.browser.script("document.querySelector('#login-document').value = ''").await;
        self.log_in(&Person::RALPH).await;
        self.browser.see("main[data-bank-step=confirm]").await;
        look("bank-confirm").await;
        self.browser.script("document.querySelectorAll('[name=resource]').forEach(r => { r.checked = false; })").await;
        self.browser.tap("#approve").await;
        self.browser.see("#confirm-problem").await;
        look("bank-confirm-none").await;
        self.app
            .force(json!({"brand": "mockbank", "step": "token:authorization_code", "kind": "hang", "times": 1}))
            .await;
        self.browser.script("document.querySelectorAll('[name=resource]').forEach(r => { r.checked = true; })").await;
        self.browser.tap("#approve").await;
        self.browser.see("main[data-bank-step=done]").await;
        look("bank-done").await;
        self.browser.tap("#return").await;
        self.browser.step("connecting").await;
        look("connecting").await;
        self.browser.settle_animations().await;
        look("connecting-slow").await;
    }

    async fn connected(&self, look: &mut impl AsyncFnMut(&str)) {
        let body = self.body(&Person::RALPH);
        let access = self.app.token(&body).await;
        let address = format!("/?access_token={access}&locale={}&mode=webapp", self.locale);
        self.go(&address).await;
        self.walk_to_bank(&Person::RALPH).await;
        self.log_in(&Person::RALPH).await;
        self.browser.tap("#approve").await;
        self.browser.tap("#return").await;
        self.browser.see("main[data-step]").await;
        self.browser.reload_until("main[data-step=done]").await;
        look("done").await;
        self.go(&address).await;
        self.browser.see("#finish").await;
        look("token-used").await;
    }

    async fn identifying(&self, look: &mut impl AsyncFnMut(&str)) {
        let mut body = self.body(&Person::RALPH);
        body["widget"]["consent"].as_object_mut().unwrap().remove("identification_info");
        self.open(&body, "").await;
        self.browser.tap("#continue").await;
        self.browser.step("identify").await;
        look("identify").await;
        self.browser.tap("[name=company]").await;
        self.browser.tap("#continue").await;
        self.browser.see("#cpf-wrong").await;
        look("identify-wrong").await;
    }

    async fn company(&self, look: &mut impl AsyncFnMut(&str)) {
        self.to_consent(&Person::BRAGG_MECHANICS).await;
        look("consent-company").await;
    }

    async fn denied(&self, look: &mut impl AsyncFnMut(&str)) {
        self.to_bank(&Person::RALPH).await;
        self.log_in(&Person::RALPH).await;
        self.browser.tap("#deny").await;
        self.browser.see("main[data-bank-step=done]").await;
        look("bank-cancelled").await;
        self.browser.tap("#return").await;
        self.browser.see("main[data-step]").await;
        self.browser.reload_until("main[data-step=failed]").await;
        look("failed-denied").await;
        self.browser.tap("#close").await;
        self.browser.see("#confirm-exit").await;
        look("exit-after-failure").await;
    }

    async fn refused(&self, look: &mut impl AsyncFnMut(&str)) {
        self.to_bank(&Person::RALPH).await;
        self.log_in(&Person::JANICE).await;
        self.browser.see("main[data-bank-step=refused]").await;
        look("bank-refused").await;
        self.browser.tap("#return").await;
        self.browser.see("main[data-step]").await;
        self.browser.reload_until("main[data-step=failed]").await;
        look("failed-refused").await;
    }

    async fn down(&self, look: &mut impl AsyncFnMut(&str)) {
        self.app.force(json!({"brand": "mockbank", "step": "consents:create", "kind": "status:503", "times": 9})).await;
        self.to_consent(&Person::RALPH).await;
        self.browser.tap("#continue").await;
        self.browser.see("main:not([data-step=consent])").await;
        self.browser.reload_until("main[data-step=failed]").await;
        look("failed-down").await;
        self.app.force_nothing().await;
    }

    async fn leaving(&self, look: &mut impl AsyncFnMut(&str)) {
        self.open(&self.body(&Person::RALPH), "").await;
        self.browser.tap("#close").await;
        self.browser.see("#confirm-exit").await;
        look("exit").await;
        self.browser.tap("#confirm-exit").await;
        self.browser.see("#survey-reason").await;
        look("survey").await;
        self.browser.tap("#skip-survey").await;
        self.browser.see("#finish").await;
        look("left").await;
    }

    async fn nowhere(&self, look: &mut impl AsyncFnMut(&str)) {
        self.go(&format!("/?access_token=nonsense&locale={}", self.locale)).await;
        self.browser.see("main").await;
        look("token-unknown").await;
        self.go("/widget/s/nonsense/start").await;
        self.browser.see("main").await;
        look("missing").await;
    }

    async fn callback(&self, look: &mut impl AsyncFnMut(&str)) {
        self.go("/api/consents/callback/").await;
        self.browser.see("main[data-step=callback]").await;
        look("callback-empty").await;
        self.go("/api/consents/callback/#state=nobody&error=access_denied").await;
        self.browser.see("main:not([data-step=callback])").await;
        look("callback-unknown").await;
    }

    async fn without_script(&self, look: &mut impl AsyncFnMut(&str)) {
        self.browser.devtools("Emulation.setScriptExecutionDisabled", json!({"value": true})).await;
        self.go("/api/consents/callback/?noscript#state=nobody&error=access_denied").await;
        self.browser.devtools("Emulation.setScriptExecutionDisabled", json!({"value": false})).await;
        // What stands in it is there, but hidden as soon as scripts may run again.
        self.browser.script("document.querySelectorAll('noscript').forEach(n => n.replaceWith(...n.childNodes))").await;
        look("callback-noscript").await;
    }

    async fn bank_alone(&self, look: &mut impl AsyncFnMut(&str)) {
        for (name, path) in [("bank-error", "/auth/mockbank/authorize"), ("bank-home", "/")] {
            self.browser.goto(&format!("{}{path}", self.app.bank_url)).await.unwrap();
            self.browser.see("main").await;
            look(name).await;
        }
    }

    /// Last, because it moves the clock.
    async fn too_late(&self, look: &mut impl AsyncFnMut(&str)) {
        let access = self.app.token(&self.body(&Person::RALPH)).await;
        self.open(&self.body(&Person::RALPH), "").await;
        self.browser.step("start").await;
        self.app.advance(3 * 60 * 60).await;
        self.browser.refresh().await.unwrap();
        self.browser.see("main").await;
        look("session-expired").await;
        self.go(&format!("/?access_token={access}&locale={}", self.locale)).await;
        self.browser.see("#finish").await;
        look("token-expired").await;
    }
}
