//! Theme keys of the reference (belvo-widget 8) and the values that may be written into a style sheet.

use serde::{Deserialize, Serialize};

use crate::Invalid;

/// A colour as `#` and six hex digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HexColor(String);

impl HexColor {
    /// Reads `#rrggbb`.
    ///
    /// # Errors
    /// Anything else.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if hex_digits(text) == Some(6) { Ok(Self(text.to_owned())) } else { Err(wrong("a colour such as #F0F2F4")) }
    }

    /// Returns the colour as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The keys that a token set, each with a value that is safe in CSS.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Theme(Vec<(String, String)>);

/// What kind of value a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Color,
    Length,
    Weight,
    Opacity,
    Shadow,
    Icon,
    OneOf(&'static [&'static str]),
}

const KEYS: &[(&str, Kind)] = &[
    ("--color-primary-base", Kind::Color),
    ("--nav-bar-title-color", Kind::Color),
    ("--nav-bar-title-align", Kind::OneOf(&["center", "start", "end"])),
    ("--nav-bar-icon-color", Kind::Color),
    ("--nav-bar-icon-size", Kind::Length),
    ("--nav-bar-background-color", Kind::Color),
    ("--nav-bar-box-shadow", Kind::Shadow),
    ("--nav-bar-border-color", Kind::Color),
    ("--nav-bar-left-icon", Kind::Icon),
    ("--nav-bar-right-icon", Kind::Icon),
    ("--button-font-color", Kind::Color),
    ("--button-font-color-disabled", Kind::Color),
    ("--button-border-radius", Kind::Length),
    ("--button-background-color-disabled", Kind::Color),
    ("--button-opacity-disabled", Kind::Opacity),
    ("--button-border-color-disabled", Kind::Color),
    ("--banner-border-radius", Kind::Length),
    ("--banner-background-color", Kind::Color),
    ("--banner-background-color-error", Kind::Color),
    ("--banner-background-color-info", Kind::Color),
    ("--banner-background-color-success", Kind::Color),
    ("--banner-background-color-warning", Kind::Color),
    ("--banner-border-left-width", Kind::Length),
    ("--banner-border-color", Kind::Color),
    ("--banner-border-color-left-error", Kind::Color),
    ("--banner-border-color-left-success", Kind::Color),
    ("--banner-border-color-left-info", Kind::Color),
    ("--banner-border-color-left-warning", Kind::Color),
    ("--banner-icon-color-error", Kind::Color),
    ("--banner-icon-color-success", Kind::Color),
    ("--banner-icon-color-info", Kind::Color),
    ("--banner-icon-color-warning", Kind::Color),
    ("--banner-title-color", Kind::Color),
    ("--banner-body-color", Kind::Color),
    ("--banner-title-font-weight", Kind::Weight),
    ("--banner-body-font-weight", Kind::Weight),
    ("--banner-box-shadow", Kind::Shadow),
    ("--input-text-border-radius", Kind::Length),
    ("--input-text-border-color", Kind::Color),
    ("--input-text-outline-border-color", Kind::Color),
    ("--input-text-placeholder-color", Kind::Color),
    ("--input-text-label-color", Kind::Color),
    ("--input-text-label-color-error", Kind::Color),
    ("--input-text-label-variation", Kind::OneOf(&["outlined", "top"])),
    ("--input-text-icon-color", Kind::Color),
    ("--tab-text-color", Kind::Color),
    ("--tab-border-color", Kind::Color),
];

impl Theme {
    /// Takes one pair. Unknown keys are ignored, as the reference advises; a later pair replaces an earlier one.
    ///
    /// # Errors
    /// A known key with a value that does not belong there.
    pub fn accept(&mut self, key: &str, value: &str) -> Result<(), Invalid> {
        let Some(kind) = kind_of(key) else { return Ok(()) };
        let value = value.trim();
        match kind.check(value) {
            Ok(()) => self.put(key, value),
            // The published example for this key is itself malformed (`#09EE354`): copying it must not break a token.
            Err(_) if key.starts_with("--button-border-color-disabled") => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn put(&mut self, key: &str, value: &str) {
        self.0.retain(|(known, _)| known != key);
        self.0.push((key.to_owned(), value.to_owned()));
    }

    /// Returns the pairs in the order in which they were given.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Returns the value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.iter().find(|(known, _)| *known == key).map(|(_, value)| value)
    }
}

/// Finds what a key takes; colours and icons also exist with `-dark`.
fn kind_of(key: &str) -> Option<Kind> {
    let find = |name: &str| KEYS.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
    find(key).or_else(|| find(key.strip_suffix("-dark")?).filter(|kind| matches!(kind, Kind::Color | Kind::Icon)))
}

impl Kind {
    fn check(self, value: &str) -> Result<(), Invalid> {
        let (good, wanted) = match self {
            Self::Color => (is_color(value), "a colour in HEX, RGB or RGBA"),
            Self::Length => (is_length(value), "a size such as 8px"),
            Self::Weight => (is_weight(value), "a font weight from 100 to 900"),
            Self::Opacity => (is_fraction(value), "a number from 0 to 1"),
            Self::Shadow => (is_shadow(value), "none, or offsets, blur, spread and a colour"),
            Self::Icon => (is_icon(value), "the name of an icon"),
            Self::OneOf(choices) if choices.contains(&value) => (true, ""),
            Self::OneOf(_) => return Err(Invalid::choice(value)),
        };
        if good { Ok(()) } else { Err(wrong(wanted)) }
    }
}

fn wrong(wanted: &str) -> Invalid {
    Invalid::new(format!("Enter {wanted}."))
}

fn hex_digits(text: &str) -> Option<usize> {
    let digits = text.strip_prefix('#')?;
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then_some(digits.len())
}

fn is_color(text: &str) -> bool {
    if let Some(digits) = hex_digits(text) {
        return matches!(digits, 3 | 4 | 6 | 8);
    }
    let lower = text.to_ascii_lowercase();
    let inner = |prefix: &str| lower.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(')')).map(str::to_owned);
    let Some(inner) = inner("rgba(").or_else(|| inner("rgb(")) else { return false };
    let parts: Vec<&str> = inner.split(',').map(str::trim).collect();
    let byte = |part: &&str| part.len() <= 3 && part.parse::<u8>().is_ok() && !part.starts_with('+');
    match parts.as_slice() {
        [rgb @ .., alpha] if rgb.len() == 3 => rgb.iter().all(byte) && is_fraction(alpha),
        rgb => rgb.len() == 3 && rgb.iter().all(byte),
    }
}

