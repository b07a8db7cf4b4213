//! What happened on the accounts: a plausible past and near future that depends on the account and the clock only.

mod book;
mod business;
mod calendar;
mod daily;
mod dice;
mod entry;
mod invest;
mod money;
mod monthly;
mod names;
mod party;
mod pen;
mod reserve;
mod savings;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use jiff::civil::Date;

use book::MonthBook;
pub(crate) use calendar::{Month, before_the_end, business_days, day_key, instant, on_or_after, on_or_before, plus};
pub(crate) use dice::Dice;
pub(crate) use monthly::employer;
pub(crate) use names::{FIRST_NAMES, SHOPS, Shop};
pub(crate) use pen::{Draft, Pen};

pub use calendar::{is_business_day, local_date, next_business_day};
pub use entry::{Entry, Flow, Kind, Stage};
pub use money::Money;
pub use party::{Bank, Party, Place};

use super::account::Account;
use super::profile::Life;

/// Months kept ready; more than every account of one person at every brand needs for a year.
const MONTHS_KEPT: usize = 1024;
/// Nothing is announced longer before than this.
const DAYS_AHEAD: i64 = 30;

/// Everything that happens on the accounts, made when asked for and kept for a while.
#[derive(Debug, Default)]
pub(crate) struct Histories(Mutex<HashMap<(u64, Month), Arc<MonthBook>>>);

/// An entry as it looks at an instant.
#[derive(Debug, Clone)]
pub struct Seen {
    book: Arc<MonthBook>,
    index: usize,
    /// How far it is.
    pub stage: Stage,
}

impl Seen {
    /// The entry itself.
    pub fn entry(&self) -> &Entry {
        &self.book.entries[self.index]
    }
}

/// What an account holds at an instant.
///
/// `available + blocked - overdraft_used` is what it held when the month before began, plus all effective entries since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balances {
    /// Ready for use; never negative.
    pub available: Money,
    /// Held back: by order, or for entries still processing.
    pub blocked: Money,
    /// Available, plus the money invested by itself.
    pub with_invested: Money,
    /// Contracted overdraft.
    pub overdraft_contracted: Money,
    /// What is owed to the bank.
    pub overdraft_used: Money,
    /// What of it goes beyond the contract.
    pub overdraft_unarranged: Money,
}

impl Histories {
    /// The entries booked from one local date to another, both included, as they look at `now`; the newest first.
    pub(crate) fn entries(&self, account: &Account, from: Date, to: Date, now: Timestamp) -> Vec<Seen> {
        let to = to.min(plus(local_date(now), DAYS_AHEAD));
        let mut seen = Vec::new();
        let mut month = Month::of(to);
        while from <= to && month >= Month::of(from) {
            let book = self.month(account, month);
            let entries = book.entries.iter().enumerate().rev().filter(|(_, entry)| (from..=to).contains(&entry.date));
            seen.extend(entries.filter_map(|(index, entry)| {
                entry.stage(now).map(|stage| Seen { book: Arc::clone(&book), index, stage })
            }));
            month = month.previous();
        }
        seen
    }

    /// What all effective entries have left on the account, blocked money included.
    pub(crate) fn ledger(&self, account: &Account, now: Timestamp) -> Money {
        self.ledger_and_pending(account, now).0
    }

    /// What the account holds at `now`.
    pub(crate) fn balances(&self, account: &Account, now: Timestamp) -> Balances {
        let plan = &account.plan;
        let (ledger, pending) = self.ledger_and_pending(account, now);
        let blocked = plan.blocked + pending;
        let free = ledger - blocked;
        let used = (-free).or_zero();
        Balances {
            available: free.or_zero(),
            blocked,
            with_invested: free.or_zero() + plan.invested,
            overdraft_contracted: plan.overdraft,
            overdraft_used: used,
            overdraft_unarranged: (used - plan.overdraft).or_zero(),
        }
    }

    /// What the account's reserve holds; `None` for those who keep none.
    pub(crate) fn reserved(&self, account: &Account, now: Timestamp) -> Option<Money> {
        match &account.plan.life {
            Life::Salaried(money) if money.reserve => Some(reserve::held(local_date(now))),
            _ => None,
        }
    }

    /// The sum of what is effective, and what is still to be taken. Everything older than the month before has settled.
    fn ledger_and_pending(&self, account: &Account, now: Timestamp) -> (Money, Money) {
        let month = Month::of(local_date(now));
        let (before, current) = (self.month(account, month.previous()), self.month(account, month));
        let (mut ledger, mut pending) = (before.opening, Money::ZERO);
        for entry in before.entries.iter().chain(&current.entries) {
            match entry.stage(now) {
                Some(Stage::Effective) => ledger += entry.signed(),
                Some(Stage::Processing) if entry.flow == Flow::Debit => pending += entry.amount,
                _ => {}
            }
        }
        (ledger, pending)
    }

    fn month(&self, account: &Account, month: Month) -> Arc<MonthBook> {
        let key = (account.plan.seed, month);
        if let Some(book) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Arc::clone(book);
        }
        let book = Arc::new(MonthBook::of(account, month));
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MONTHS_KEPT {
            kept.clear();
        }
        kept.insert(key, Arc::clone(&book));
        book
    }
}
