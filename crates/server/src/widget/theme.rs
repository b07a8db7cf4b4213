//! Branding and theme as CSS custom properties. Values were checked when the token was made; here text that would not
//! be readable is given another colour.

use std::fmt::Write as _;

use vinculo_domain::WidgetConfig;

use super::color::{Color, READABLE};

/// Surfaces of the stylesheet.
const LIGHT: Color = Color([255.0, 255.0, 255.0]);
const DARK: Color = Color([18.0, 22.0, 27.0]);
/// Surface of fields.
const LIGHT_SUNK: Color = Color([245.0, 247.0, 249.0]);
const DARK_SUNK: Color = Color([26.0, 31.0, 38.0]);

/// Keys that the stylesheet uses as they are. Everything else of the theme is understood and has nothing to colour yet.
const PLAIN: [&str; 6] = [
    "--nav-bar-title-align",
    "--nav-bar-icon-size",
    "--nav-bar-box-shadow",
    "--button-border-radius",
    "--banner-border-radius",
    "--input-text-border-radius",
];

/// Returns the style of one token; empty when it changes nothing.
pub(crate) fn style(config: &WidgetConfig) -> String {
    let mut css = String::new();
    let mut light = Scheme::new(config, false).properties();
    for key in PLAIN {
        if let Some(value) = config.theme.get(key) {
            let _ = write!(light, "{key}:{value};");
        }
    }
    if let Some(overlay) = &config.branding.overlay_background_color {
        // The reference forces 90 % opacity; nothing lies behind a page of our own, so white does.
        let solid = Color::parse(overlay.as_str(), LIGHT).map(|color| color.css());
        let _ = write!(light, "--overlay:{};", solid.unwrap_or_default());
    }
    let dark = Scheme::new(config, true).properties();
    if light.is_empty() && dark.is_empty() {
        return css;
    }
    let _ = write!(
        css,
        ":root{{{light}}}@media(prefers-color-scheme:dark){{:root:not([data-scheme=light]){{{dark}}}}}:root[data-scheme=dark]{{{dark}}}"
    );
    css
}

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

    /// Finds a colour of the theme; in dark mode the key ends in `-dark`.
    fn color(&self, key: &str) -> Option<Color> {
        let name = if self.dark { format!("{key}-dark") } else { key.to_owned() };
        self.config.theme.get(&name).and_then(|value| Color::parse(value, self.surface()))
    }

    fn properties(&self) -> String {
        let mut css = String::new();
        self.accent(&mut css);
        self.bar(&mut css);
        self.fields(&mut css);
        if let Some(banner) = self.color("--banner-background-color-warning") {
            self.put(&mut css, "--banner-background-color", banner);
        }
        if self.dark {
            self.forget(&mut css);
        }
        css
    }

    fn put(&self, css: &mut String, key: &str, value: Color) {
        let _ = write!(css, "{key}:{};", value.css());
    }

    /// The one accent: a brand keeps its colour in the dark unless it names another one.
    fn accent(&self, css: &mut String) {
        let brand = self.config.theme.get("--color-primary-base").and_then(|v| Color::parse(v, self.surface()));
        let given = self.color("--color-primary-base").or(brand);
        let text = self.color("--button-font-color");
        if given.is_none() && text.is_none() {
            return;
        }
        let accent = given.unwrap_or(Color([6.0, 99.0, 249.0]));
        let on = text.unwrap_or(Color::WHITE);
        let on = if on.contrast(accent) >= READABLE { on } else { accent.ink_on() };
        self.put(css, "--accent", accent);
        self.put(css, "--on-accent", on);
        let tint = if self.dark { 0.2 } else { 0.09 };
        // Words in the accent also stand on its own tint, which is the harder ground.
        self.put(css, "--accent-ink", accent.readable_on(accent.over(self.surface(), tint)));
        let _ = write!(css, "--accent-soft:{};", accent.tint(tint));
    }

    fn bar(&self, css: &mut String) {
        let ground = self.color("--nav-bar-background-color");
        let behind = ground.unwrap_or(self.surface());
        if let Some(ground) = ground {
            self.put(css, "--nav-bar-background-color", ground);
        }
        for key in ["--nav-bar-title-color", "--nav-bar-icon-color"] {
            let wanted = self.color(key).filter(|color| color.contrast(behind) >= READABLE);
            if let Some(color) = wanted.or(ground.map(Color::ink_on)) {
                self.put(css, key, color);
            }
        }
        if let Some(line) = self.color("--nav-bar-border-color") {
            self.put(css, "--nav-bar-border-color", line);
        }
    }

    fn fields(&self, css: &mut String) {
        let ground = if self.dark { DARK_SUNK } else { LIGHT_SUNK };
        if let Some(line) = self.color("--input-text-outline-border-color") {
            self.put(css, "--input-text-outline-border-color", line);
        }
        for (key, behind) in [("--input-text-placeholder-color", ground), ("--input-text-label-color", self.surface())]
        {
            if let Some(color) = self.color(key).filter(|color| color.contrast(behind) >= READABLE) {
                self.put(css, key, color);
            }
        }
    }

    /// Light colours without a dark twin give way to the stylesheet's own dark ones.
    fn forget(&self, css: &mut String) {
        for key in [
            "--nav-bar-background-color",
            "--nav-bar-title-color",
            "--nav-bar-icon-color",
            "--nav-bar-border-color",
            "--input-text-outline-border-color",
            "--input-text-placeholder-color",
            "--input-text-label-color",
        ] {
            if self.config.theme.get(key).is_some() && !css.contains(key) {
                let _ = write!(css, "{key}:initial;");
            }
        }
        if self.config.branding.overlay_background_color.is_some() {
            css.push_str("--overlay:#0b0e12;");
        }
        if self.config.theme.get("--banner-background-color-warning").is_some() && !css.contains("--banner-background")
        {
            css.push_str("--banner-background-color:initial;");
        }
    }
}

