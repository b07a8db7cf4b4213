//! A real Chromium at a phone's size.

use std::ops::Deref;
use std::path::Path;
use std::time::Duration;

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};

use crate::need;

/// A browser session on a phone viewport of 390×844.
pub struct Browser {
    client: Client,
}

impl Deref for Browser {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Browser {
    /// Starts a browser. `None` when there is no driver (said loudly).
    pub async fn start() -> Option<Self> {
        Self::with(true, "light").await
    }

    /// Starts a browser with script on or off and a colour scheme.
    pub async fn with(script: bool, scheme: &str) -> Option<Self> {
        let driver = need("VINCULO_TEST_WEBDRIVER_URL", "a WebDriver server for Chromium")?;
        let mut options = json!({
            "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--window-size=390,844", "--hide-scrollbars", "--force-device-scale-factor=1",
                format!("--blink-settings=preferredColorScheme={}", if scheme == "dark" { 0 } else { 1 }),
            ],
            "mobileEmulation": {"deviceMetrics": {"width": 390, "height": 844, "pixelRatio": 2.0, "touch": true}},
        });
        if !script {
            options["prefs"] = json!({"profile.managed_default_content_settings.javascript": 2});
        }
        if let Ok(browser) = std::env::var("VINCULO_TEST_BROWSER") {
            options["binary"] = json!(browser);
        }
        let mut capabilities = Capabilities::new();
        capabilities.insert("goog:chromeOptions".to_owned(), options);
        capabilities.insert("goog:loggingPrefs".to_owned(), json!({"browser": "ALL"}));
        let client = ClientBuilder::rustls().unwrap().capabilities(capabilities).connect(&driver).await.unwrap();
        Some(Self { client })
    }

    /// Waits for an element and returns it.
    pub async fn see(&self, css: &str) -> fantoccini::elements::Element {
        let found = self.client.wait().at_most(Duration::from_secs(20)).for_element(Locator::Css(css)).await;
        match found {
            Ok(element) => element,
            Err(error) => {
                let url = self.client.current_url().await.map(String::from).unwrap_or_default();
                let page = self.client.source().await.unwrap_or_default();
                panic!("{css} never appeared on {url}: {error}\n{page}")
            }
        }
    }

    /// Waits for an element and clicks it.
    pub async fn tap(&self, css: &str) {
        self.see(css).await.click().await.unwrap();
    }

    /// Waits for a field and types into it.
    pub async fn write(&self, css: &str, text: &str) {
        self.see(css).await.send_keys(text).await.unwrap();
    }

    /// Waits for a step of the widget.
    pub async fn step(&self, step: &str) {
        self.see(&format!("main[data-step={step}]")).await;
    }

    /// Returns the current address.
    pub async fn address(&self) -> String {
        self.client.current_url().await.unwrap().into()
    }

    /// Runs a script and returns its value.
    pub async fn script(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// Returns the lines of the browser's console since the last call.
    pub async fn console(&self) -> Vec<String> {
        let log = self.client.issue_cmd(ConsoleLog).await.unwrap();
        let lines = log.as_array().cloned().unwrap_or_default();
        lines.iter().map(|line| line["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Saves what the user sees as a PNG.
    pub async fn picture(&self, file: &Path) {
        std::fs::write(file, self.client.screenshot().await.unwrap()).unwrap();
    }

    /// Ends the session.
    pub async fn quit(self) {
        self.client.close().await.unwrap();
    }
}

/// Chromium's own WebDriver command for the console's lines.
#[derive(Debug)]
struct ConsoleLog;

impl fantoccini::wd::WebDriverCompatibleCommand for ConsoleLog {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({"type": "browser"}).to_string()))
    }
}
