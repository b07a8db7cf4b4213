//! The keys of fields.

use super::declarations::Declarations;
use super::{Color, Scheme, outlined_labels};

/// Surface of fields.
const LIGHT_SUNK: Color = Color([245.0, 247.0, 249.0]);
const DARK_SUNK: Color = Color([26.0, 31.0, 38.0]);

impl Scheme<'_> {
    pub(super) fn field(&self, css: &mut Declarations) {
        let ground = if self.dark { DARK_SUNK } else { LIGHT_SUNK };
        // The border shows where the field is, so it must be seen on either side.
        let line = |key| self.shape(key, ground).map(|color| color.at_least(super::VISIBLE, self.surface()));
        let (around, outline) = (line("--input-text-border-color"), line("--input-text-outline-border-color"));
        let border = if outlined_labels(self.config) { outline.or(around) } else { around.or(outline) };
        if let Some(border) = border {
            css.color("--field-line", border);
        }
        if let Some(icon) = self.shape("--input-text-icon-color", ground) {
            css.color("--input-text-icon-color", icon);
        }
        let texts = [
            ("--input-text-placeholder-color", ground),
            ("--input-text-label-color", self.surface()),
            ("--input-text-label-color-error", self.surface()),
        ];
        for (key, behind) in texts {
            if let Some(color) = self.text(key, behind) {
                css.color(key, color);
            }
        }
    }
}
