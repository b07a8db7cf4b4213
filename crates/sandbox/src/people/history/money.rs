//! Exact money, counted in ten-thousandths of a real: the finest the standard writes.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

const UNITS_PER_REAL: i64 = 10_000;
const UNITS_PER_CENT: i64 = 100;

/// An exact amount in reais; debts are negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i64);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Makes an amount of whole reais.
    pub const fn reais(reais: i64) -> Self {
        Self(reais * UNITS_PER_REAL)
    }

    /// Makes an amount of cents.
    pub const fn cents(cents: i64) -> Self {
        Self(cents * UNITS_PER_CENT)
    }

    /// Makes an amount of ten-thousandths of a real.
    pub const fn units(units: i64) -> Self {
        Self(units)
    }

    /// The amount times `per_mille` / 1000, down to the cent.
    pub const fn share(self, per_mille: i64) -> Self {
        Self(self.0 / 1000 * per_mille / UNITS_PER_CENT * UNITS_PER_CENT)
    }

    /// The greater of zero and the amount.
    pub fn or_zero(self) -> Self {
        self.max(Self::ZERO)
    }

    /// The whole cents in the amount, downwards.
    pub(crate) const fn whole_cents(self) -> i64 {
        self.0 / UNITS_PER_CENT
    }
}

/// At least two and at most four decimals, as the standard writes amounts.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.unsigned_abs() / 10_000, self.0.unsigned_abs() % 10_000);
        match rest {
            _ if rest % 100 == 0 => write!(f, "{sign}{whole}.{:02}", rest / 100),
            _ => write!(f, "{sign}{whole}.{rest:04}"),
        }
    }
}

impl Add for Money {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Money {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Money {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl SubAssign for Money {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_two_to_four_decimals() {
        for (money, text) in [
            (Money::ZERO, "0.00"),
            (Money::cents(5), "0.05"),
            (Money::reais(100_000) + Money::cents(4), "100000.04"),
            (Money::units(123_450_001), "12345.0001"),
            (Money::units(999_999), "99.9999"),
            (Money::cents(-77_152), "-771.52"),
            (Money::units(-1), "-0.0001"),
        ] {
            assert_eq!(money.to_string(), text);
        }
    }

    #[test]
    fn a_share_is_cut_to_the_cent() {
        assert_eq!(Money::cents(100_001).share(333), Money::cents(33_300));
        assert_eq!(Money::reais(10).share(250), Money::cents(250));
    }
}
