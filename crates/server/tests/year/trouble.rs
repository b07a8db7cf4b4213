//! A troubled year: banks, network and receiver fail at random, processes die at random.
//!
//! Trouble pauses for a day before a link ends, and is over a month before the year is: then everything has to be as in a
//! calm year.
//!
//! A process is here an aggregator with a memory of its own, in this one program: it dies by being dropped wherever it
//! awaits something, and comes back as another. Programs that are killed by the system are in `cluster`. The number draws
//! what goes wrong, when and where; which job meets it also hangs on how tasks are woken.

use jiff::{SignedDuration, Timestamp};
use vinculo_aggregator::Aggregator;
use vinculo_domain::{Clock as _, ConsentId, RefreshRate};

use crate::cast::Plan;
use crate::chance::Chance;
use crate::faults::Faults;
use crate::life::{STEP, Year};
use crate::mortal::Life;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The year's number, where none is asked for.
const SEED: u64 = 6;
/// The last day of trouble.
const LAST_DAY: i64 = 366;
/// So long before the end of a link there is none.
const PAUSE: SignedDuration = DAY;

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

fn month(now: Timestamp) -> String {
    now.strftime("%Y-%m").to_string()
}

/// Tells whether there may be trouble at `now`.
fn rages(now: Timestamp, first: Timestamp, ends: impl Iterator<Item = Timestamp>) -> bool {
    let over = first + SignedDuration::from_hours(24 * LAST_DAY);
    now < over && ends.filter(|end| *end >= now).all(|end| end.duration_since(now) > PAUSE)
}

impl Year<'_> {
    /// The trouble of this step, or the end of all that there is.
    pub(crate) async fn make_trouble(&mut self) {
        let (now, first) = (self.clock.now(), self.first);
        let rages = rages(now, first, self.lived.iter().filter_map(|lived| lived.ends(first)));
        let Some(trouble) = &mut self.trouble else { return };
        if !rages {
            trouble.spare();
            self.hook.fail(None);
            trouble.struck += self.network.forgive(&std::mem::take(&mut trouble.rules)).await;
            return;
        }
        // While links come to life, a process dies only in the first step after: what was being read for the first time
        // is taken up again on the same day, of which the bank still has the whole history.
        let hours = now.duration_since(first).as_hours();
        if self.waiting.is_empty() && self.lived.iter().all(|lived| lived.begun + DAY < now) || hours % 24 == STEP {
            trouble.threaten();
        } else {
            trouble.spare();
        }
        if !self.hook.is_failing() {
            self.hook.fail(Some(trouble.chance.branch()));
        }
        // Who connects has to find the banks; that the directory may be down then is shown by other tests.
        if trouble.chance.one_in(40) && self.waiting.is_empty() {
            let fault = trouble.faults.directory();
            trouble.rules.push(self.network.fault(&fault).await);
        }
        if trouble.chance.one_in(2) && !self.lived.is_empty() {
            self.strike_a_link().await;
        }
    }

    /// Prepares trouble for a link, rather one that is read soon.
    async fn strike_a_link(&mut self) {
        let Some(trouble) = &mut self.trouble else { return };
        let soon = self.clock.now() + SignedDuration::from_hours(2 * STEP);
        let store = self.aggregator.store();
        for tries in 0..12 {
            let lived = trouble.chance.pick(&self.lived);
            let Some(fresh) = store.freshness(lived.link).await.unwrap() else { continue };
            let is_due = fresh.refresh_at.is_some_and(|at| at <= soon);
            if fresh.full_read_at.is_none() || (tries < 11 && !is_due) {
                continue;
            }
            let consent = store.consent_of_link(lived.link).await.unwrap();
            let Some(secrets) = consent.and_then(|consent| consent.secrets) else { return };
            let id = secrecy::ExposeSecret::expose_secret(&secrets.bank_consent_id);
            let often = lived.plan.rate.is_some_and(|rate| rate != RefreshRate::Days30);
            let fault = trouble.faults.draw(lived.link, id, often, &month(self.clock.now()));
            trouble.rules.push(self.network.fault(&fault).await);
            return;
        }
    }

    /// Every second link has trouble while it is read for the first time.
    pub(crate) async fn trouble_the_first_reading(&mut self, consent: ConsentId) {
        let Some(trouble) = &mut self.trouble else { return };
        // A code is good for one try: whether a link comes of it when its process dies is shown by other tests.
        trouble.spare();
        if trouble.chance.one_in(2) {
            return;
        }
        let consent = self.aggregator.store().consent_by_id(consent).await.unwrap().unwrap();
        let secrets = consent.secrets.unwrap();
        let id = secrecy::ExposeSecret::expose_secret(&secrets.bank_consent_id);
        let fault = trouble.faults.of_first_reading(id);
        trouble.rules.push(self.network.fault(&fault).await);
    }

    /// Now and then what comes back from the bank is not the bank's.
    pub(crate) async fn trouble_the_way(&mut self, plan: &Plan) {
        let Some(trouble) = &mut self.trouble else { return };
        if trouble.chance.one_in(4) {
            let fault = trouble.faults.of_the_way(plan.brand.slug);
            trouble.rules.push(self.network.fault(&fault).await);
        }
    }
}
