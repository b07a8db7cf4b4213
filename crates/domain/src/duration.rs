use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Invalid;

/// For how long the user shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "Option<u32>", into = "Option<u32>")]
pub enum ConsentDuration {
    /// Until revoked: *Indeterminado*.
    #[default]
    Undefined,
    /// 366 days.
    Months12,
    /// 275 days.
    Months9,
    /// 183 days.
    Months6,
    /// 92 days.
    Months3,
    /// One day: to prove oneself at a bank. Nobody can choose it.
    Day,
}

impl ConsentDuration {
    /// The choices in the order in which people see them, which never changes. [`Self::Day`] is none of them.
    pub const ALL: [Self; 5] = [Self::Undefined, Self::Months12, Self::Months9, Self::Months6, Self::Months3];

    /// Returns the days, or `None` for an undefined duration.
    pub fn days(self) -> Option<u32> {
        match self {
            Self::Undefined => None,
            Self::Months12 => Some(366),
            Self::Months9 => Some(275),
            Self::Months6 => Some(183),
            Self::Months3 => Some(92),
            Self::Day => Some(1),
        }
    }

    /// Returns the months, or `None` for a duration that is not counted in them.
    pub fn months(self) -> Option<u32> {
        match self {
            Self::Undefined | Self::Day => None,
            Self::Months12 => Some(12),
            Self::Months9 => Some(9),
            Self::Months6 => Some(6),
            Self::Months3 => Some(3),
        }
    }

    /// Returns the choice that a number of days preselects; anything but the four is undefined.
    pub fn preselect(days: Option<u64>) -> Self {
        Self::ALL.into_iter().find(|d| d.days().map(u64::from) == days).unwrap_or_default()
    }

    /// Returns the value of the form field: `undefined`, `366`, `275`, `183`, `92`.
    pub fn form_value(self) -> String {
        self.days().map_or_else(|| "undefined".to_owned(), |days| days.to_string())
    }

    /// Reads the value of the form field.
    ///
    /// # Errors
    /// Anything but the five choices.
    pub fn from_form(text: &str) -> Result<Self, Invalid> {
        Self::ALL.into_iter().find(|d| d.form_value() == text).ok_or_else(|| Invalid::choice(text))
    }

    /// Returns when a consent given at `start` ends. A year is cut to what the network allows (at most one
    /// calendar year ahead), so that 366 days never exceed it.
    pub fn end(self, start: Timestamp) -> Option<Timestamp> {
        let days = self.days()?;
        let wanted = start.checked_add(SignedDuration::from_hours(24 * i64::from(days))).ok()?;
        let year = start.to_zoned(jiff::tz::TimeZone::UTC).checked_add(jiff::Span::new().years(1)).ok()?;
        Some(wanted.min(year.timestamp()))
    }
}

impl TryFrom<Option<u32>> for ConsentDuration {
    type Error = Invalid;

    fn try_from(days: Option<u32>) -> Result<Self, Invalid> {
        let mut known = Self::ALL.into_iter().chain([Self::Day]);
        known.find(|d| d.days() == days).ok_or_else(|| Invalid::new("Not a duration of the standard."))
    }
}

impl From<ConsentDuration> for Option<u32> {
    fn from(duration: ConsentDuration) -> Self {
        duration.days()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_four_numbers_preselect() {
        assert_eq!(ConsentDuration::preselect(Some(183)), ConsentDuration::Months6);
        assert_eq!(ConsentDuration::preselect(Some(184)), ConsentDuration::Undefined);
        assert_eq!(ConsentDuration::preselect(None), ConsentDuration::Undefined);
    }

    #[test]
    fn a_year_never_exceeds_what_the_network_allows() {
        let start: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
        assert_eq!(ConsentDuration::Months12.end(start).unwrap().to_string(), "2027-03-01T00:00:00Z");
        let leap: Timestamp = "2027-03-01T00:00:00Z".parse().unwrap();
        assert_eq!(ConsentDuration::Months12.end(leap).unwrap().to_string(), "2028-03-01T00:00:00Z");
    }

    #[test]
    fn form_values_read_back() {
        for duration in ConsentDuration::ALL {
            assert_eq!(ConsentDuration::from_form(&duration.form_value()).unwrap(), duration);
        }
        assert!(ConsentDuration::from_form("365").is_err());
    }

    #[test]
    fn a_day_is_kept_and_cannot_be_chosen() {
        let start: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
        assert_eq!(ConsentDuration::Day.end(start).unwrap().to_string(), "2026-03-02T00:00:00Z");
        assert_eq!(ConsentDuration::try_from(Some(1)).unwrap(), ConsentDuration::Day);
        assert!(ConsentDuration::from_form("1").is_err());
        assert_eq!(ConsentDuration::preselect(Some(1)), ConsentDuration::Undefined);
    }
}
