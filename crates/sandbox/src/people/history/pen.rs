//! Writing entries down.

use jiff::civil::{Date, Time};

use super::calendar::{day_key, instant, next_business_day, plus};
use super::dice::Dice;
use super::entry::{Entry, Flow, Kind};
use super::money::Money;
use super::party::Party;
use crate::people::Account;

/// When the banks' nightly run has made yesterday's ids final.
const SETTLED_BY: Time = Time::constant(6, 0, 0, 0);
/// When scheduled entries become visible.
const ANNOUNCED_AT: Time = Time::constant(9, 0, 0, 0);

/// An entry without its id and exact time.
#[derive(Debug)]
pub(crate) struct Draft {
    date: Date,
    hours: (i8, i8),
    flow: Flow,
    kind: Kind,
    amount: Money,
    name: String,
    party: Option<Party>,
    announced_days: Option<i64>,
}

impl Draft {
    /// Money that comes in.
    pub(crate) fn credit(date: Date, kind: Kind, amount: Money, name: impl Into<String>) -> Self {
        Self::new(date, Flow::Credit, kind, amount, name.into())
    }

    /// Money that goes out.
    pub(crate) fn debit(date: Date, kind: Kind, amount: Money, name: impl Into<String>) -> Self {
        Self::new(date, Flow::Debit, kind, amount, name.into())
    }

    fn new(date: Date, flow: Flow, kind: Kind, amount: Money, name: String) -> Self {
        Self { date, hours: (9, 18), flow, kind, amount, name, party: None, announced_days: None }
    }

    /// Between which hours of the day it happens: from the first, before the second.
    pub(crate) fn hours(mut self, from: i8, to: i8) -> Self {
        self.hours = (from, to);
        self
    }

    /// Names the other side.
    pub(crate) fn with(mut self, party: Party) -> Self {
        self.party = Some(party);
        self
    }

    /// Makes it known so many days before.
    pub(crate) fn announced(mut self, days: i64) -> Self {
        self.announced_days = Some(days);
        self
    }
}

/// Writes the entries of one account.
#[derive(Debug)]
pub(crate) struct Pen<'a> {
    /// The account written for.
    pub(crate) account: &'a Account,
    entries: Vec<Entry>,
}

/// Keeps the throws for times and ids apart from all others.
const STREAM: u64 = 0x1D;

impl<'a> Pen<'a> {
    /// Starts a page for `account`.
    pub(crate) fn new(account: &'a Account) -> Self {
        Self { account, entries: Vec::new() }
    }

    /// Dice for one purpose on one day; what they show depends on the account, the day and the purpose only.
    pub(crate) fn dice(&self, purpose: u64, date: Date) -> Dice {
        Dice::new(&[self.account.plan.seed, purpose, day_key(date)])
    }

    /// A choice that the account makes once and for all.
    pub(crate) fn settled<T>(&self, purpose: u64, items: &'static [T]) -> &'static T {
        Dice::new(&[self.account.plan.seed, purpose]).pick(items)
    }

    /// Writes an entry; nothing is written for an amount of zero.
    pub(crate) fn write(&mut self, draft: Draft) {
        if draft.amount <= Money::ZERO {
            return;
        }
        let earlier = self.entries.iter().filter(|entry| entry.date == draft.date).count() as u64;
        let mut dice = Dice::new(&[self.account.plan.seed, STREAM, day_key(draft.date), earlier]);
        let key = u128::from(dice.next()) << 64 | u128::from(dice.next());
        let at = instant(draft.date, time_within(draft.hours, &mut dice));
        let settles = match draft.kind.is_final_same_day() {
            true => at,
            false => instant(next_business_day(draft.date), SETTLED_BY),
        };
        debug_assert_eq!(draft.party.is_some(), draft.kind.needs_party(draft.flow), "{}", draft.name);
        self.entries.push(Entry {
            key,
            date: draft.date,
            at,
            announced: draft.announced_days.map(|days| instant(plus(draft.date, -days), ANNOUNCED_AT)),
            settles,
            flow: draft.flow,
            kind: draft.kind,
            name: draft.name,
            amount: draft.amount,
            party: draft.party,
        });
    }

    /// What all entries written so far come to.
    pub(crate) fn total(&self) -> Money {
        self.entries.iter().map(Entry::signed).sum()
    }

    /// All entries, the oldest first.
    pub(crate) fn into_entries(mut self) -> Vec<Entry> {
        self.entries.sort_by_key(|entry| (entry.at, entry.key));
        self.entries
    }
}

fn time_within((from, to): (i8, i8), dice: &mut Dice) -> Time {
    let millis = dice.between(i64::from(from) * 3_600_000, i64::from(to) * 3_600_000 - 1);
    let (hour, rest) = (millis / 3_600_000, millis % 3_600_000);
    let (minute, rest) = (rest / 60_000, rest % 60_000);
    Time::new(hour as i8, minute as i8, (rest / 1000) as i8, (rest % 1000) as i32 * 1_000_000).unwrap_or(Time::MIN)
}
