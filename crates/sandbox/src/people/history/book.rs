//! A month of an account: the unit in which histories are made and kept.
//!
//! A month depends on the account and the month only. It begins with a known amount; what is too much is sent
//! elsewhere on its last working day, what is missing is brought back before, so that the next month begins with *its* known amount.
//! Hence a history needs no first day, never drifts, and any part of it can be made alone.

use super::calendar::{Month, on_or_after, on_or_before};
use super::daily::{self, Part};
use super::dice::Dice;
use super::entry::{Entry, Kind};
use super::money::Money;
use super::names::PHONE;
use super::party::{Bank, Party};
use super::pen::{Draft, Pen};
use super::{business, invest, monthly, reserve, savings};
use crate::brand::BRANDS;
use crate::people::profile::{Life, PersonMoney};
use crate::people::{Account, cards, credit};

/// A month of an account.
#[derive(Debug)]
pub(crate) struct MonthBook {
    /// What the account holds when the month begins.
    pub(crate) opening: Money,
    /// What happens, the oldest first.
    pub(crate) entries: Vec<Entry>,
}

impl MonthBook {
    /// Makes the month.
    pub(crate) fn of(account: &Account, month: Month) -> Self {
        let mut pen = Pen::new(account);
        match &account.plan.life {
            Life::Savings(money) => {
                savings::write(&mut pen, month, money);
                return Self { opening: savings::opening(money, month), entries: pen.into_entries() };
            }
            Life::Salaried(money) => {
                salaried(&mut pen, month, money);
                invest::write(&mut pen, month, money.salary.share(120));
            }
            Life::Side(money) => {
                side(&mut pen, month, money);
                invest::write(&mut pen, month, Money::ZERO);
            }
            Life::Prepaid(money) => prepaid(&mut pen, month, money),
            Life::Business(money) => {
                business::write(&mut pen, month, money);
                invest::write(&mut pen, month, Money::ZERO);
            }
        }
        cards::write_payments(&mut pen, month);
        credit::write(&mut pen, month);
        let opening = opening(account, month);
        let excess = opening + pen.total() - self::opening(account, month.next());
        level(&mut pen, month, excess);
        Self { opening, entries: pen.into_entries() }
    }
}

/// What an account other than savings holds when `month` begins: up to a tenth more or less than planned.
fn opening(account: &Account, month: Month) -> Money {
    let plan = &account.plan;
    let around = match &plan.life {
        Life::Salaried(money) if money.steady => 1000,
        Life::Prepaid(_) => 1000,
        _ => Dice::new(&[plan.seed, 60, month.key()]).between(900, 1100),
    };
    if around == 1000 { plan.opening } else { plan.opening.share(around) }
}

/// Sends what is too much to the holder's account at another bank when the month ends, and brings back in good time
/// what is missing.
fn level(pen: &mut Pen<'_>, month: Month, excess: Money) {
    let own = invest::elsewhere(pen);
    let draft = Draft::debit(month.last_business_day(), Kind::Pix, excess, "Pix enviado - mesma titularidade");
    pen.write(draft.with(own.clone()).hours(17, 18));
    let date = on_or_before(month.day(19));
    let draft = Draft::credit(date, Kind::Pix, -excess, "Pix recebido - mesma titularidade");
    pen.write(draft.with(own).hours(8, 9));
}

fn salaried(pen: &mut Pen<'_>, month: Month, money: &PersonMoney) {
    let own = savings::holder(pen.account);
    for date in month.days() {
        daily::purchases(pen, date, money, Part(100));
        daily::pix(pen, date, money, Part(100));
        daily::cash(pen, date, &own);
        daily::fees(pen, date);
    }
    monthly::salary(pen, month, money);
    monthly::rent(pen, month, money);
    monthly::bills(pen, month);
    monthly::subscriptions(pen, month, money);
    monthly::bank(pen, month);
    if money.savings > Money::ZERO && pen.account.plan.sibling.is_some() {
        savings::write_other_side(pen, month, money);
    }
    if money.reserve {
        reserve::write(pen, month);
    }
}

/// A second account gets a fifth of the salary from the first by Pix.
fn side(pen: &mut Pen<'_>, month: Month, money: &PersonMoney) {
    for date in month.days() {
        daily::purchases(pen, date, money, Part(30));
        daily::pix(pen, date, money, Part(40));
        daily::fees(pen, date);
    }
    let phone = pen.settled(61, &PHONE);
    let amount = Money::cents(pen.dice(62, month.day(1)).between(4_990, 8_990));
    let name = format!("Pagamento de conta - {}", phone.name);
    let due = on_or_after(month.day(20));
    pen.write(Draft::debit(due, Kind::Collection, amount, name).with(phone.payee()).announced(12).hours(7, 17));
    feed(pen, month, money.salary.share(200));
}

/// A payment account gets exactly what it will spend, on the first day.
fn prepaid(pen: &mut Pen<'_>, month: Month, money: &PersonMoney) {
    let spending = PersonMoney { pix_in: 0, ..*money };
    for date in month.days() {
        daily::purchases(pen, date, &spending, Part(35));
        daily::pix(pen, date, &spending, Part(20));
    }
    let spent = -pen.total();
    feed(pen, month, spent);
}

fn feed(pen: &mut Pen<'_>, month: Month, amount: Money) {
    let main = &BRANDS[0];
    let bank = Bank { compe: main.compe, ispb: main.ispb };
    let from = Party { document: pen.account.holder.to_owned(), bank, place: None };
    let draft = Draft::credit(month.day(1), Kind::Pix, amount, "Pix recebido - mesma titularidade");
    pen.write(draft.with(from).hours(5, 6));
}
