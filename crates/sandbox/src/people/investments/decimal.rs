//! Exact numbers with eight decimals: quantities and unit prices, finer than money.

use std::fmt;

use super::factor::{Factor, ONE};
use crate::people::history::Money;

const UNITS: i128 = 100_000_000;
/// Units of a quantity times units of a price, in a cent.
const PER_CENT: i128 = UNITS * UNITS / 100;

/// A quantity or a unit price, counted in hundred-millionths.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Precise(i128);

impl Precise {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// A number of hundred-millionths.
    pub const fn units(units: i128) -> Self {
        Self(units)
    }

    /// A number of hundredths.
    pub const fn hundredths(count: i64) -> Self {
        Self(count as i128 * UNITS / 100)
    }

    /// A whole number.
    pub const fn whole(count: i64) -> Self {
        Self(count as i128 * UNITS)
    }

    /// So many of it at `price` each, to the nearest cent.
    pub fn at(self, price: Self) -> Money {
        let cents = (self.0 * price.0 + PER_CENT / 2) / PER_CENT;
        Money::cents(cents as i64)
    }

    /// How many can be had for `money` at this price, in multiples of `step`.
    pub fn bought_with(self, money: Money, step: Self) -> Self {
        let units = i128::from(money.whole_cents()) * PER_CENT / self.0.max(1);
        Self(units / step.0.max(1) * step.0)
    }

    /// The number times a factor, downwards.
    pub fn times(self, factor: Factor) -> Self {
        Self(self.0 * factor / ONE)
    }

    /// The part of `per_mille` / 1000, down to a multiple of `step`.
    pub fn part(self, per_mille: i64, step: Self) -> Self {
        Self(self.0 * i128::from(per_mille) / 1000 / step.0.max(1) * step.0)
    }

    /// The number to the nearest hundredth.
    pub fn to_hundredths(self) -> Self {
        Self((self.0 + UNITS / 200) / (UNITS / 100) * (UNITS / 100))
    }

    /// The difference, or nothing where `other` is greater.
    pub fn less(self, other: Self) -> Self {
        Self((self.0 - other.0).max(0))
    }

    /// The sum.
    pub fn plus(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

/// At least two and at most eight decimals.
impl fmt::Display for Precise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:08}", self.0 / UNITS, self.0 % UNITS);
        let shortest = text.len() - 6;
        f.write_str(text.get(..text.trim_end_matches('0').len().max(shortest)).unwrap_or(&text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_two_to_eight_decimals() {
        for (number, text) in [
            (Precise::ZERO, "0.00"),
            (Precise::whole(42), "42.00"),
            (Precise::hundredths(4_225), "42.25"),
            (Precise::units(100_000_000_004), "1000.00000004"),
            (Precise::units(110_000_000), "1.10"),
        ] {
            assert_eq!(number.to_string(), text);
        }
    }

    #[test]
    fn amounts_are_rounded_to_the_cent_and_quantities_cut_to_the_step() {
        assert_eq!(Precise::whole(3).at(Precise::units(33_333_333)), Money::cents(100));
        assert_eq!(Precise::whole(1).at(Precise::units(500_000)), Money::cents(1));
        let price = Precise::hundredths(1_234);
        assert_eq!(price.bought_with(Money::reais(100), Precise::whole(1)), Precise::whole(8));
        let quotas = price.bought_with(Money::reais(100), Precise::units(1));
        assert_eq!((quotas.to_string().as_str(), quotas.at(price)), ("8.10372771", Money::reais(100)));
        assert_eq!(Precise::whole(7).part(500, Precise::whole(1)), Precise::whole(3));
        assert_eq!(Precise::whole(1).less(Precise::whole(2)), Precise::ZERO);
    }
}
