//! One page, loaded on a slow phone.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use vinculo_testkit::{App, Browser, eventually};

/// What one load cost.
#[derive(Debug, Default)]
pub(crate) struct Load {
    /// Everything that came over the wire for the page, headers included; pictures of others apart.
    pub(crate) bytes: u64,
    /// First contentful paint, in milliseconds after the navigation began.
    pub(crate) painted: f64,
    /// The main control is there, painted, and the script has run, in milliseconds after the navigation began.
    pub(crate) usable: f64,
    /// Layout shift (the sum, not the worst window).
    pub(crate) shift: f64,
    /// Requests to hosts that are neither ours nor those of pictures.
    pub(crate) strangers: u64,
    /// Pictures that came: logos of banks, the application's icon.
    pub(crate) pictures: u64,
}

/// Watches the page from its first moment.
const WATCH: &str = "(() => {
    const seen = window.__load = {shift: 0, usable: 0};
    new PerformanceObserver(list => list.getEntries().forEach(e => { if (!e.hadRecentInput) seen.shift += e.value; }))
        .observe({type: 'layout-shift', buffered: true});
    const look = () => {
        const control = document.querySelector('#institution-search, #continue, #go-to-institution, #finish, #next, #stay, #leave, main h1');
        const painted = performance.getEntriesByName('first-contentful-paint')[0];
        const ran = performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd > 0;
        if (control && painted && ran) seen.usable = performance.now(); else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
})()";

/// Loads pages slowly.
pub(crate) struct Loader<'a> {
    browser: &'a Browser,
    ours: String,
}

impl<'a> Loader<'a> {
    pub(crate) const TIMES: usize = 5;

    pub(crate) async fn begin(browser: &'a Browser, app: &App) -> Self {
        browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": WATCH})).await;
        Self { browser, ours: app.url.clone() }
    }

    async fn slow(&self) {
        self.browser.devtools("Emulation.setCPUThrottlingRate", json!({"rate": 4})).await;
        self.network(150, 1_600_000 / 8).await;
    }

    /// As fast as the machine is.
    pub(crate) async fn rest(&self) {
        self.browser.devtools("Emulation.setCPUThrottlingRate", json!({"rate": 1})).await;
        self.network(0, -1).await;
    }

    async fn network(&self, latency: u32, bytes: i64) {
        let network =
            json!({"offline": false, "latency": latency, "downloadThroughput": bytes, "uploadThroughput": bytes});
        self.browser.devtools("Network.enable", json!({})).await;
        self.browser.devtools("Network.emulateNetworkConditions", network).await;
    }

    /// Loads the current page again, a few times.
    pub(crate) async fn here(&self) -> Vec<Load> {
        let address = self.browser.address().await;
        let mut loads = Vec::new();
        for _ in 0..Self::TIMES {
            loads.push(self.load(&address).await);
        }
        loads
    }

    /// Loads an address with an empty cache.
    pub(crate) async fn load(&self, address: &str) -> Load {
        self.rest().await;
        self.browser.goto("about:blank").await.unwrap();
        self.browser.devtools("Network.clearBrowserCache", json!({})).await;
        self.browser.performance_log().await;
        self.slow().await;
        self.browser.goto(address).await.unwrap();
        let times = eventually("the page can be used", || async {
            let times = self
                .browser
                .script(
                    "const painted = performance.getEntriesByName('first-contentful-paint')[0];
                return {...window.__load, painted: painted ? painted.startTime : 0}",
                )
                .await;
            (times["usable"].as_f64()? > 0.0).then_some(times)
        })
        .await;
        let log = self.browser.performance_log().await;
        self.rest().await;
        let number = |name: &str| times[name].as_f64().unwrap_or_default();
        let load =
            Load { painted: number("painted"), usable: number("usable"), shift: number("shift"), ..Load::default() };
        self.count(&log, load)
    }

    fn count(&self, log: &[Value], mut load: Load) -> Load {
        let mut requests: BTreeMap<String, (String, bool)> = BTreeMap::new();
        for event in log {
            let (method, parameters) = (event["method"].as_str().unwrap_or_default(), &event["params"]);
            let id = parameters["requestId"].as_str().unwrap_or_default().to_owned();
            match method {
                "Network.requestWillBeSent" => {
                    // A redirect keeps the request's id: its answer comes with the next request.
                    load.bytes += bytes(&parameters["redirectResponse"]["encodedDataLength"]);
                    let url = parameters["request"]["url"].as_str().unwrap_or_default().to_owned();
                    let picture = parameters["type"] == "Image";
                    requests.insert(id, (url, picture));
                }
                "Network.loadingFinished" => match requests.get(&id) {
                    Some((url, _)) if url.starts_with(&self.ours) && !url.ends_with("/demo/icon.svg") => {
                        load.bytes += bytes(&parameters["encodedDataLength"]);
                    }
                    Some((_, true)) => load.pictures += 1,
                    _ => {}
                },
                _ => {}
            }
        }
        let stranger =
            |(url, picture): &&(String, bool)| !url.starts_with(&self.ours) && !picture && url.starts_with("http");
        load.strangers = requests.values().filter(stranger).count() as u64;
        load
    }

    /// How long a letter in the search takes until the next frame, on the slow processor.
    pub(crate) async fn typing(&self, brands: usize) -> String {
        self.slow().await;
        let script = "const field = document.querySelector('#institution-search');
            const step = text => new Promise(done => { const began = performance.now(); field.value = text;
                field.dispatchEvent(new Event('input', {bubbles: true})); document.body.getBoundingClientRect();
                done(performance.now() - began); });
            return (async () => { const all = []; for (const text of ['s', 'sa', 'sao', 'sao j', 'sao jo', 'pantnal', 'aracaria', 'sicob'])
                all.push(await step(text)); return all.sort((a, b) => a - b); })()";
        let times = self.browser.script(script).await;
        let times: Vec<f64> = times.as_array().unwrap().iter().filter_map(Value::as_f64).collect();
        self.rest().await;
        let (middle, worst) = (times[times.len() / 2], times[times.len() - 1]);
        format!(
            "| a letter in the search of {brands} brands, filtered and laid out | | | {middle:.0} ms, at most {worst:.0} ms | | | |"
        )
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of bytes")]
fn bytes(value: &Value) -> u64 {
    value.as_f64().unwrap_or_default().max(0.0) as u64
}
