//! Days on which Brazilian banks work, and local time.

use std::sync::LazyLock;

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::{Offset, offset};
use jiff::{Timestamp, ToSpan};

/// Local time of the banks. Brasília has been at UTC−3 all year round since 2019, so no time-zone data is needed.
const BRASILIA: Offset = offset(-3);

/// The local date at `instant`.
pub fn local_date(instant: Timestamp) -> Date {
    BRASILIA.to_datetime(instant).date()
}

/// The instant of a local date and time.
pub(crate) fn instant(date: Date, time: Time) -> Timestamp {
    BRASILIA.to_timestamp(DateTime::from_parts(date, time)).unwrap_or(Timestamp::MAX)
}

/// A calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Month {
    pub(crate) year: i16,
    pub(crate) month: i8,
}

impl Month {
    /// The month of `date`.
    pub(crate) fn of(date: Date) -> Self {
        Self { year: date.year(), month: date.month() }
    }

    /// The next month.
    pub(crate) fn next(self) -> Self {
        Self::of(plus(self.last(), 1))
    }

    /// The month before.
    pub(crate) fn previous(self) -> Self {
        Self::of(plus(self.day(1), -1))
    }

    /// The month with this key; keys out of all bounds give the first or last month there is.
    pub(crate) fn of_key(key: i64) -> Self {
        let (year, month) = ((key - 1).div_euclid(12), (key - 1).rem_euclid(12) + 1);
        Self { year: year.clamp(1, 9_999) as i16, month: month as i8 }
    }

    /// This month and all later ones until `last`, or until the end of all time.
    pub(crate) fn up_to(self, last: Self) -> impl Iterator<Item = Self> {
        let later = |month: &Self| Some(month.next()).filter(|next| next > month);
        std::iter::successors(Some(self), later).take_while(move |month| *month <= last)
    }

    /// The month so many months later.
    pub(crate) fn ahead(self, months: i64) -> Self {
        let number = (self.number() + months).clamp(0, 119_999);
        Self { year: number.div_euclid(12) as i16, month: number.rem_euclid(12) as i8 + 1 }
    }

    /// The month so many months before.
    pub(crate) fn back(self, months: i64) -> Self {
        self.ahead(-months)
    }

    /// The months since the year zero.
    pub(crate) fn number(self) -> i64 {
        i64::from(self.year) * 12 + i64::from(self.month) - 1
    }

    /// The day with this number, or the last one when the month is shorter.
    pub(crate) fn day(self, day: i8) -> Date {
        let first = Date::new(self.year, self.month, 1).unwrap_or(Date::MAX);
        first.with().day(day.min(first.days_in_month())).build().unwrap_or(first)
    }

    /// The last day.
    pub(crate) fn last(self) -> Date {
        self.day(31)
    }

    /// All days.
    pub(crate) fn days(self) -> impl Iterator<Item = Date> {
        (1..=self.last().day()).map(move |day| self.day(day))
    }

    /// The n-th working day, counted from one.
    pub(crate) fn business_day(self, n: usize) -> Date {
        self.days().filter(|&date| is_business_day(date)).nth(n.saturating_sub(1)).unwrap_or_else(|| self.last())
    }

    /// The last working day.
    pub(crate) fn last_business_day(self) -> Date {
        on_or_before(self.last())
    }

    /// A number that grows with the month, for keys.
    pub(crate) fn key(self) -> u64 {
        i64::from(self.year).unsigned_abs() * 12 + u64::from(self.month.unsigned_abs())
    }
}

/// The date so many days later.
pub(crate) fn plus(date: Date, days: i64) -> Date {
    date.saturating_add(days.days())
}

/// A number that grows with the day, for keys.
pub(crate) fn day_key(date: Date) -> u64 {
    i64::from(date.year()).unsigned_abs() * 512 + u64::from(date.day_of_year().unsigned_abs())
}

/// `date` as a working day other than a month's last, on which accounts are levelled.
pub(crate) fn before_the_end(date: Date) -> Date {
    let date = on_or_after(date);
    if date == Month::of(date).last_business_day() { next_business_day(date) } else { date }
}

/// The first day of the counted days, and how many there are: until the end of the year 2099.
const COUNTED_FROM: Date = jiff::civil::date(1990, 1, 1);
const COUNTED_DAYS: usize = 40_177;

/// The working days before each of the counted days.
static WORKED: LazyLock<Vec<u32>> = LazyLock::new(|| {
    let days = std::iter::successors(Some(COUNTED_FROM), |&date| Some(plus(date, 1))).take(COUNTED_DAYS);
    let count = |sum: &mut u32, date: Date| {
        let before = *sum;
        *sum += u32::from(is_business_day(date));
        Some(before)
    };
    days.scan(0, count).collect()
});