#[cfg(test)]
mod tests {
    use vinculo_domain::{Feature, HexColor};

    use super::*;

    fn config(pairs: &[(&str, &str)]) -> WidgetConfig {
        let mut config = WidgetConfig::new(Feature::ConsentLinkCreation);
        for (key, value) in pairs {
            config.theme.accept(key, value).unwrap();
        }
        config
    }

    #[test]
    fn a_token_without_a_theme_adds_nothing() {
        assert_eq!(style(&config(&[])), "");
    }

    #[test]
    fn unreadable_button_text_is_replaced() {
        let css = style(&config(&[("--color-primary-base", "#FFE600"), ("--button-font-color", "#ffffff")]));
        assert!(css.contains("--accent:#ffe600;--on-accent:#11161d;"), "{css}");
        let css = style(&config(&[("--color-primary-base", "#7A00CC")]));
        assert!(css.contains("--accent:#7a00cc;--on-accent:#ffffff;--accent-ink:#7a00cc;"), "{css}");
    }

    #[test]
    fn a_dark_bar_gets_light_words_and_does_not_leak_into_dark_mode() {
        let css = style(&config(&[("--nav-bar-background-color", "#011432"), ("--nav-bar-title-color", "#000")]));
        let (light, dark) = css.split_once("@media").unwrap();
        assert!(light.contains("--nav-bar-background-color:#011432;--nav-bar-title-color:#ffffff;"), "{light}");
        assert!(dark.contains("--nav-bar-background-color:initial;"), "{dark}");
    }

    #[test]
    fn sizes_and_the_overlay_pass() {
        let mut config = config(&[("--button-border-radius", "24px")]);
        config.branding.overlay_background_color = Some(HexColor::parse("#F0F2F4").unwrap());
        let css = style(&config);
        assert!(css.contains("--button-border-radius:24px;") && css.contains("--overlay:#f0f2f4;"), "{css}");
    }
}
