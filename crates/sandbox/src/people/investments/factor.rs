//! Growth, in whole numbers only, so that it is the same on every machine.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// A factor, counted in units of [`ONE`].
pub(crate) type Factor = i128;

/// The factor that changes nothing.
pub(crate) const ONE: Factor = 1_000_000_000_000_000;
/// Working days in a year, as Brazilian rates count.
pub(crate) const YEAR_DAYS: u32 = 252;

/// The factor of so many basis points: 1490 = 1.149.
pub(crate) const fn grown(basis_points: i64) -> Factor {
    ONE + basis_points as i128 * (ONE / 10_000)
}

/// One factor after another.
pub(crate) fn then(one: Factor, other: Factor) -> Factor {
    one * other / ONE
}

/// The factor `times` times.
pub(crate) fn power(factor: Factor, mut times: u32) -> Factor {
    let (mut result, mut square) = (ONE, factor);
    while times > 0 {
        if times % 2 == 1 {
            result = then(result, square);
        }
        times /= 2;
        if times > 0 {
            square = then(square, square);
        }
    }
    result
}

/// Roots found so far; the products have a handful of rates.
static ROOTS: Mutex<BTreeMap<(Factor, u32), Factor>> = Mutex::new(BTreeMap::new());

/// The factor of which `factor` is the `times`-th power; one at least.
pub(crate) fn root(factor: Factor, times: u32) -> Factor {
    let mut roots = ROOTS.lock().unwrap_or_else(PoisonError::into_inner);
    *roots.entry((factor, times)).or_insert_with(|| search(factor, times))
}

fn search(factor: Factor, times: u32) -> Factor {
    let (mut low, mut high) = (ONE, factor.max(ONE) + 1);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if power_up_to(middle, times, factor) { low = middle } else { high = middle }
    }
    low
}

/// Says whether the power stays at or below `limit`.
fn power_up_to(factor: Factor, times: u32, limit: Factor) -> bool {
    let (mut result, mut square, mut left) = (ONE, factor, times);
    while left > 0 {
        if left % 2 == 1 {
            result = then(result, square);
            if result > limit {
                return false;
            }
        }
        left /= 2;
        if left > 0 {
            square = then(square, square);
            if square > limit {
                return false;
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_undoes_a_power() {
        for basis_points in [0, 1, 650, 1490, 20_000] {
            let year = grown(basis_points);
            let day = root(year, YEAR_DAYS);
            let again = power(day, YEAR_DAYS);
            assert!(again <= year && year - again < ONE / 1_000_000_000, "{basis_points}: {again}");
        }
    }

    #[test]
    fn the_published_daily_rate_of_fourteen_ninety() {
        // B3 publishes 0.055131 % a day for 14.90 % a year.
        let day = root(grown(1490), YEAR_DAYS) - ONE;
        assert_eq!((day + 5_000_000) / 10_000_000, 55_131);
    }
}
