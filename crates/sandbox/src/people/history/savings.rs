//! Savings: a transfer every month, interest on the account's day, and the year's gain back in December.
//!
//! Every year begins with the same amount, so that a history can start anywhere and stay the same for ever.

use jiff::civil::Date;

use super::calendar::{Month, on_or_after};
use super::entry::{Flow, Kind};
use super::money::Money;
use super::party::{Bank, Party};
use super::pen::{Draft, Pen};
use crate::brand::Brand;
use crate::people::Account;
use crate::people::profile::PersonMoney;

/// Interest of a month, per mille.
const MONTHLY_RATE: i64 = 6;

/// Something that happens on a savings account.
#[derive(Debug, Clone, Copy)]
struct Event {
    date: Date,
    flow: Flow,
    amount: Money,
    interest: bool,
}

/// The year's events, the first first. They depend on the person's money alone, so that both accounts agree.
fn year(money: &PersonMoney, year: i16) -> Vec<Event> {
    let mut events = Vec::with_capacity(25);
    let mut held = money.savings;
    for month in (1..=12).map(|month| Month { year, month }) {
        let date = month.business_day(6);
        events.push(Event { date, flow: Flow::Credit, amount: money.saved_monthly, interest: false });
        held += money.saved_monthly;
        let (date, amount) = (on_or_after(month.day(19)), held.share(MONTHLY_RATE));
        events.push(Event { date, flow: Flow::Credit, amount, interest: true });
        held += amount;
    }
    let date = Month { year, month: 12 }.last_business_day();
    events.push(Event { date, flow: Flow::Debit, amount: held - money.savings, interest: false });
    events
}

/// What the savings account holds when `month` begins.
pub(crate) fn opening(money: &PersonMoney, month: Month) -> Money {
    let before = year(money, month.year).into_iter().filter(|event| event.date < month.day(1));
    money.savings + before.map(|event| signed(event.flow, event.amount)).sum()
}

/// Writes a month of the savings account.
pub(crate) fn write(pen: &mut Pen<'_>, month: Month, money: &PersonMoney) {
    for event in of_month(money, month) {
        let draft = match (event.interest, event.flow) {
            (true, _) => {
                let name = "Rendimento da poupança";
                Draft::credit(event.date, Kind::Yield, event.amount, name).hours(4, 6)
            }
            (false, Flow::Credit) => transfer(pen.account, event, "Depósito na poupança"),
            (false, Flow::Debit) => transfer(pen.account, event, "Resgate da poupança"),
        };
        pen.write(draft);
    }
}

/// Writes the other side on the current account.
pub(crate) fn write_other_side(pen: &mut Pen<'_>, month: Month, money: &PersonMoney) {
    for event in of_month(money, month).filter(|event| !event.interest) {
        let (flow, name) = match event.flow {
            Flow::Credit => (Flow::Debit, "Transferência para a poupança"),
            Flow::Debit => (Flow::Credit, "Transferência da poupança"),
        };
        pen.write(transfer(pen.account, Event { flow, ..event }, name));
    }
}

fn of_month(money: &PersonMoney, month: Month) -> impl Iterator<Item = Event> {
    year(money, month.year).into_iter().filter(move |event| Month::of(event.date) == month)
}

fn transfer(account: &Account, event: Event, name: &str) -> Draft {
    let draft = match event.flow {
        Flow::Credit => Draft::credit(event.date, Kind::SameBank, event.amount, name),
        Flow::Debit => Draft::debit(event.date, Kind::SameBank, event.amount, name),
    };
    draft.with(holder(account)).hours(9, 10)
}

/// The holder of an account as the other side, with their other account at the same brand.
pub(crate) fn holder(account: &Account) -> Party {
    let bank = Brand::find(account.brand)
        .map_or(Bank { compe: "000", ispb: "00000000" }, |brand| Bank { compe: brand.compe, ispb: brand.ispb });
    Party { document: account.holder.to_owned(), bank, place: account.plan.sibling.clone() }
}

fn signed(flow: Flow, amount: Money) -> Money {
    match flow {
        Flow::Credit => amount,
        Flow::Debit => -amount,
    }
}
