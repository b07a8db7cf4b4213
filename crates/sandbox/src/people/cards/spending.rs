//! What is bought on a day.

use jiff::civil::{Date, Time};

use super::entry::{CardEntry, CardKind, Foreign};
use super::shops::{ABROAD, CATEGORIES, LARGE, SUBSCRIPTIONS};
use super::{CardAccount, Dice};
use crate::people::history::{Flow, Money, Month, SHOPS, Shop, day_key, instant, plus};

/// Keeps the throws for purchases, ids and times apart from all others.
const PURCHASES: u64 = 0xC1;
const IDS: u64 = 0xC2;
const TIMES: u64 = 0xC3;
/// The tax on purchases abroad, per mille.
const IOF_ABROAD: i64 = 35;

/// Numbers of a day's lines, so that ids never meet: purchases count from zero.
#[derive(Debug, Clone, Copy)]
pub(super) enum Line {
    Purchase(u64),
    Tax(u64),
    Refund(u64),
    Subscription(u64),
    Fee,
    Cashback,
    Payment,
    Charge(u64),
}

impl Line {
    fn number(self) -> u64 {
        match self {
            Self::Purchase(n) => n,
            Self::Tax(n) => 1_000 + n,
            Self::Refund(n) => 2_000 + n,
            Self::Subscription(n) => 3_000 + n,
            Self::Fee => 4_000,
            Self::Cashback => 4_001,
            Self::Payment => 5_000,
            Self::Charge(n) => 6_000 + n,
        }
    }
}

/// A line of `date` on the bill that the day counts for, by the first card.
pub(super) fn line(card: &CardAccount, date: Date, line: Line, kind: CardKind, name: &str, amount: Money) -> CardEntry {
    let flow = match kind {
        CardKind::BillPayment | CardKind::Refund | CardKind::Cashback => Flow::Credit,
        _ => Flow::Debit,
    };
    CardEntry {
        key: key(card, date, line, 1),
        at: instant(date, time(card, date, line)),
        date,
        posted: date,
        bill: card.plan.bill_of(date),
        kind,
        flow,
        name: name.to_owned(),
        amount,
        foreign: None,
        instalment: None,
        mcc: None,
        plastic: 0,
    }
}

fn key(card: &CardAccount, date: Date, line: Line, part: u64) -> u128 {
    let mut dice = Dice::new(&[card.plan.seed, IDS, day_key(date), line.number(), part]);
    u128::from(dice.next()) << 64 | u128::from(dice.next())
}

/// A time of the day; whole minutes, which is all that statements show.
fn time(card: &CardAccount, date: Date, line: Line) -> Time {
    let mut dice = Dice::new(&[card.plan.seed, TIMES, day_key(date), line.number()]);
    let (hour, minute) = (dice.between(8, 21) as i8, dice.between(0, 59) as i8);
    Time::new(hour, minute, 0, 0).unwrap_or(Time::MIN)
}

/// Writes everything that happens on `date`, with all instalments of what is bought.
pub(super) fn day(card: &CardAccount, date: Date, entries: &mut Vec<CardEntry>) {
    if card.standing.closed.is_some_and(|closed| date >= closed) {
        return;
    }
    let mut dice = Dice::new(&[card.plan.seed, PURCHASES, day_key(date)]);
    for n in 0..dice.count(card.plan.rate) {
        match dice.below(100) {
            0..7 => in_instalments(card, date, n, &mut dice, entries),
            7..12 => abroad(card, date, n, &mut dice, entries),
            _ => purchase(card, date, n, &mut dice, entries),
        }
    }
    monthly(card, date, entries);
}

fn scaled(card: &CardAccount, cents: i64) -> Money {
    Money::cents((cents * card.plan.scale / 100).max(100))
}

