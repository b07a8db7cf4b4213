//! Closing dates, due dates, dates of payment.

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use super::{CardPlan, Habit};
use crate::people::history::{Month, instant, on_or_after, plus};

/// So many days before it is due a bill is closed.
const CLOSED_BEFORE: i8 = 10;
/// When a bill that was closed the evening before can be seen.
const SHOWN_AT: Time = Time::constant(6, 0, 0, 0);

/// The dates of one bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cycle {
    /// The last day whose purchases are on it.
    pub(crate) closing: Date,
    /// The working day on which it is due.
    pub(crate) due: Date,
    /// The working day on which it is paid.
    pub(crate) paid: Date,
}

impl Cycle {
    /// When the bill can be seen: the morning after its closing date.
    pub(crate) fn closed_at(&self) -> Timestamp {
        instant(plus(self.closing, 1), SHOWN_AT)
    }
}

impl CardPlan {
    /// The dates of the bill of `month`.
    pub(crate) fn cycle(&self, month: Month) -> Cycle {
        let closing = month.day(self.due_day - CLOSED_BEFORE);
        let due = on_or_after(month.day(self.due_day));
        let paid = if self.is_late(month) { on_or_after(plus(due, 4)) } else { due };
        Cycle { closing, due, paid }
    }

    /// The bill that something of `date` comes on.
    pub(crate) fn bill_of(&self, date: Date) -> Month {
        let month = Month::of(date);
        if date <= self.cycle(month).closing { month } else { month.next() }
    }

    /// The first day that counts for the bill of `month`.
    pub(crate) fn opening(&self, month: Month) -> Date {
        plus(self.cycle(month.previous()).closing, 1)
    }

    /// Says whether the bill of `month` is paid late.
    pub(crate) fn is_late(&self, month: Month) -> bool {
        self.habit == Habit::Late && month.key() % 5 == self.seed % 5
    }

    /// Says whether only the minimum of the bill of `month` is paid.
    pub(crate) fn is_minimum(&self, month: Month) -> bool {
        self.habit == Habit::Minimum && month.key() % 4 == self.seed % 4
    }
}
