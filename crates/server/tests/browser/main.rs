//! The hosted widget in a real Chromium at a phone's size.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail the test")]

mod endings;
mod journey;
mod noscript;
mod resilience;
mod tokens;

use vinculo_testkit::{App, Browser, Landing, Person};

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
        let browser = Browser::with(script, "light").await?;
        let app = App::builder(env!("CARGO_BIN_EXE_vinculo")).start().await?;
        Some(Self { app, browser, landing: Landing::start().await })
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

    /// Walks from the start screen to the bank's login page.
    async fn to_bank(&self, person: &Person) {
        self.browser.step("start").await;
        self.browser.tap("#continue").await;
        self.browser.step("institutions").await;
        self.browser.tap(&format!("[data-institution={}]", person.institution())).await;
        self.browser.step("consent").await;
        self.browser.tap("#continue").await;
        self.browser.step("handover").await;
        self.browser.tap("#go-to-institution").await;
        self.browser.see("main[data-bank-step=login]").await;
    }

    /// Logs in at the bank.
    async fn log_in(&self, person: &Person) {
        self.browser.write("#login-document", person.login).await;
        self.browser.write("#login-password", "P@ssword01").await;
        self.browser.tap("#login-submit").await;
        self.browser.see("main[data-bank-step=confirm]").await;
    }

    /// Walks the whole way to the result screen.
    async fn connect(&self, person: &Person) {
        self.to_bank(person).await;
        self.log_in(person).await;
        self.browser.tap("#approve").await;
        self.browser.step("done").await;
    }
}
