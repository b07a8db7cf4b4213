//! Dates as people of each language read them, in Brazil's time.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use vinculo_domain::Locale;

/// Brasília, which has known no summer time since 2019.
const BRASILIA: Offset = Offset::constant(-3);

/// Returns the day in Brazil.
pub(crate) fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::fixed(BRASILIA)).date()
}

/// Writes a day: `22/11/2027`, in English `22 Nov 2027`.
pub(crate) fn written(at: Timestamp, locale: Locale) -> String {
    let day = day(at);
    match locale {
        Locale::Pt | Locale::Es => day.strftime("%d/%m/%Y").to_string(),
        Locale::En => day.strftime("%-d %b %Y").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_brazils() {
        let at = "2026-11-23T02:30:00Z".parse().unwrap();
        assert_eq!(written(at, Locale::Pt), "22/11/2026");
        assert_eq!(written(at, Locale::En), "22 Nov 2026");
    }
}
