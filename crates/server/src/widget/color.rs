//! Colours and how readable they are on each other (WCAG 2.2, 1.4.3).

/// Red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Color(pub(crate) [f32; 3]);

/// Least contrast of text.
pub(crate) const READABLE: f32 = 4.5;

/// Least contrast of shapes that must be seen (WCAG 2.2, 1.4.11).
pub(crate) const VISIBLE: f32 = 3.0;

impl Color {
    pub(crate) const WHITE: Self = Self([255.0; 3]);
    pub(crate) const INK: Self = Self([17.0, 22.0, 29.0]);

    /// Reads a colour that was checked when the token was made: HEX with 3, 4, 6 or 8 digits, `rgb()` or `rgba()`.
    /// A see-through colour is laid on `below`.
    pub(crate) fn parse(text: &str, below: Self) -> Option<Self> {
        let (rgb, alpha) = if let Some(digits) = text.strip_prefix('#') { hex(digits)? } else { function(text)? };
        Some(Self(rgb).over(below, alpha))
    }

    /// Lays this colour on another one.
    pub(crate) fn over(self, below: Self, alpha: f32) -> Self {
        let mut mixed = below.0;
        for (channel, own) in mixed.iter_mut().zip(self.0) {
            *channel = own * alpha + *channel * (1.0 - alpha);
        }
        Self(mixed)
    }

    /// Contrast from 1 to 21.
    pub(crate) fn contrast(self, other: Self) -> f32 {
        let (a, b) = (self.luminance() + 0.05, other.luminance() + 0.05);
        if a > b { a / b } else { b / a }
    }

    fn luminance(self) -> f32 {
        let linear = |channel: f32| {
            let part = channel / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        let [r, g, b] = self.0;
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    }

    /// White or ink, whichever reads better on this colour.
    pub(crate) fn ink_on(self) -> Self {
        if self.contrast(Self::WHITE) >= self.contrast(Self::INK) { Self::WHITE } else { Self::INK }
    }

    /// This colour, or the nearest darker or lighter shade of it that reads well on `surface`.
    pub(crate) fn readable_on(self, surface: Self) -> Self {
        self.at_least(READABLE, surface)
    }

    /// This colour, or the nearest darker or lighter shade of it that has this contrast to `surface`.
    pub(crate) fn at_least(self, contrast: f32, surface: Self) -> Self {
        let towards = surface.ink_on();
        (0..=10u8)
            .map(|step| towards.over(self, f32::from(step) / 10.0))
            .find(|shade| shade.contrast(surface) >= contrast)
            .unwrap_or(towards)
    }

    /// `#rrggbb`.
    pub(crate) fn css(self) -> String {
        let [r, g, b] = self.0.map(byte);
        format!("#{r:02x}{g:02x}{b:02x}")
    }

    /// The colour as a see-through tint.
    pub(crate) fn tint(self, alpha: f32) -> String {
        let [r, g, b] = self.0.map(byte);
        format!("rgba({r},{g},{b},{alpha})")
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte just before")]
fn byte(channel: f32) -> u8 {
    channel.round().clamp(0.0, 255.0) as u8
}

fn hex(digits: &str) -> Option<([f32; 3], f32)> {
    let wide: String = if digits.len() < 6 { digits.chars().flat_map(|c| [c, c]).collect() } else { digits.to_owned() };
    let at = |i: usize| u8::from_str_radix(wide.get(i..i + 2)?, 16).ok().map(f32::from);
    Some(([at(0)?, at(2)?, at(4)?], at(6).map_or(1.0, |alpha| alpha / 255.0)))
}

fn function(text: &str) -> Option<([f32; 3], f32)> {
    let inner = text.split_once('(')?.1.strip_suffix(')')?;
    let parts: Vec<f32> = inner.split(',').filter_map(|part| part.trim().parse().ok()).collect();
    let [r, g, b] = *parts.get(..3)? else { return None };
    Some(([r, g, b], parts.get(3).copied().unwrap_or(1.0).clamp(0.0, 1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn color(text: &str) -> Color {
        Color::parse(text, Color::WHITE).unwrap()
    }

    #[test]
    fn every_spelling_is_read() {
        assert_eq!(color("#0663F9").css(), "#0663f9");
        assert_eq!(color("#fff"), Color::WHITE);
        assert_eq!(color("rgb(6, 99, 249)").css(), "#0663f9");
        assert_eq!(color("rgba(0, 0, 0, 0)"), Color::WHITE);
        assert_eq!(color("#00000000"), Color::WHITE);
        for text in ["#", "#12", "red", "rgb(1,2)", "#gggggg"] {
            assert!(Color::parse(text, Color::WHITE).is_none(), "{text}");
        }
    }

    #[test]
    fn contrast_is_that_of_the_standard() {
        assert!((Color::WHITE.contrast(color("#000")) - 21.0).abs() < 0.01);
        assert!((Color::WHITE.contrast(color("#767676")) - 4.54).abs() < 0.01);
    }

    #[test]
    fn a_pale_accent_gets_dark_text_and_a_darker_shade_for_words() {
        let yellow = color("#FFE600");
        assert_eq!(yellow.ink_on(), Color::INK);
        assert!(yellow.readable_on(Color::WHITE).contrast(Color::WHITE) >= READABLE);
        assert_eq!(color("#0663f9").readable_on(Color::WHITE), color("#0663f9"));
    }
}
