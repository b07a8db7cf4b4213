//! Taxes on what investments earn: IR by the holding period, IOF in the first thirty days.

use jiff::civil::Date;

use crate::people::history::Money;

/// IOF on the earnings in per cent, by the days since the purchase.
const IOF: [i64; 30] = [
    100, 96, 93, 90, 86, 83, 80, 76, 73, 70, 66, 63, 60, 56, 53, 50, 46, 43, 40, 36, 33, 30, 26, 23, 20, 16, 13, 10, 6,
    3,
];

/// What is withheld.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taxes {
    /// IR.
    pub income: Money,
    /// IOF.
    pub transaction: Money,
}

impl Taxes {
    /// The taxes on `gain` of something bought on one date and given back on another. Losses are not taxed.
    pub(crate) fn on(gain: Money, bought: Date, sold: Date) -> Self {
        let gain = gain.or_zero();
        let transaction = percent(gain, iof(bought, sold) * 100);
        Self { income: percent(gain - transaction, rate(bought, sold)), transaction }
    }

    /// Both together.
    pub(crate) fn total(self) -> Money {
        self.income + self.transaction
    }

    /// Adds what is withheld elsewhere.
    pub(crate) fn and(self, other: Self) -> Self {
        Self { income: self.income + other.income, transaction: self.transaction + other.transaction }
    }
}

/// IR in basis points, by the calendar days between two dates.
pub(crate) fn rate(bought: Date, sold: Date) -> i64 {
    match days(bought, sold) {
        ..=180 => 2_250,
        181..=360 => 2_000,
        361..=720 => 1_750,
        _ => 1_500,
    }
}

/// IOF in per cent.
pub(crate) fn iof(bought: Date, sold: Date) -> i64 {
    usize::try_from(days(bought, sold)).ok().and_then(|days| IOF.get(days)).copied().unwrap_or(0)
}

/// So many basis points of an amount, down to the cent.
pub(crate) fn percent(amount: Money, basis_points: i64) -> Money {
    Money::cents((i128::from(amount.whole_cents()) * i128::from(basis_points) / 10_000) as i64)
}

/// Calendar days from one date to another.
pub(crate) fn days(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours() / 24
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_longer_the_lighter() {
        let bought = date(2025, 1, 2);
        let after = |days: i64| rate(bought, crate::people::history::plus(bought, days));
        let rates: Vec<i64> = [0, 180, 181, 360, 361, 720, 721, 5_000].map(after).to_vec();
        assert_eq!(rates, [2_250, 2_250, 2_000, 2_000, 1_750, 1_750, 1_500, 1_500]);
    }

    #[test]
    fn the_second_tax_fades_in_thirty_days_and_comes_first() {
        let bought = date(2026, 11, 2);
        let at = |days: i64| Taxes::on(Money::reais(100), bought, crate::people::history::plus(bought, days));
        assert_eq!(at(1), Taxes { income: Money::cents(90), transaction: Money::reais(96) });
        assert_eq!(at(15).transaction, Money::reais(50));
        assert_eq!(at(29), Taxes { income: Money::cents(2_182), transaction: Money::reais(3) });
        assert_eq!(at(30), Taxes { income: Money::cents(2_250), transaction: Money::ZERO });
    }

    #[test]
    fn losses_are_not_taxed() {
        assert_eq!(Taxes::on(Money::reais(-5), date(2026, 1, 1), date(2026, 1, 9)), Taxes::default());
    }
}
