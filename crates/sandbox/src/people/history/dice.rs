//! Chance that always falls the same way: the same key gives the same throws.

/// A small generator (SplitMix64) whose throws depend on its key only.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Dice {
    /// Makes dice from the parts of a key, whose order matters.
    pub(crate) fn new(key: &[u64]) -> Self {
        Self(key.iter().fold(GOLDEN, |state, part| mix(state ^ mix(part.wrapping_add(GOLDEN)))))
    }

    /// Makes dice from a text.
    pub(crate) fn of_text(text: &str) -> Self {
        Self(text.bytes().fold(GOLDEN, |state, byte| mix(state ^ u64::from(byte))))
    }

    /// A throw of 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// A number below `end`; zero when `end` is.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(end)) >> 64) as u64
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low).unsigned_abs() + 1) as i64
    }

    /// True in `per_mille` of 1000 throws.
    pub(crate) fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// One of `items`, which must not be empty.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u64) as usize]
    }

    /// How often something happens today that happens `per_hundred` times in a hundred days.
    pub(crate) fn count(&mut self, per_hundred: u64) -> u64 {
        let tries = per_hundred.div_ceil(100) * 2;
        (0..tries).filter(|_| self.below(tries * 100) < per_hundred).count() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_key_throws_the_same_and_another_does_not() {
        let throws = |key: &[u64]| {
            let mut dice = Dice::new(key);
            (0..8).map(|_| dice.next()).collect::<Vec<_>>()
        };
        assert_eq!(throws(&[1, 2]), throws(&[1, 2]));
        assert_ne!(throws(&[1, 2]), throws(&[2, 1]));
        assert_ne!(throws(&[1]), throws(&[1, 0]));
    }

    #[test]
    fn counts_come_near_their_mean() {
        for rate in [30, 100, 250, 730] {
            let mut dice = Dice::new(&[rate]);
            let total: u64 = (0..10_000).map(|_| dice.count(rate)).sum();
            assert!(total.abs_diff(rate * 100) < rate * 5, "{rate}: {total}");
        }
    }
}
