//! Schedules that compute: PRICE and SAC, to the cent.

use crate::people::history::Money;

/// One in fixed point.
const ONE: i128 = 1_000_000_000_000;
/// Rates are counted in millionths.
const MILLION: i128 = 1_000_000;

/// How a debt is paid back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// The same amount every time.
    Price,
    /// The same part of the debt every time, and the interest.
    Sac,
    /// All at once.
    Single,
}

impl System {
    /// The system as the standard spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Price => "PRICE",
            Self::Sac => "SAC",
            Self::Single => "SEM_SISTEMA_AMORTIZACAO",
        }
    }
}

/// What falls due at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// Interest since the part before.
    pub(super) interest: Money,
    /// What is paid back.
    pub(super) principal: Money,
    /// What is owed afterwards.
    pub(super) left: Money,
}

/// Parts a debt of `amount` at `rate` millionths for each of `count` parts; the last one clears what rounding left.
pub(super) fn parts(system: System, amount: Money, rate: i64, count: u16) -> Vec<Part> {
    let (principal, rate, count) = (i128::from(amount.whole_cents()), i128::from(rate), count.max(1));
    let level = price(principal, rate, count);
    let even = principal / i128::from(count);
    let mut left = principal;
    let mut parts = Vec::with_capacity(count.into());
    for number in 1..=count {
        let interest = rounded(left * rate, MILLION);
        let back = match system {
            _ if number == count => left,
            System::Price => (level - interest).clamp(0, left),
            System::Sac | System::Single => even,
        };
        left -= back;
        parts.push(Part { interest: cents(interest), principal: cents(back), left: cents(left) });
    }
    parts
}

/// The level part of a debt, in cents: `P · i · (1+i)^n / ((1+i)^n − 1)`.
fn price(principal: i128, rate: i128, count: u16) -> i128 {
    let grown = power(rate, count);
    if grown == ONE {
        principal / i128::from(count)
    } else {
        rounded(principal * rate * grown, (grown - ONE) * MILLION)
    }
}

/// `(1 + rate)^times` in fixed point.
fn power(rate: i128, times: u16) -> i128 {
    (0..times).fold(ONE, |grown, _| grown * (MILLION + rate) / MILLION)
}

/// The effective rate of a year in which `rate` is due `times` times, in millionths.
pub(super) fn yearly(rate: i64, times: u16) -> i64 {
    rounded(power(rate.into(), times) - ONE, ONE / MILLION) as i64
}

/// The rate, in millionths for each part, at which `paid` is worth what came in: bisection, which always ends.
pub(super) fn whole_cost(received: Money, paid: &[Money]) -> i64 {
    let (mut low, mut high) = (0_i128, MILLION);
    while high - low > 1 {
        let middle = (low + high) / 2;
        if worth(paid, middle) > i128::from(received.whole_cents()) * ONE { low = middle } else { high = middle }
    }
    high as i64
}

fn worth(paid: &[Money], rate: i128) -> i128 {
    let mut discount = ONE;
    let each = paid.iter().map(|money| {
        discount = discount * MILLION / (MILLION + rate);
        i128::from(money.whole_cents()) * discount
    });
    each.sum()
}

fn rounded(value: i128, unit: i128) -> i128 {
    (value + unit / 2) / unit
}

fn cents(cents: i128) -> Money {
    Money::cents(i64::try_from(cents).unwrap_or(i64::MAX / 1_000))
}

/// A rate as the standard writes it: `0.150000` is 15 %.
pub fn written(millionths: i64) -> String {
    format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(system: System, amount: i64, rate: i64, count: u16) -> (Vec<Money>, Vec<Part>) {
        let parts = parts(system, Money::reais(amount), rate, count);
        (parts.iter().map(|part| part.interest + part.principal).collect(), parts)
    }

    #[test]
    fn a_level_schedule_matches_the_textbook() {
        // 10,000 in 12 parts at 2 % a month: 945.60 each.
        let (paid, parts) = sums(System::Price, 10_000, 20_000, 12);
        assert!(paid[..11].iter().all(|part| *part == Money::cents(94_560)));
        assert!((paid[11].whole_cents() - 94_560).abs() < 10, "{}", paid[11]);
        assert_eq!(parts[0].interest, Money::reais(200));
    }

    #[test]
    fn an_even_schedule_falls_by_the_same_amount() {
        let (paid, _) = sums(System::Sac, 12_000, 10_000, 12);
        assert_eq!((paid[0], paid[1], paid[11]), (Money::reais(1_120), Money::reais(1_110), Money::reais(1_010)));
    }

    #[test]
    fn every_schedule_pays_back_exactly_what_was_lent() {
        for system in [System::Price, System::Sac, System::Single] {
            for (count, highest) in
                [(1, 500_000), (2, 500_000), (3, 130_000), (7, 130_000), (48, 130_000), (360, 24_900)]
            {
                for rate in [0, 7_200, highest] {
                    let (_, parts) = sums(system, 98_765, rate, count);
                    let back: Money = parts.iter().map(|part| part.principal).sum();
                    assert_eq!(back, Money::reais(98_765), "{system:?} {count} {rate}");
                    assert!(parts.iter().all(|part| part.principal >= Money::ZERO && part.interest >= Money::ZERO));
                    assert_eq!(parts.last().unwrap().left, Money::ZERO);
                }
            }
        }
    }

    #[test]
    fn rates_grow_over_the_year() {
        assert_eq!(yearly(10_000, 12), 126_825);
        assert_eq!(yearly(82_000, 1), 82_000);
        assert_eq!((written(126_825), written(1_500_000)), ("0.126825".to_owned(), "1.500000".to_owned()));
    }

    #[test]
    fn the_whole_cost_of_a_loan_without_fees_is_its_rate() {
        let (paid, _) = sums(System::Price, 10_000, 20_000, 12);
        assert!((whole_cost(Money::reais(10_000), &paid) - 20_000).abs() <= 3);
        assert!(whole_cost(Money::reais(9_800), &paid) > 22_000);
    }
}
