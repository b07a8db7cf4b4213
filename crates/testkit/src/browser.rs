//! A real Chromium at a phone's size.

use std::ops::Deref;
use std::path::Path;
use std::time::Duration;

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};

use crate::{eventually, need, scriptless};

/// A browser session on a phone viewport of 390×844.
pub struct Browser {
    client: Client,
    script: bool,
}

/// What the browser is shown on.
#[derive(Clone, Copy)]
enum Screen {
    Phone,
    Desktop,
}

impl Screen {
    fn size(self) -> &'static str {
        match self {
            Self::Phone => "390,844",
            Self::Desktop => "1280,900",
        }
    }
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
        Self::connect(script, scheme, Screen::Phone, json!({"browser": "ALL"})).await
    }

    /// Starts a browser of a desktop's size.
    pub async fn desktop() -> Option<Self> {
        Self::connect(true, "light", Screen::Desktop, json!({"browser": "ALL"})).await
    }

    /// Starts a browser that notes what comes over the wire.
    pub async fn measuring() -> Option<Self> {
        Self::connect(true, "light", Screen::Phone, json!({"browser": "ALL", "performance": "ALL"})).await
    }

    async fn connect(script: bool, scheme: &str, screen: Screen, logs: Value) -> Option<Self> {
        let driver = need("VINCULO_TEST_WEBDRIVER_URL", "a WebDriver server for Chromium")?;
        let size = screen.size();
        let mut options = json!({
            "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                format!("--window-size={size}"), "--hide-scrollbars", "--force-device-scale-factor=1",
                format!("--blink-settings=preferredColorScheme={}", if scheme == "dark" { 0 } else { 1 }),
            ],
        });
        if let Screen::Phone = screen {
            let metrics = json!({"width": 390, "height": 844, "pixelRatio": 2.0, "touch": true});
            options["mobileEmulation"] = json!({"deviceMetrics": metrics});
        }
        if let Ok(browser) = std::env::var("VINCULO_TEST_BROWSER") {
            options["binary"] = json!(browser);
        }
        let mut capabilities = Capabilities::new();
        if !script {
            // The driver waits for pages by script.
            capabilities.insert("pageLoadStrategy".to_owned(), json!("none"));
        }
        capabilities.insert("goog:chromeOptions".to_owned(), options);
        capabilities.insert("goog:loggingPrefs".to_owned(), logs);
        let client = ClientBuilder::rustls().unwrap().capabilities(capabilities).connect(&driver).await.unwrap();
        let browser = Self { client, script };
        if !script {
            browser.devtools("Emulation.setScriptExecutionDisabled", json!({"value": true})).await;
        }
        Some(browser)
    }

    /// Runs a command of Chromium's developer tools.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.try_devtools(command, parameters).await.unwrap_or_else(|| panic!("{command} failed"))
    }

    /// As [`Self::devtools`]; `None` when the command fails, as it does between two pages.
    pub(crate) async fn try_devtools(&self, command: &str, parameters: Value) -> Option<Value> {
        let body = json!({"cmd": command, "params": parameters});
        self.client.issue_cmd(Own { path: "goog/cdp/execute", body }).await.ok()
    }

    /// Waits for an element.
    pub async fn see(&self, css: &str) {
        if self.script {
            self.element(css).await;
        } else {
            eventually(css, || scriptless::find(self, css)).await;
        }
    }

    /// Waits for an element and clicks it.
    pub async fn tap(&self, css: &str) {
        if self.script {
            self.element(css).await.click().await.unwrap();
        } else {
            let node = eventually(css, || scriptless::find(self, css)).await;
            scriptless::click(self, node).await;
        }
    }

    /// Waits for a field and types into it; a line break presses Enter.
    pub async fn write(&self, css: &str, text: &str) {
        if self.script {
            self.element(css).await.send_keys(&text.replace('\n', "\u{e007}")).await.unwrap();
        } else {
            let node = eventually(css, || scriptless::find(self, css)).await;
            scriptless::write(self, node, text).await;
        }
    }

    /// Says which load of a page is there: another one after each navigation, also to the same address.
    pub async fn load(&self) -> String {
        let tree = || self.try_devtools("Page.getFrameTree", json!({}));
        let tree = eventually("a page", tree).await;
        tree["frameTree"]["frame"]["loaderId"].as_str().unwrap_or_default().to_owned()
    }

    /// Empties a field.
    pub async fn clear(&self, css: &str) {
        if self.script {
            // In whatever page is there now: an element found before may be of the page before.
            self.see(css).await;
            self.script(&format!("document.querySelector({}).value = ''", serde_json::json!(css))).await;
        } else {
            let node = eventually(css, || scriptless::find(self, css)).await;
            scriptless::clear(self, node).await;
        }
    }

    async fn element(&self, css: &str) -> fantoccini::elements::Element {
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

    /// Tells whether an element is there right now.
    pub async fn has(&self, css: &str) -> bool {
        if self.script {
            !self.client.find_all(Locator::Css(css)).await.unwrap().is_empty()
        } else {
            scriptless::find(self, css).await.is_some()
        }
    }

    /// Waits for an element and returns the text that the user sees in it.
    pub async fn text(&self, css: &str) -> String {
        self.element(css).await.text().await.unwrap()
    }

    /// Waits for a step of the widget.
    pub async fn step(&self, step: &str) {
        self.see(&format!("main[data-step={step}]")).await;
    }

    /// Returns the current address.
    pub async fn address(&self) -> String {
        if self.script { self.client.current_url().await.unwrap().into() } else { scriptless::address(self).await }
    }

    /// Runs a script and returns its value.
    pub async fn script(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// Returns the lines of the browser's console since the last call.
    pub async fn console(&self) -> Vec<String> {
        let log = self.client.issue_cmd(Own { path: "se/log", body: json!({"type": "browser"}) }).await.unwrap();
        let lines = log.as_array().cloned().unwrap_or_default();
        lines.iter().map(|line| line["message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Returns what the developer tools told since the last call, for a browser that is [`Self::measuring`].
    pub async fn performance_log(&self) -> Vec<Value> {
        let log = self.client.issue_cmd(Own { path: "se/log", body: json!({"type": "performance"}) }).await.unwrap();
        let lines = log.as_array().cloned().unwrap_or_default();
        let read = |line: &Value| serde_json::from_str::<Value>(line["message"].as_str()?).ok();
        lines.iter().filter_map(read).map(|line| line["message"].clone()).collect()
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

/// A WebDriver command that only Chromium's driver knows.
#[derive(Debug)]
struct Own {
    path: &'static str,
    body: Value,
}

impl fantoccini::wd::WebDriverCompatibleCommand for Own {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}
