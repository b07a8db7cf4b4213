//! The square behind a logo: the brand's colour and initial, seen until the picture is there and where it never comes.

use vinculo_domain::{ChosenInstitution, Institution};

use super::color::Color;

/// One tile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tile {
    /// Names the colour in the stylesheet.
    pub(crate) key: String,
    /// Initial of the brand.
    pub(crate) letter: String,
    /// Address of the logo.
    pub(crate) logo: Option<String>,
}

impl Tile {
    /// Makes the tile of a chosen institution.
    pub(crate) fn of(chosen: &ChosenInstitution) -> Self {
        Self::new(&chosen.display_name, chosen.logo.as_deref(), &chosen.primary_color)
    }

    /// Makes the tile of an institution of the list.
    pub(crate) fn of_listed(institution: &Institution) -> Self {
        Self::new(&institution.display_name, institution.logo.as_deref(), &institution.primary_color)
    }

    /// The tile of an institution that is not known any more.
    pub(crate) fn nameless() -> Self {
        Self::new("", None, "")
    }

    fn new(name: &str, logo: Option<&str>, color: &str) -> Self {
        // The directory is somebody else's: a colour that is none becomes a quiet grey.
        let color = color.strip_prefix('#').filter(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()));
        let logo = logo.filter(|url| url.starts_with("https://") || url.starts_with("http://")).map(str::to_owned);
        Self { key: color.unwrap_or("5b6572").to_ascii_lowercase(), letter: initial(name), logo }
    }

    /// Writes the colour into the page's style.
    pub(crate) fn style(&self) -> String {
        let ink = Color::parse(&format!("#{}", self.key), Color::WHITE).map_or(Color::WHITE, Color::ink_on);
        format!("[data-tile=\"{0}\"]{{--tile:#{0};--tile-ink:{1}}}", self.key, ink.css())
    }
}

/// Returns the first letter or digit of a name, in capitals; names that begin with "OF " or "Banco " begin after it.
pub(crate) fn initial(name: &str) -> String {
    let name = name.strip_prefix("OF ").or_else(|| name.strip_prefix("Banco ")).unwrap_or(name);
    let first = name.chars().find(|c| c.is_alphanumeric());
    first.map(|c| c.to_uppercase().collect()).unwrap_or_else(|| "•".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_colour_never_reaches_the_stylesheet() {
        for color in ["red;}", "#12", "#12345g", "", "#1234567"] {
            assert_eq!(Tile::new("Banco Azul", None, color).key, "5b6572", "{color}");
        }
        assert!(Tile::new("x", None, "#FFE600").style().contains("--tile:#ffe600;--tile-ink:#11161d"));
    }

    #[test]
    fn initials_skip_what_every_bank_is_called() {
        assert_eq!(initial("OF Mock Bank"), "M");
        assert_eq!(initial("Banco Ágil"), "Á");
        assert_eq!(initial("99 Pay"), "9");
        assert_eq!(initial("…"), "•");
    }

    #[test]
    fn pictures_come_from_the_web_only() {
        assert!(Tile::new("x", Some("javascript:alert(1)"), "#000000").logo.is_none());
        assert!(Tile::new("x", Some("https://a.example/l.svg"), "#000000").logo.is_some());
    }
}
