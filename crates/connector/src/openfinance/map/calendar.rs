//! Business days of Brazilian banks.

use std::sync::LazyLock;

use jiff::civil::{Date, Weekday};
use jiff::{Span, Timestamp, tz::TimeZone};

/// Returns the day itself, or the first business day after it.
pub(crate) fn business_day(day: Date) -> Date {
    let mut candidate = day;
    while !is_business_day(candidate) {
        match candidate.tomorrow() {
            Ok(next) => candidate = next,
            Err(_) => return day,
        }
    }
    candidate
}

fn is_business_day(day: Date) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && !is_holiday(day)
}

/// Tells whether banks are closed in the whole country (Lei 662, Lei 6.802, Lei 9.093, Lei 14.759 for 20 November;
/// Carnaval and Corpus Christi by the rule of the central bank, Resolução 2.932).
fn is_holiday(day: Date) -> bool {
    let fixed = matches!(
        (day.month(), day.day()),
        (1, 1) | (4, 21) | (5, 1) | (9, 7) | (10, 12) | (11, 2) | (11, 15) | (12, 25)
    );
    let consciencia_negra = day.year() >= 2024 && (day.month(), day.day()) == (11, 20);
    fixed || consciencia_negra || is_movable_holiday(day)
}

/// Carnaval Monday and Tuesday, Good Friday, Corpus Christi.
fn is_movable_holiday(day: Date) -> bool {
    let Some(easter) = easter(day.year()) else { return false };
    [-48, -47, -2, 60]
        .iter()
        .any(|days| easter.checked_add(Span::new().days(*days)).is_ok_and(|holiday| holiday == day))
}

/// Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher).
fn easter(year: i16) -> Option<Date> {
    let year = i32::from(year);
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - b / 4 - g + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    let (month, day) = (i8::try_from(n / 31).ok()?, i8::try_from(n % 31 + 1).ok()?);
    Date::new(i16::try_from(year).ok()?, month, day).ok()
}

/// Returns the day of an instant in São Paulo.
///
/// Exactly midnight UTC means that the bank knows the day and not the time (section 11.2): the day is then taken as
/// written, for São Paulo would still have the day before.
pub(crate) fn day_in_sao_paulo(time: Timestamp) -> Date {
    let utc = time.to_zoned(TimeZone::UTC).datetime();
    if utc.time() == jiff::civil::Time::midnight() {
        return utc.date();
    }
    time.to_zoned(SAO_PAULO.clone()).date()
}

/// The zone; on a machine without a zone database its offset since 2019, when Brazil gave up daylight saving time.
static SAO_PAULO: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::get("America/Sao_Paulo").unwrap_or_else(|_| TimeZone::fixed(jiff::tz::offset(-3))));

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    #[test]
    fn easter_falls_where_the_almanac_says() {
        for day in [date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2027, 3, 28), date(2038, 4, 25)] {
            assert_eq!(easter(day.year()), Some(day));
        }
    }

    #[test]
    fn bookings_move_over_weekends_and_holidays() {
        let cases = [
            (date(2026, 11, 16), date(2026, 11, 16)),
            (date(2026, 11, 14), date(2026, 11, 16)),
            // 20 November is a Friday in 2026, so the booking waits for Monday.
            (date(2026, 11, 20), date(2026, 11, 23)),
            (date(2023, 11, 20), date(2023, 11, 20)),
            // Carnaval 2026: 14 February is a Saturday, 16 and 17 are closed.
            (date(2026, 2, 14), date(2026, 2, 18)),
            (date(2026, 4, 3), date(2026, 4, 6)),
            (date(2026, 6, 4), date(2026, 6, 5)),
            (date(2025, 12, 25), date(2025, 12, 26)),
            (date(2026, 1, 1), date(2026, 1, 2)),
        ];
        for (day, booked) in cases {
            assert_eq!(business_day(day), booked, "{day}");
        }
    }

    #[test]
    fn days_are_those_of_sao_paulo() {
        let day = |text: &str| day_in_sao_paulo(text.parse().unwrap());
        assert_eq!(day("2026-03-02T02:59:59.999Z"), date(2026, 3, 1));
        assert_eq!(day("2026-03-02T03:00:00.000Z"), date(2026, 3, 2));
        assert_eq!(day("2026-03-02T00:00:00.000Z"), date(2026, 3, 2));
        assert_eq!(day("2026-03-02T00:00:00.001Z"), date(2026, 3, 1));
    }

    proptest! {
        #[test]
        fn any_day_is_handled(seconds in -377_705_023_201i64..=253_402_207_200) {
            let day = day_in_sao_paulo(Timestamp::from_second(seconds).unwrap());
            prop_assert!(business_day(day) >= day);
        }
    }
}
