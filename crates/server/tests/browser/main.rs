//! The hosted widget in a real Chromium at a phone's size.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail the test")]

mod accessibility;
mod devices;
mod endings;
mod gallery;
mod journey;
mod keyboard;
mod noscript;
mod opening;
mod outcomes;
mod portal;
mod resilience;
mod theme;
mod tokens;

use vinculo_testkit::{App, Browser, Landing, Person, eventually};

/// A program, a browser and the application's pages.
struct Scene {
    app: App,
    browser: Browser,
    landing: Landing,
}

impl Scene {
    /// Sets the scene; `None` when there is no browser (said loudly).
    async fn set() -> Option<Self> {
        Self::with_script(true).await
    }

    async fn with_script(script: bool) -> Option<Self> {
        Self::around(Browser::with(script, "light").await?, &[]).await
    }

    /// The same with settings.
    async fn set_with(variables: &[(&str, &str)]) -> Option<Self> {
        Self::around(Browser::start().await?, variables).await
    }

    /// The same on a desktop.
    async fn on_desktop() -> Option<Self> {
        Self::around(Browser::desktop().await?, &[]).await
    }

    async fn around(browser: Browser, variables: &[(&str, &str)]) -> Option<Self> {
        let mut builder = App::builder(env!("CARGO_BIN_EXE_vinculo"));
        for (name, value) in variables {
            builder = builder.variable(name, value);
        }
        let app = builder.start().await?;
        eventually("the directory is read", || async {
            (app.get("/api/institutions/").await["count"] != 0).then_some(())
        })
        .await;
        Some(Self { app, browser, landing: Landing::start().await })
    }

    /// Lines of the console that say that a page broke its own content policy.
    async fn violations(&self) -> Vec<String> {
        let all = self.browser.console().await;
        all.into_iter().filter(|line| line.contains("Content Security Policy")).collect()
    }

    /// Opens a session by its own address.
    async fn open_session(&self, record: &serde_json::Value) {
        let url = format!("{}/widget/s/{}/", self.app.url, record["id"].as_str().unwrap());
        self.browser.goto(&url).await.unwrap();
    }

    /// Gets a token for a person whose callbacks lead to the landing pages.
    async fn token(&self, person: &Person) -> String {
        self.app.token(&self.app.token_body_landing(person, &self.landing)).await
    }

    /// Opens the widget.
    async fn open(&self, access: &str, more: &str) {
        let url = format!("{}/?access_token={access}&locale=pt&mode=webapp{more}", self.app.url);
        self.browser.goto(&url).await.unwrap();
    }

    /// Walks from the start screen to the consent.
    async fn to_consent(&self, person: &Person) {
        self.browser.step("start").await;
        self.browser.tap("#continue").await;
        self.browser.step("institutions").await;
        self.browser.tap(&format!("[data-institution={}]", person.institution())).await;
        self.browser.step("consent").await;
    }

    /// Walks from the consent to the page that hands over to the bank.
    async fn accept(&self) {
        self.browser.tap("#continue").await;
        self.browser.step("handover").await;
    }

    /// Walks from the start screen to the bank's login page.
    async fn to_bank(&self, person: &Person) {
        self.to_consent(person).await;
        self.go_to_bank().await;
    }

    /// Walks from the consent to the bank's login page.
    async fn go_to_bank(&self) {
        self.accept().await;
        self.browser.tap("#go-to-institution").await;
        self.browser.see("main[data-bank-step=login]").await;
    }

    /// Fills in the bank's login form.
    async fn enter(&self, person: &Person) {
        enter(&self.browser, person).await;
    }

    /// The bank's pages in another browser, up to the answer.
    async fn at_the_bank_in(&self, other: &Browser, person: &Person, answer: &str) {
        other.goto(&self.browser.address().await).await.unwrap();
        enter(other, person).await;
        other.tap(answer).await;
    }

    /// Logs in at the bank.
    async fn log_in(&self, person: &Person) {
        self.enter(person).await;
        self.browser.see("main[data-bank-step=confirm]").await;
    }

    /// Walks the whole way to the result screen.
    async fn connect(&self, person: &Person) {
        self.connect_at_bank(person).await;
        self.browser.step("done").await;
    }

    /// Walks as far as the bank's last page.
    async fn connect_at_bank(&self, person: &Person) {
        self.to_bank(person).await;
        self.log_in(person).await;
        self.browser.tap("#approve").await;
    }
}

/// Fills in the bank's login form, in any browser.
async fn enter(browser: &Browser, person: &Person) {
    browser.write("#login-document", person.login).await;
    browser.write("#login-password", "P@ssword01").await;
    browser.tap("#login-submit").await;
}