/// Working days from one date to another, the last one excluded.
pub(crate) fn business_days(from: Date, to: Date) -> u32 {
    if from >= to {
        return 0;
    }
    let before = |date: Date| {
        let day = date.duration_since(COUNTED_FROM).as_hours() / 24;
        usize::try_from(day).ok().and_then(|day| WORKED.get(day)).copied()
    };
    match (before(from), before(to)) {
        (Some(from), Some(to)) => to - from,
        _ => {
            let days = from.series(1.day()).take_while(|&date| date < to);
            days.filter(|&date| is_business_day(date)).count() as u32
        }
    }
}

/// Says whether banks work on `date`.
pub fn is_business_day(date: Date) -> bool {
    !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) && !is_holiday(date)
}

/// The first working day after `date`.
pub fn next_business_day(date: Date) -> Date {
    on_or_after(plus(date, 1))
}

/// `date` if banks work on it, else the next working day.
pub(crate) fn on_or_after(mut date: Date) -> Date {
    while !is_business_day(date) && date < Date::MAX {
        date = plus(date, 1);
    }
    date
}

/// `date` if banks work on it, else the working day before.
pub(crate) fn on_or_before(mut date: Date) -> Date {
    while !is_business_day(date) && date > Date::MIN {
        date = plus(date, -1);
    }
    date
}

fn is_holiday(date: Date) -> bool {
    const FIXED: [(i8, i8); 9] = [(1, 1), (4, 21), (5, 1), (9, 7), (10, 12), (11, 2), (11, 15), (11, 20), (12, 25)];
    // Carnival Monday and Tuesday, Good Friday, Corpus Christi.
    const AROUND_EASTER: [i64; 4] = [-48, -47, -2, 60];
    FIXED.contains(&(date.month(), date.day()))
        || (matches!(date.month(), 2..=6) && {
            let easter = easter(date.year());
            AROUND_EASTER.iter().any(|&days| plus(easter, days) == date)
        })
}

/// Easter Sunday by the anonymous Gregorian computus.
fn easter(year: i16) -> Date {
    let year = i32::from(year);
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let month = (h + l - 7 * m + 114) / 31;
    let day = (h + l - 7 * m + 114) % 31 + 1;
    Date::new(year as i16, month as i8, day as i8).unwrap_or(Date::MAX)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn knows_the_bank_holidays_of_2026() {
        let holidays = [
            date(2026, 1, 1),
            date(2026, 2, 16),
            date(2026, 2, 17),
            date(2026, 4, 3),
            date(2026, 4, 21),
            date(2026, 5, 1),
            date(2026, 6, 4),
            date(2026, 9, 7),
            date(2026, 10, 12),
            date(2026, 11, 2),
            date(2026, 11, 20),
            date(2026, 12, 25),
        ];
        let found: Vec<Date> = (1..=12)
            .flat_map(|month| Month { year: 2026, month }.days())
            .filter(|&d| !matches!(d.weekday(), Weekday::Saturday | Weekday::Sunday) && !is_business_day(d))
            .collect();
        assert_eq!(found, holidays);
    }

    #[test]
    fn months_are_counted_across_years() {
        let november = Month { year: 2026, month: 11 };
        assert_eq!(november.ahead(2), Month { year: 2027, month: 1 });
        assert_eq!(november.back(11), Month { year: 2025, month: 12 });
        assert_eq!(november.ahead(0), november);
        assert_eq!(Month { year: 9999, month: 12 }.ahead(1), Month { year: 9999, month: 12 });
    }

    #[test]
    fn working_days_are_counted_within_the_table_and_beyond() {
        for (from, to, count) in [
            (date(2026, 11, 16), date(2026, 11, 23), 4),
            (date(2026, 11, 23), date(2026, 11, 16), 0),
            (date(2026, 1, 1), date(2027, 1, 1), 249),
            (date(1989, 12, 28), date(1990, 1, 3), 3),
            (date(2099, 12, 30), date(2100, 1, 5), 3),
        ] {
            assert_eq!(business_days(from, to), count, "{from} {to}");
        }
    }

    #[test]
    fn working_days_skip_weekends_and_holidays() {
        assert_eq!(next_business_day(date(2026, 11, 19)), date(2026, 11, 23));
        assert_eq!(Month { year: 2026, month: 11 }.business_day(5), date(2026, 11, 9));
        assert_eq!(Month { year: 2026, month: 5 }.last_business_day(), date(2026, 5, 29));
    }

    #[test]
    fn months_come_back_from_their_keys() {
        for month in [Month { year: 2026, month: 1 }, Month { year: 2025, month: 12 }, Month { year: 1999, month: 7 }] {
            assert_eq!(Month::of_key(month.key() as i64), month);
            assert_eq!(Month::of_key(month.key() as i64 + 1), month.next());
        }
    }

    #[test]
    fn the_day_turns_at_three_in_the_morning_utc() {
        let at = |text: &str| local_date(text.parse().unwrap());
        assert_eq!(at("2026-11-22T02:59:59.999Z"), date(2026, 11, 21));
        assert_eq!(at("2026-11-22T03:00:00Z"), date(2026, 11, 22));
    }
}
