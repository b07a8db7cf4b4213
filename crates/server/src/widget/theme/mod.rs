//! Branding and theme as CSS custom properties. Values were checked when the token was made; here text that would not
//! be readable is given another colour.

mod banner;
mod bar;
mod button;
mod declarations;
mod field;

use vinculo_domain::WidgetConfig;

use self::declarations::Declarations;
use super::color::{Color, READABLE, VISIBLE};

/// Surfaces of the stylesheet.
const LIGHT: Color = Color([255.0, 255.0, 255.0]);
const DARK: Color = Color([18.0, 22.0, 27.0]);
/// What lies behind the page on a wide screen in the dark.
const DARK_OVERLAY: &str = "#0b0e12";

/// Keys that the stylesheet uses as they are, in both schemes.
const PLAIN: [&str; 11] = [
    "--nav-bar-title-align",
    "--nav-bar-icon-size",
    "--nav-bar-box-shadow",
    "--button-border-radius",
    "--button-opacity-disabled",
    "--banner-border-radius",
    "--banner-border-left-width",
    "--banner-title-font-weight",
    "--banner-body-font-weight",
    "--banner-box-shadow",
    "--input-text-border-radius",
];

/// Returns the style of one token; empty when it changes nothing.
pub(crate) fn style(config: &WidgetConfig) -> String {
    let mut light = Scheme::new(config, false).declarations();
    let mut dark = Scheme::new(config, true).declarations();
    dark.forget_what_only(&light);
    for key in PLAIN {
        if let Some(value) = config.theme.get(key) {
            light.put(key, value);
        }
    }
    if let Some(overlay) = &config.branding.overlay_background_color {
        // The reference forces 90 % opacity; nothing lies behind a page of our own, so white does.
        let solid = Color::parse(overlay.as_str(), LIGHT).map(|color| color.over(LIGHT, 0.9).css());
        light.put("--overlay", &solid.unwrap_or_default());
        dark.put("--overlay", DARK_OVERLAY);
    }
    if light.is_empty() && dark.is_empty() {
        return String::new();
    }
    let (light, dark) = (light.css(), dark.css());
    format!(
        ":root{{{light}}}@media(prefers-color-scheme:dark){{:root:not([data-scheme=light]){{{dark}}}}}:root[data-scheme=dark]{{{dark}}}"
    )
}

/// Tells whether labels sit on the border of their fields (`--input-text-label-variation`), as a token asked for.
pub(crate) fn outlined_labels(config: &WidgetConfig) -> bool {
    config.theme.get("--input-text-label-variation") == Some("outlined")
}

/// One of the two schemes of a token.
struct Scheme<'a> {
    config: &'a WidgetConfig,
    dark: bool,
}

impl<'a> Scheme<'a> {
    fn new(config: &'a WidgetConfig, dark: bool) -> Self {
        Self { config, dark }
    }

    fn surface(&self) -> Color {
        if self.dark { DARK } else { LIGHT }
    }

    /// Finds a value of the theme; in dark mode the key ends in `-dark`.
    fn value(&self, key: &str) -> Option<&'a str> {
        if self.dark { self.config.theme.get(&format!("{key}-dark")) } else { self.config.theme.get(key) }
    }

    /// Finds a colour of the theme.
    fn color(&self, key: &str) -> Option<Color> {
        self.value(key).and_then(|value| Color::parse(value, self.surface()))
    }

    /// Finds a colour of text on `ground`; one that cannot be read there is not taken.
    fn text(&self, key: &str, ground: Color) -> Option<Color> {
        self.color(key).filter(|color| color.contrast(ground) >= READABLE)
    }

    /// Finds a colour of a shape on `ground`: the nearest shade that can be seen there (WCAG 1.4.11).
    fn shape(&self, key: &str, ground: Color) -> Option<Color> {
        self.color(key).map(|color| color.at_least(VISIBLE, ground))
    }

    /// The one accent: a brand keeps its colour in the dark unless it names another one.
    fn accent(&self) -> Option<Color> {
        let brand = self.config.theme.get("--color-primary-base");
        self.color("--color-primary-base").or(brand.and_then(|value| Color::parse(value, self.surface())))
    }

    fn declarations(&self) -> Declarations {
        let mut css = Declarations::default();
        self.button(&mut css);
        self.bar(&mut css);
        self.field(&mut css);
        self.banner(&mut css);
        if let Some(text) = self.text("--tab-text-color", self.surface()) {
            css.color("--tab-text-color", text);
        }
        if let Some(line) = self.color("--tab-border-color") {
            css.color("--tab-border-color", line);
        }
        css
    }
}

#[cfg(test)]
mod tests;
