use std::str::FromStr;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::Invalid;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $text)] $variant,)*
        }

        impl $name {
            /// All values.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Returns the name on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                Self::ALL.iter().copied().find(|v| v.as_str() == text).ok_or_else(|| Invalid::choice(text))
            }
        }
    };
}

words! {
    /// Whether a link is kept fresh.
    AccessMode {
        /// One pull of the history; later only on request.
        Single = "single",
        /// Refreshed on schedule.
        Recurrent = "recurrent",
    }
}

words! {
    /// Whether a link can be used.
    LinkStatus {
        /// Usable.
        Valid = "valid",
        /// The consent is broken, revoked or has run out.
        Invalid = "invalid",
        /// Creation has not been completed.
        Unconfirmed = "unconfirmed",
        /// Never reached over open finance; kept because clients filter by it.
        TokenRequired = "token_required",
    }
}

words! {
    /// How often a recurrent link is refreshed.
    RefreshRate {
        /// Every six hours.
        Hours6 = "6h",
        /// Every twelve hours.
        Hours12 = "12h",
        /// Daily.
        Hours24 = "24h",
        /// Weekly; the default.
        Days7 = "7d",
        /// Monthly.
        Days30 = "30d",
    }
}

impl RefreshRate {
    /// Returns the time between two refreshes.
    pub fn interval(self) -> SignedDuration {
        SignedDuration::from_hours(match self {
            Self::Hours6 => 6,
            Self::Hours12 => 12,
            Self::Hours24 => 24,
            Self::Days7 => 7 * 24,
            Self::Days30 => 30 * 24,
        })
    }
}

/// For how many days data stays that nobody reads: `^\d{1,3}d$`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StaleIn(u16);

impl StaleIn {
    /// Returns the days.
    pub fn days(self) -> u16 {
        self.0
    }
}

impl Default for StaleIn {
    fn default() -> Self {
        Self(365)
    }
}

impl FromStr for StaleIn {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let refused = || Invalid::new("This value does not match the required pattern.");
        let days = text.strip_suffix('d').ok_or_else(refused)?;
        if !(1..=3).contains(&days.len()) || !days.bytes().all(|b| b.is_ascii_digit()) {
            return Err(refused());
        }
        days.parse().map(Self).map_err(|_| refused())
    }
}

impl TryFrom<String> for StaleIn {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

impl From<StaleIn> for String {
    fn from(value: StaleIn) -> Self {
        format!("{}d", value.0)
    }
}

impl std::fmt::Display for StaleIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}d", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stale_in_takes_one_to_three_digits_and_a_d() {
        assert_eq!("42d".parse::<StaleIn>().unwrap().days(), 42);
        for text in ["", "d", "42", "1000d", "-1d", "4 d", "42D", "४२d"] {
            assert!(text.parse::<StaleIn>().is_err(), "{text}");
        }
    }
}
