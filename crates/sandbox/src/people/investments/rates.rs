//! What the indexers did: CDI by the quarter, IPCA by the month. Both depend on the calendar alone.

use std::sync::LazyLock;

use jiff::civil::Date;

use super::factor::{Factor, ONE, YEAR_DAYS, grown, power, root, then};
use crate::people::history::{Dice, Month, business_days, plus};

/// CDI a year in basis points, from the first quarter of 2024 on, and from there again after six years.
const CDI: [i64; 24] = [
    1115, 1040, 1040, 1090, 1265, 1440, 1490, 1490, 1490, 1490, 1475, 1450, 1400, 1350, 1300, 1250, 1200, 1175, 1150,
    1125, 1115, 1115, 1115, 1115,
];
/// Keeps the throws for inflation apart from all others.
const INFLATION: u64 = 0x1BCA;

static CDI_DAYS: LazyLock<[Factor; 24]> = LazyLock::new(|| CDI.map(|year| root(grown(year), YEAR_DAYS) - ONE));

/// How a paper earns. Rates are a year's, in basis points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Yield {
    /// A percentage of the CDI: 11000 = 110 %.
    Cdi(i64),
    /// The CDI and a rate on top.
    CdiPlus(i64),
    /// The Selic and a rate on top; it goes with the CDI.
    Selic(i64),
    /// The inflation of the IPCA and a rate on top.
    Ipca(i64),
    /// A rate agreed on.
    Prefixed(i64),
}

impl Yield {
    /// What inflation makes of a principal between two dates; nothing for papers without inflation.
    pub(crate) fn correction(self, from: Date, to: Date) -> Factor {
        match self {
            Self::Ipca(_) => spans(from, to).fold(ONE, |sum, span| then(sum, span.inflation())),
            _ => ONE,
        }
    }

    /// What interest makes of a principal from one date to another, the last day excluded.
    pub(crate) fn interest(self, from: Date, to: Date) -> Factor {
        match self {
            Self::Cdi(share) => {
                let day = |span: &Span| ONE + cdi_day(span.month) * i128::from(share) / 10_000;
                spans(from, to).fold(ONE, |sum, span| then(sum, power(day(&span), span.days)))
            }
            Self::CdiPlus(rate) | Self::Selic(rate) => {
                let extra = root(grown(rate), YEAR_DAYS);
                let day = |span: &Span| then(ONE + cdi_day(span.month), extra);
                spans(from, to).fold(ONE, |sum, span| then(sum, power(day(&span), span.days)))
            }
            Self::Ipca(rate) | Self::Prefixed(rate) => {
                power(root(grown(rate), YEAR_DAYS), spans(from, to).map(|span| span.days).sum())
            }
        }
    }
}

/// The part of a month.
#[derive(Debug, Clone, Copy)]
struct Span {
    month: Month,
    /// Working days in the part.
    days: u32,
    /// Working days in the month.
    of: u32,
}

impl Span {
    fn inflation(self) -> Factor {
        let month = Dice::new(&[INFLATION, self.month.key()]).between(15, 62);
        ONE + i128::from(month) * (ONE / 10_000) * i128::from(self.days) / i128::from(self.of.max(1))
    }
}

/// The months between two dates, the last day excluded.
fn spans(from: Date, to: Date) -> impl Iterator<Item = Span> {
    let first = (from < to).then(|| Month::of(from));
    let last = Month::of(plus(to, -1));
    std::iter::successors(first, move |month| (*month < last).then(|| month.next())).map(move |month| {
        let (start, end) = (month.day(1), month.next().day(1));
        Span { month, days: business_days(from.max(start), to.min(end)), of: business_days(start, end) }
    })
}

fn cdi_day(month: Month) -> Factor {
    let quarter = (i64::from(month.year) - 2024) * 4 + i64::from(month.month - 1) / 3;
    CDI_DAYS[quarter.rem_euclid(24) as usize]
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn interest_grows_on_working_days_only() {
        for how in [Yield::Cdi(11_000), Yield::CdiPlus(150), Yield::Prefixed(1_250)] {
            let upto = |day: i8| how.interest(date(2026, 11, 2), date(2026, 11, day));
            assert_eq!(upto(2), ONE);
            assert_eq!(upto(3), ONE, "All Souls' Day is a holiday");
            assert!(upto(4) > upto(3) && upto(7) > upto(6));
            assert_eq!((upto(8), upto(9)), (upto(7), upto(7)));
        }
    }

    #[test]
    fn parts_make_up_the_whole() {
        for how in [Yield::Cdi(9_200), Yield::Selic(5), Yield::Ipca(650), Yield::Prefixed(1_300)] {
            let (a, b, c) = (date(2025, 3, 7), date(2026, 1, 1), date(2026, 11, 20));
            let whole = how.interest(a, c);
            let parts = then(how.interest(a, b), how.interest(b, c));
            assert!((whole - parts).abs() < 1_000, "{how:?}");
        }
    }

    #[test]
    fn a_year_of_the_index_earns_its_rate() {
        let earned = Yield::Cdi(10_000).interest(date(2025, 7, 1), date(2026, 7, 1));
        assert!(earned > grown(1_450) && earned < grown(1_520), "{earned}");
        let twice = Yield::Cdi(20_000).interest(date(2025, 7, 1), date(2026, 7, 1));
        assert!(twice > then(earned, earned) - ONE / 1_000);
    }

    #[test]
    fn inflation_is_moderate_and_only_where_agreed_on() {
        let (from, to) = (date(2024, 1, 1), date(2026, 1, 1));
        assert_eq!(Yield::Prefixed(1_200).correction(from, to), ONE);
        let two_years = Yield::Ipca(600).correction(from, to);
        assert!(two_years > grown(400) && two_years < grown(1_600), "{two_years}");
        assert_eq!(Yield::Ipca(600).correction(to, from), ONE);
    }
}