fn purchase(card: &CardAccount, date: Date, n: u64, dice: &mut Dice, entries: &mut Vec<CardEntry>) {
    let at = weighted(dice);
    let shop = &SHOPS[at];
    let amount = scaled(card, dice.between(shop.cents.0, shop.cents.1));
    let bought = CardEntry {
        mcc: Some(CATEGORIES[at]),
        plastic: usize::from(dice.chance(250)),
        ..line(card, date, Line::Purchase(n), CardKind::Purchase, shop.name, amount)
    };
    if dice.chance(25) {
        let back = plus(date, dice.between(3, 12));
        let name = format!("Estorno {}", shop.name);
        let refund = line(card, back, Line::Refund(n), CardKind::Refund, &name, amount);
        let key = key(card, date, Line::Refund(n), 1);
        entries.push(CardEntry { key, mcc: bought.mcc, plastic: bought.plastic, ..refund });
    }
    entries.push(bought);
}

/// The first part carries what does not divide.
fn in_instalments(card: &CardAccount, date: Date, n: u64, dice: &mut Dice, entries: &mut Vec<CardEntry>) {
    let (name, (low, high), mcc) = *dice.pick(&LARGE);
    let parts = dice.between(2, 12);
    let total = scaled(card, dice.between(low, high)).whole_cents() / 2;
    let each = total / parts;
    let first = line(card, date, Line::Purchase(n), CardKind::Purchase, name, Money::ZERO);
    let mut bill = first.bill;
    for part in 1..=parts {
        let cents = if part == 1 { total - each * (parts - 1) } else { each };
        entries.push(CardEntry {
            key: key(card, date, Line::Purchase(n), part.unsigned_abs()),
            name: format!("{name} {part:02}/{parts:02}"),
            amount: Money::cents(cents),
            posted: if part == 1 { date } else { card.plan.opening(bill) },
            bill,
            instalment: Some((part as u16, parts as u16)),
            mcc: Some(mcc),
            ..first.clone()
        });
        bill = bill.next();
    }
}

/// Bought in another currency, with the tax on it as a line of its own.
fn abroad(card: &CardAccount, date: Date, n: u64, dice: &mut Dice, entries: &mut Vec<CardEntry>) {
    let (name, (low, high), currency, mcc) = *dice.pick(&ABROAD);
    let cents = dice.between(low, high);
    let rate = if currency == "EUR" { 6_100 } else { 5_350 } + dice.between(-250, 250);
    let amount = Money::cents(cents * rate / 1_000);
    let plastic = 1;
    entries.push(CardEntry {
        foreign: Some(Foreign { amount: Money::cents(cents), currency }),
        mcc: Some(mcc),
        plastic,
        ..line(card, date, Line::Purchase(n), CardKind::Purchase, name, amount)
    });
    let tax = CardKind::Charge("IOF", "IOF de compra internacional");
    let name = format!("IOF compra internacional {name}");
    entries.push(CardEntry { plastic, ..line(card, date, Line::Tax(n), tax, &name, amount.share(IOF_ABROAD)) });
}

/// Subscriptions, the fee, and money back.
fn monthly(card: &CardAccount, date: Date, entries: &mut Vec<CardEntry>) {
    let month = Month::of(date);
    let chosen = SUBSCRIPTIONS.iter().enumerate().filter(|(n, _)| card.plan.seed >> n & 1 == 0);
    for (n, (name, cents, _, mcc)) in chosen.filter(|(_, (_, _, day, _))| month.day(*day) == date) {
        let bought = line(card, date, Line::Subscription(n as u64), CardKind::Purchase, name, Money::cents(*cents));
        entries.push(CardEntry { mcc: Some(*mcc), plastic: 1, ..bought });
    }
    if card.plan.fee > Money::ZERO && date.day() == 2 {
        entries.push(line(card, date, Line::Fee, CardKind::Fee("ANUIDADE"), "Anuidade do cartão", card.plan.fee));
    } else if card.plan.fee == Money::ZERO && date.day() == 5 {
        let amount = Money::cents(Dice::new(&[card.plan.seed, PURCHASES, month.key()]).between(380, 2_490));
        entries.push(line(card, date, Line::Cashback, CardKind::Cashback, "Cashback de compras", amount));
    }
}

fn weighted(dice: &mut Dice) -> usize {
    let weight = |shop: &Shop| shop.weight;
    let mut left = dice.below(SHOPS.iter().map(weight).sum());
    for (at, shop) in SHOPS.iter().enumerate() {
        if left < shop.weight {
            return at;
        }
        left -= shop.weight;
    }
    0
}
