//! A troubled year: banks, network and receiver fail at random, processes die at random.
//!
//! Trouble pauses for a day before a link ends, and is over a month before the year is: then everything has to be as in a
//! calm year.

use jiff::{SignedDuration, Timestamp};
use vinculo_aggregator::Aggregator;

use crate::chance::Chance;
use crate::faults::Faults;
use crate::mortal::Life;

/// The year's number, where none is asked for.
const SEED: u64 = 6;
/// The last day of trouble.
pub(crate) const LAST_DAY: i64 = 366;
/// So long before the end of a link there is none.
pub(crate) const PAUSE: SignedDuration = SignedDuration::from_hours(24);

/// What makes a year troubled.
pub(crate) struct Trouble {
    pub(crate) chance: Chance,
    pub(crate) faults: Faults,
    /// The banks' rules that may still strike.
    pub(crate) rules: Vec<u64>,
    pub(crate) processes: Vec<Process>,
    /// How often one has struck.
    pub(crate) struck: u64,
    /// How many processes have died.
    pub(crate) deaths: usize,
}

/// A process that works: with a memory of its own, and a life.
pub(crate) struct Process {
    pub(crate) aggregator: Aggregator,
    pub(crate) life: Life,
}

impl Trouble {
    pub(crate) fn new() -> Self {
        let wanted = vinculo_testkit::setting("VINCULO_TEST_YEAR_SEED");
        let seed = wanted.map_or(SEED, |seed| seed.parse().unwrap());
        // Shown when the test fails.
        println!("to repeat: VINCULO_TEST_YEAR_SEED={seed}");
        let mut chance = Chance::new(seed);
        let faults = Faults::new(chance.branch());
        Self { chance, faults, rules: Vec::new(), processes: Vec::new(), struck: 0, deaths: 0 }
    }

    /// Lets a process die soon, now and then.
    pub(crate) fn threaten(&mut self) {
        if self.chance.one_in(6) && !self.processes.is_empty() {
            let unlucky = self.chance.below(self.processes.len());
            self.processes[unlucky].life = Life::of(1 + self.chance.below(600));
        }
    }

    /// Nobody dies for the time being.
    pub(crate) fn spare(&mut self) {
        for process in self.processes.iter_mut().filter(|process| !process.life.is_over()) {
            process.life = Life::without_end();
        }
    }
}

/// Tells whether there may be trouble at `now`.
pub(crate) fn rages(now: Timestamp, first: Timestamp, ends: impl Iterator<Item = Timestamp>) -> bool {
    let over = first + SignedDuration::from_hours(24 * LAST_DAY);
    now < over && ends.filter(|end| *end >= now).all(|end| end.duration_since(now) > PAUSE)
}
