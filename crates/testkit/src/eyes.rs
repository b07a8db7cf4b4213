//! What a person's eyes, device and settings change about a page: width, colour scheme, size of text, stillness.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::Browser;

/// A colour scheme of the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Light surfaces.
    Light,
    /// Dark surfaces.
    Dark,
}

/// How somebody looks at a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Name in reports and file names.
    pub name: &'static str,
    /// Colour scheme.
    pub scheme: Scheme,
    /// Width of the screen in CSS pixels.
    pub width: u32,
    /// Height of the screen in CSS pixels.
    pub height: u32,
    /// Size of text in per cent, as set in the browser.
    pub text: u32,
}

impl Look {
    /// A phone as most have it.
    pub const LIGHT: Self = Self { name: "light", scheme: Scheme::Light, width: 390, height: 844, text: 100 };
    /// The same phone in the dark.
    pub const DARK: Self = Self { name: "dark", scheme: Scheme::Dark, ..Self::LIGHT };
    /// The narrowest screen that the standard asks for (WCAG 1.4.10).
    pub const NARROW: Self = Self { name: "320", width: 320, height: 640, ..Self::LIGHT };
    /// The same in the dark.
    pub const NARROW_DARK: Self = Self { name: "320-dark", scheme: Scheme::Dark, ..Self::NARROW };
    /// Text twice as large (WCAG 1.4.4).
    pub const LARGE: Self = Self { name: "200", text: 200, ..Self::LIGHT };
    /// The same in the dark.
    pub const LARGE_DARK: Self = Self { name: "200-dark", scheme: Scheme::Dark, ..Self::LARGE };
    /// A desktop.
    pub const DESKTOP: Self = Self { name: "desktop", width: 1_280, height: 860, ..Self::LIGHT };

    /// Light and dark, narrow, and with large text: what every screen must stand.
    pub const ALL: [Self; 6] =
        [Self::LIGHT, Self::DARK, Self::NARROW, Self::NARROW_DARK, Self::LARGE, Self::LARGE_DARK];
}

impl Browser {
    /// Looks at the page in this way from now on. Motion is reduced, so that pictures are still.
    pub async fn look(&self, look: &Look) {
        let scheme = if look.scheme == Scheme::Dark { "dark" } else { "light" };
        let features = json!([
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]);
        self.devtools("Emulation.setEmulatedMedia", json!({"features": features})).await;
        let phone = look.width < 1_000;
        let screen = json!({"width": look.width, "height": look.height, "deviceScaleFactor": 2, "mobile": phone});
        self.devtools("Emulation.setDeviceMetricsOverride", screen).await;
        let sizes = json!({"standard": 16 * look.text / 100, "fixed": 13 * look.text / 100});
        self.devtools("Page.setFontSizes", json!({"fontSizes": sizes})).await;
    }

    /// Makes every page loaded from now on stand still: timers of half a second and more never run out, so that what goes on by
    /// itself can be looked at for as long as it takes.
    pub async fn hold_timers(&self) {
        let source = "(() => { const later = window.setTimeout;
            window.setTimeout = (run, after, ...more) => after >= 500 ? 0 : later(run, after, ...more); })()";
        self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": source})).await;
    }

    /// Plays every animation to its end.
    pub async fn settle_animations(&self) {
        self.script("document.getAnimations().forEach(a => { try { a.finish(); } catch { a.cancel(); } });").await;
    }

    /// Takes a compressed picture (WebP): of the screen, or of the whole page.
    pub async fn webp(&self, quality: u8, whole: bool) -> Vec<u8> {
        let parameters = json!({"format": "webp", "quality": quality, "captureBeyondViewport": whole});
        let picture = self.devtools("Page.captureScreenshot", parameters).await;
        STANDARD.decode(picture["data"].as_str().unwrap()).unwrap()
    }

    /// Evaluates a program in the page, whatever its policy says.
    pub async fn evaluate(&self, program: &str) -> Value {
        self.devtools("Runtime.evaluate", json!({"expression": program, "returnByValue": false})).await
    }

    /// Reloads until an element is there: for pages whose timers are held.
    pub async fn reload_until(&self, css: &str) {
        crate::eventually(css, || async {
            let found = self.script(&format!("return !!document.querySelector({})", json!(css))).await;
            if found == json!(true) {
                return Some(());
            }
            self.refresh().await.ok()?;
            None
        })
        .await;
    }
}
