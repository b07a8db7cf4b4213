//! The keys of banners: notices, and the signs of success and failure.

use super::declarations::Declarations;
use super::{Color, READABLE, Scheme, VISIBLE};

const KINDS: [&str; 4] = ["error", "info", "success", "warning"];

impl Scheme<'_> {
    pub(super) fn banner(&self, css: &mut Declarations) {
        let common = self.color("--banner-background-color");
        if let Some(line) = self.color("--banner-border-color") {
            css.color("--banner-border-color", line);
            css.put("--banner-border-width", "1px");
        }
        let mut edged = false;
        for kind in KINDS {
            let own = self.color(&format!("--banner-background-color-{kind}"));
            let ground = own.or(common);
            if let Some(ground) = ground {
                css.color(&format!("--banner-background-color-{kind}"), ground);
            }
            let behind = ground.unwrap_or(self.surface());
            if let Some(icon) = self.color(&format!("--banner-icon-color-{kind}")) {
                css.color(&format!("--banner-icon-color-{kind}"), icon.at_least(VISIBLE, behind));
            } else if let Some(ground) = ground {
                css.color(&format!("--banner-icon-color-{kind}"), ground.ink_on());
            }
            self.words(css, kind, ground);
            if let Some(edge) = self.color(&format!("--banner-border-color-left-{kind}")) {
                css.color(&format!("--banner-border-color-left-{kind}"), edge);
                edged = true;
            }
        }
        // The reference's width, where a token names the colour alone.
        if edged && self.config.theme.get("--banner-border-left-width").is_none() {
            css.put("--banner-border-left-width", "4px");
        }
    }

    /// Title and body, each readable on the banner's own ground.
    fn words(&self, css: &mut Declarations, kind: &str, ground: Option<Color>) {
        let behind = ground.unwrap_or(self.surface());
        for (key, name) in [("--banner-title-color", "title"), ("--banner-body-color", "body")] {
            let wanted = self.color(key).filter(|color| color.contrast(behind) >= READABLE);
            if let Some(color) = wanted.or(ground.map(Color::ink_on)) {
                css.color(&format!("--banner-{name}-{kind}"), color);
            }
        }
    }
}
