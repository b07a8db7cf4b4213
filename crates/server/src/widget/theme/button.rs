//! `--color-primary-base` and the keys of buttons.

use super::declarations::Declarations;
use super::{Color, READABLE, Scheme};

impl Scheme<'_> {
    pub(super) fn button(&self, css: &mut Declarations) {
        self.main(css);
        self.disabled(css);
    }

    fn main(&self, css: &mut Declarations) {
        let (given, text) = (self.accent(), self.color("--button-font-color"));
        if given.is_none() && text.is_none() {
            return;
        }
        let accent = given.unwrap_or(Color([6.0, 99.0, 249.0]));
        let on = text.unwrap_or(Color::WHITE);
        let on = if on.contrast(accent) >= READABLE { on } else { accent.ink_on() };
        css.color("--accent", accent);
        css.color("--on-accent", on);
        let tint = if self.dark { 0.2 } else { 0.09 };
        // Words in the accent also stand on its own tint, which is the harder ground.
        css.color("--accent-ink", accent.readable_on(accent.over(self.surface(), tint)));
        css.put("--accent-soft", &accent.tint(tint));
    }

    /// A button that has been tapped and waits.
    fn disabled(&self, css: &mut Declarations) {
        let ground = self.color("--button-background-color-disabled");
        if let Some(ground) = ground {
            css.color("--button-background-color-disabled", ground);
        }
        let behind = ground.or_else(|| self.accent()).unwrap_or(Color([6.0, 99.0, 249.0]));
        let text = self.text("--button-font-color-disabled", behind);
        if let Some(text) = text.or(ground.map(Color::ink_on)) {
            css.color("--button-font-color-disabled", text);
        }
        if let Some(line) = self.color("--button-border-color-disabled") {
            css.color("--button-border-color-disabled", line);
        }
    }
}
