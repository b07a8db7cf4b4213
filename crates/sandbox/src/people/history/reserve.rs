//! Reserved money ("caixinha"): filled a little every month, given back in December.

use jiff::civil::Date;

use super::calendar::{Month, on_or_after};
use super::entry::Kind;
use super::money::Money;
use super::pen::{Draft, Pen};

/// What the reserve holds when a year begins.
const BASE: Money = Money::reais(1_200);
/// What it gets every month.
const MONTHLY: Money = Money::reais(150);

fn filled_on(month: Month) -> Date {
    on_or_after(month.day(10))
}

fn emptied_on(year: i16) -> Date {
    Month { year, month: 12 }.last_business_day()
}

/// Writes a month's transfers on the current account.
pub(crate) fn write(pen: &mut Pen<'_>, month: Month) {
    let into = Draft::debit(filled_on(month), Kind::ReservedBalance, MONTHLY, "Guardado na caixinha Férias em Natal");
    pen.write(into.hours(9, 10));
    if month.month == 12 {
        let all = (0..12).map(|_| MONTHLY).sum();
        let name = "Resgatado da caixinha Férias em Natal";
        pen.write(Draft::credit(emptied_on(month.year), Kind::ReservedBalance, all, name).hours(9, 10));
    }
}

/// What the reserve holds at the end of `date`.
pub(crate) fn held(date: Date) -> Money {
    if date >= emptied_on(date.year()) {
        return BASE;
    }
    let fills = (1..=12).filter(|&month| filled_on(Month { year: date.year(), month }) <= date);
    BASE + fills.map(|_| MONTHLY).sum()
}
