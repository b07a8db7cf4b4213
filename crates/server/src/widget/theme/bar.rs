//! The keys of the bar at the top.

use super::declarations::Declarations;
use super::{Color, READABLE, Scheme};

impl Scheme<'_> {
    pub(super) fn bar(&self, css: &mut Declarations) {
        let ground = self.color("--nav-bar-background-color");
        let behind = ground.unwrap_or(self.surface());
        if let Some(ground) = ground {
            css.color("--nav-bar-background-color", ground);
        }
        for key in ["--nav-bar-title-color", "--nav-bar-icon-color"] {
            let wanted = self.color(key).filter(|color| color.contrast(behind) >= READABLE);
            if let Some(color) = wanted.or(ground.map(Color::ink_on)) {
                css.color(key, color);
            }
        }
        if let Some(line) = self.color("--nav-bar-border-color") {
            css.color("--nav-bar-border-color", line);
        }
        self.glyphs(css);
    }

    /// The glyphs that the bar knows. The left one leads back, the right one leaves, whatever is drawn on them; a name that
    /// would promise something else (`help_outlined`) keeps the cross.
    fn glyphs(&self, css: &mut Declarations) {
        let plain = |key| self.value(key).map(|name| name.strip_suffix("_dark").unwrap_or(name));
        if plain("--nav-bar-left-icon") == Some("arrow_left") {
            css.put("--back-shaft", "inline");
        }
        if matches!(plain("--nav-bar-right-icon"), Some("close_outlined" | "close_circle")) {
            css.put("--close-ring", "inline");
        }
    }
}
