//! A list of custom properties.

use std::fmt::Write as _;

use super::Color;

/// Custom properties of one scheme, in order.
#[derive(Debug, Default)]
pub(super) struct Declarations(Vec<(String, String)>);

impl Declarations {
    pub(super) fn put(&mut self, key: &str, value: &str) {
        self.0.push((key.to_owned(), value.to_owned()));
    }

    pub(super) fn color(&mut self, key: &str, color: Color) {
        self.put(key, &color.css());
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn has(&self, key: &str) -> bool {
        self.0.iter().any(|(known, _)| known == key)
    }

    /// What the light scheme alone sets gives way to the stylesheet's own in the dark.
    pub(super) fn forget_what_only(&mut self, light: &Self) {
        for (key, _) in &light.0 {
            if !self.has(key) {
                self.put(key, "initial");
            }
        }
    }

    pub(super) fn css(&self) -> String {
        self.0.iter().fold(String::new(), |mut css, (key, value)| {
            let _ = write!(css, "{key}:{value};");
            css
        })
    }
}
