//! What happens on any day: purchases, Pix, cash.

use jiff::civil::{Date, Weekday};

use super::calendar::is_business_day;
use super::dice::Dice;
use super::entry::Kind;
use super::money::Money;
use super::names::{SHOPS, Shop};
use super::party::{Friend, Party};
use super::pen::{Draft, Pen};
use crate::people::profile::PersonMoney;

const PURCHASES: u64 = 1;
const PIX: u64 = 2;
const CASH: u64 = 3;
const FEES: u64 = 4;

/// How much of somebody's everyday life goes through an account, per hundred.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part(pub(crate) u64);

/// Writes a day of purchases by debit card.
pub(crate) fn purchases(pen: &mut Pen<'_>, date: Date, money: &PersonMoney, part: Part) {
    let mut dice = pen.dice(PURCHASES, date);
    let rate = money.cards * part.0 / 100;
    let rate = if is_weekend(date) { rate * 3 / 2 } else { rate * 4 / 5 };
    for _ in 0..dice.count(rate) {
        let shop = pick_shop(&mut dice);
        let cents = scaled(dice.between(shop.cents.0, shop.cents.1), money);
        let name = format!("Compra no débito - {}", shop.name);
        let draft = Draft::debit(date, Kind::Card, Money::cents(cents), name);
        pen.write(draft.hours(shop.hours.0, shop.hours.1));
    }
}

/// Writes a day of Pix to and from people.
pub(crate) fn pix(pen: &mut Pen<'_>, date: Date, money: &PersonMoney, part: Part) {
    let mut dice = pen.dice(PIX, date);
    let seed = pen.account.plan.seed;
    for _ in 0..dice.count(money.pix_out * part.0 / 100) {
        let friend = Friend::pick(seed, &mut dice);
        let amount = Money::cents(tidy(scaled(dice.between(1_000, 16_000), money), &mut dice));
        let name = format!("Pix enviado - {}", friend.name);
        pen.write(Draft::debit(date, Kind::Pix, amount, name).with(friend.party).hours(7, 23));
    }
    for _ in 0..dice.count(money.pix_in * part.0 / 100) {
        let friend = Friend::pick(seed, &mut dice);
        let amount = Money::cents(tidy(scaled(dice.between(1_000, 19_000), money), &mut dice));
        let name = format!("Pix recebido - {}", friend.name);
        pen.write(Draft::credit(date, Kind::Pix, amount, name).with(friend.party).hours(7, 23));
    }
}

/// Writes a day of cash: withdrawals, and now and then a deposit.
pub(crate) fn cash(pen: &mut Pen<'_>, date: Date, own: &Party) {
    let mut dice = pen.dice(CASH, date);
    if dice.chance(35) {
        let amount = Money::reais(dice.between(3, 30) * 10);
        pen.write(Draft::debit(date, Kind::Withdrawal, amount, "Saque no caixa eletrônico").hours(8, 22));
    }
    if is_business_day(date) && dice.chance(9) {
        let amount = Money::reais(dice.between(5, 40) * 10);
        let draft = Draft::credit(date, Kind::Deposit, amount, "Depósito em dinheiro");
        pen.write(draft.with(Party { place: None, ..own.clone() }).hours(10, 16));
    }
}

/// Writes the single fees of a working day.
pub(crate) fn fees(pen: &mut Pen<'_>, date: Date) {
    const SINGLE: [(&str, i64); 3] =
        [("Tarifa saque adicional", 690), ("Tarifa extrato impresso", 420), ("Tarifa segunda via de cartão", 1_490)];
    let mut dice = pen.dice(FEES, date);
    if is_business_day(date) && dice.chance(14) {
        let (name, cents) = *dice.pick(&SINGLE);
        pen.write(Draft::debit(date, Kind::SingleFee, Money::cents(cents), name).hours(6, 8));
    }
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn pick_shop(dice: &mut Dice) -> &'static Shop {
    let total: u64 = SHOPS.iter().map(|shop| shop.weight).sum();
    let mut left = dice.below(total);
    for shop in &SHOPS {
        if left < shop.weight {
            return shop;
        }
        left -= shop.weight;
    }
    &SHOPS[0]
}

/// People who earn more spend more, but not in proportion.
fn scaled(cents: i64, money: &PersonMoney) -> i64 {
    let reais = money.salary.whole_cents() / 100;
    let per_cent = (40 + reais / 100).clamp(50, 180);
    (cents * per_cent / 100).max(100)
}

/// Most people send round amounts.
fn tidy(cents: i64, dice: &mut Dice) -> i64 {
    if dice.chance(700) { (cents / 500).max(2) * 500 } else { cents }
}
