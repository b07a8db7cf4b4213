//! Pictures of every screen, for people to look at: `cargo xtask gallery`. As a test: in every language, every screen fits the
//! narrowest phone.

use std::path::PathBuf;

use serde_json::json;
use vinculo_testkit::{Browser, Look, Tour, setting};

/// Where pictures go, if anywhere.
fn folder() -> Option<PathBuf> {
    setting("VINCULO_TEST_GALLERY_FOLDER").map(PathBuf::from)
}

/// Text whose lines have less than three letters each: something has taken its room.
const SQUEEZED: &str =
    "return [...document.querySelectorAll('main p, main dd, main dt, main li, main h1, main h2')].filter(e => {
    const text = e.innerText.trim(), line = parseFloat(getComputedStyle(e).lineHeight) || 24;
    return e.offsetParent && text.length > 12 && e.clientHeight / line > text.length / 3;
}).map(e => e.innerText.slice(0, 40))";

struct Photographer<'a> {
    browser: &'a Browser,
    locale: &'static str,
    looks: &'a [Look],
    folder: Option<PathBuf>,
    count: usize,
    wide: Vec<String>,
}

impl Photographer<'_> {
    async fn visit(&mut self, screen: &str) {
        // The bank speaks Portuguese, whatever the widget speaks.
        if self.locale != "pt" && screen.starts_with("bank-") {
            return;
        }
        self.count += 1;
        for look in self.looks {
            self.browser.look(look).await;
            let over = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
            let wide = self.browser.script(over).await;
            if wide != json!(0) {
                self.wide.push(format!("{screen} ({}, {}): {wide} px", self.locale, look.name));
            }
            let squeezed = self.browser.script(SQUEEZED).await;
            if squeezed != json!([]) {
                self.wide.push(format!("{screen} ({}, {}): squeezed: {squeezed}", self.locale, look.name));
            }
            if let Some(folder) = &self.folder {
                let name = format!("{:02}-{screen}.{}.{}.webp", self.count, self.locale, look.name);
                let picture = self.browser.webp(80, false).await;
                std::fs::write(folder.join(name), picture).unwrap();
            }
        }
        self.browser.look(&Look::LIGHT).await;
    }
}

async fn tour(locale: &'static str, looks: &[Look]) {
    let Some(browser) = Browser::start().await else { return };
    let Some(app) = Tour::app(env!("CARGO_BIN_EXE_vinculo")).start().await else { return };
    let tour = Tour::begin(&app, &browser, locale).await;
    let mut photographer =
        Photographer { browser: &browser, locale, looks, folder: folder(), count: 0, wide: Vec::new() };
    tour.walk(&mut async |screen: &str| photographer.visit(screen).await).await;
    assert!(photographer.count > 20, "only {} screens", photographer.count);
    assert!(photographer.wide.is_empty(), "wider than the screen, or squeezed: {:#?}", photographer.wide);
    browser.quit().await;
}

#[tokio::test]
async fn every_screen_fits_in_portuguese() {
    let looks = [Look::LIGHT, Look::DARK, Look::NARROW, Look::LARGE, Look::DESKTOP];
    tour("pt", if folder().is_some() { &looks } else { &looks[4..] }).await;
}

#[tokio::test]
async fn every_screen_fits_in_english() {
    let looks = [Look::LIGHT, Look::NARROW];
    tour("en", if folder().is_some() { &looks } else { &looks[1..] }).await;
}

#[tokio::test]
async fn every_screen_fits_in_spanish() {
    let looks = [Look::LIGHT, Look::NARROW];
    tour("es", if folder().is_some() { &looks } else { &looks[1..] }).await;
}
