//! How soon people can use each screen of the widget on a slow phone, and what it costs them: `cargo xtask speed`.
//!
//! Chromium slows its processor four times down and its network to 1.6 Mbit/s with 150 ms of latency. Every screen is loaded five
//! times with an empty cache; the table has the medians.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints its figures and stops at a failure")]

mod load;

use vinculo_testkit::{App, AppBuilder, Browser, Person, Tour, institutions};

use crate::load::{Load, Loader};

/// Screens of the tour that an address alone does not lead to, and the bank's, whose speed is the bank's own.
const OTHERS: [&str; 8] = [
    "institutions-found",
    "institutions-none",
    "institutions-down",
    "consent-open",
    "connecting-slow",
    "identify-wrong",
    "callback-unknown",
    "callback-noscript",
];

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(measure());
}

async fn measure() {
    println!(
        "| Screen | bytes | first paint | usable | layout shift | other hosts | pictures |\n|---|---|---|---|---|---|---|"
    );
    let program = env!("CARGO_BIN_EXE_vinculo");
    opening(App::builder(program)).await;
    for brands in [150, 1_000] {
        list(App::builder(program).settings_file(&institutions(brands)), brands).await;
    }
    // Long enough for five looks at the page that waits for the bank.
    screens(Tour::app(program).variable("VINCULO_BANK_TIMEOUT_SECONDS", "40")).await;
}

/// From the address with the token: the redirect counts.
async fn opening(app: AppBuilder) {
    let (Some(app), Some(browser)) = (app.start().await, Browser::measuring().await) else { return };
    let loader = Loader::begin(&browser, &app).await;
    let mut loads = Vec::new();
    for _ in 0..Loader::TIMES {
        let access = app.token(&app.token_body(&Person::RALPH)).await;
        loads.push(loader.load(&format!("{}/?access_token={access}&locale=pt", app.url)).await);
    }
    print("`start`, from the token's address", loads);
    browser.quit().await;
}

/// The list of institutions in a length.
async fn list(app: AppBuilder, brands: usize) {
    let (Some(app), Some(browser)) = (app.start().await, Browser::measuring().await) else { return };
    let access = app.token(&app.token_body(&Person::RALPH)).await;
    browser.goto(&format!("{}/?access_token={access}&locale=pt", app.url)).await.unwrap();
    browser.tap("#continue").await;
    browser.step("institutions").await;
    let loader = Loader::begin(&browser, &app).await;
    print(&format!("`institutions`, {brands} brands"), loader.here().await);
    println!("{}", loader.typing(brands).await);
    browser.quit().await;
}

/// Every other screen.
async fn screens(app: AppBuilder) {
    let (Some(app), Some(browser)) = (app.start().await, Browser::measuring().await) else { return };
    let tour = Tour::begin(&app, &browser, "pt").await;
    let loader = Loader::begin(&browser, &app).await;
    let mut look = async |screen: &str| {
        if !screen.starts_with("bank-") && !OTHERS.contains(&screen) {
            print(&format!("`{screen}`"), loader.here().await);
        }
    };
    loader.rest().await;
    tour.walk(&mut look).await;
    browser.quit().await;
}

fn print(name: &str, loads: Vec<Load>) {
    let median = |value: fn(&Load) -> f64| {
        let mut all: Vec<f64> = loads.iter().map(value).collect();
        all.sort_by(f64::total_cmp);
        all.get(all.len() / 2).copied().unwrap_or_default()
    };
    println!(
        "| {name} | {} | {:.0} ms | {:.0} ms | {:.3} | {} | {} |",
        median(|load| load.bytes as f64),
        median(|load| load.painted),
        median(|load| load.usable),
        median(|load| load.shift),
        median(|load| load.strangers as f64),
        median(|load| load.pictures as f64),
    );
}