/// Up to four digits, with a fraction of up to three: nothing that CSS could read in another way.
fn is_number(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    digits(whole, 4) && digits(fraction, 3)
}

fn is_fraction(text: &str) -> bool {
    let text = if text.starts_with('.') { format!("0{text}") } else { text.to_owned() };
    is_number(&text) && text.parse::<f32>().is_ok_and(|n| n <= 1.0)
}

fn is_length(text: &str) -> bool {
    ["px", "rem", "em", "%"].iter().find_map(|unit| text.strip_suffix(unit)).map_or(text == "0", is_number)
}

fn is_weight(text: &str) -> bool {
    matches!(text, "normal" | "bold") || (text.len() == 3 && text.ends_with("00") && is_number(text) && text != "000")
}

fn is_icon(text: &str) -> bool {
    (1..=40).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// `none`, or two to four lengths and a colour, one shadow only.
fn is_shadow(text: &str) -> bool {
    if text == "none" {
        return true;
    }
    let at = text.find('#').or_else(|| text.find("rgb")).unwrap_or(text.len());
    let (lengths, color) = text.split_at(at);
    let lengths: Vec<&str> = lengths.split_ascii_whitespace().collect();
    let length = |part: &&str| is_length(part.strip_prefix('-').unwrap_or(part));
    (2..=4).contains(&lengths.len()) && lengths.iter().all(length) && is_color(color)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn accepts(key: &str, value: &str) -> bool {
        Theme::default().accept(key, value).is_ok()
    }

    #[test]
    fn the_defaults_of_the_reference_are_accepted() {
        for (key, value) in [
            ("--color-primary-base", "#0663F9"),
            ("--color-primary-base-dark", "rgba(6, 99, 249, 0.5)"),
            ("--nav-bar-title-align", "start"),
            ("--nav-bar-icon-size", "24px"),
            ("--nav-bar-box-shadow", "none"),
            ("--nav-bar-left-icon-dark", "arrow_left_dark"),
            ("--button-opacity-disabled", "0.2"),
            ("--nav-bar-box-shadow", "0 1rem 2px #000"),
            ("--banner-title-font-weight", "600"),
            ("--banner-box-shadow", "0 2px 4px 0 rgba(0, 0, 0, 0.05)"),
            ("--banner-border-left-width", "0"),
            ("--input-text-label-variation", "outlined"),
        ] {
            assert!(accepts(key, value), "{key}: {value}");
        }
    }

    #[test]
    fn values_that_could_leave_their_place_are_refused() {
        for value in ["red;}body{", "url(https://a.example)", "expression(1)", "#12345", "rgb(1,2)", "rgb(1,2,300)", ""]
        {
            assert!(!accepts("--color-primary-base", value), "{value}");
        }
        for value in ["8", "px", "calc(1px)", "-1px", "99999px", "8px;"] {
            assert!(!accepts("--button-border-radius", value), "{value}");
        }
        for value in ["0 0 0 url(x)", "2px #000", "1px 1px 1px 1px 1px #000", "0 0 #000, 0 0 #fff", "1px 1px"] {
            assert!(!accepts("--banner-box-shadow", value), "{value}");
        }
        assert!(!accepts("--nav-bar-title-align", "left"));
        assert!(!accepts("--banner-title-font-weight", "650"));
        assert!(!accepts("--button-opacity-disabled", "1.1"));
    }

    #[test]
    fn unknown_keys_and_the_published_malformed_value_are_ignored() {
        let mut theme = Theme::default();
        theme.accept("--nonsense", "}{").unwrap();
        theme.accept("--button-border-radius-dark", "}{").unwrap();
        theme.accept("--button-border-color-disabled", "#09EE354").unwrap();
        assert_eq!(theme.iter().count(), 0);
    }

    #[test]
    fn the_last_value_of_a_key_counts() {
        let mut theme = Theme::default();
        theme.accept("--tab-text-color", "#111111").unwrap();
        theme.accept("--tab-text-color", "#222222").unwrap();
        assert_eq!(theme.get("--tab-text-color"), Some("#222222"));
    }

    proptest! {
        #[test]
        fn nothing_that_ends_a_declaration_is_ever_kept(at in 0..KEYS.len(), value in "\\PC{0,30}") {
            let mut theme = Theme::default();
            let _ = theme.accept(KEYS[at].0, &value);
            for (_, kept) in theme.iter() {
                let unsafe_in_css = [';', '{', '}', '\\', '"', '\'', '<', '/', ':'];
                    let escapes = kept.contains(unsafe_in_css);
                    prop_assert!(!escapes);
            }
        }
    }
}
