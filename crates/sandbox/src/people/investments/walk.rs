//! Prices that wander: a walk that depends on the name and the day only, however far away the day is.

use jiff::civil::{Date, date};

use super::factor::{Factor, ONE};
use super::tax::days;
use crate::people::history::Dice;

/// How long the waves are, in days, and how much of the swing each makes, in per cent.
const WAVES: [(i64, i64); 5] = [(1, 5), (5, 9), (21, 17), (89, 29), (377, 40)];
const EPOCH: Date = date(2000, 1, 1);
const STEPS: i64 = 1_000_000;

/// The swing of `name` on a day: between `-basis_points` and `+basis_points` of one.
pub(crate) fn walk(name: &str, day: Date, basis_points: i64) -> Factor {
    let seed = Dice::of_text(name).next();
    let n = number(day);
    let swing: i64 = WAVES.iter().map(|&(length, weight)| wave(seed, n, length) * weight / 100).sum();
    i128::from(swing) * i128::from(basis_points) * (ONE / 10_000) / i128::from(STEPS)
}

/// The days since the beginning of the century.
pub(crate) fn number(day: Date) -> i64 {
    days(EPOCH, day)
}

/// A line from one thrown point to the next, at day `n`.
fn wave(seed: u64, n: i64, length: i64) -> i64 {
    let point = |k: i64| Dice::new(&[seed, length.unsigned_abs(), k as u64]).between(-STEPS, STEPS);
    let (k, rest) = (n.div_euclid(length), n.rem_euclid(length));
    (point(k) * (length - rest) + point(k + 1) * rest) / length
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::history::plus;

    #[test]
    fn it_wanders_within_bounds_and_without_jumps() {
        let (start, mut highest, mut lowest) = (date(2024, 1, 1), 0, 0);
        for n in 0..1_500 {
            let (today, tomorrow) = (plus(start, n), plus(start, n + 1));
            let (one, other) = (walk("PETR4", today, 3_000), walk("PETR4", tomorrow, 3_000));
            assert!(one.abs() <= ONE * 3 / 10 && (one - other).abs() < ONE * 8 / 100, "{today}");
            (highest, lowest) = (one.max(highest), one.min(lowest));
        }
        assert!(highest - lowest > ONE / 10, "{lowest} to {highest}");
        assert_ne!(walk("PETR4", start, 3_000), walk("VALE3", start, 3_000));
    }
}
