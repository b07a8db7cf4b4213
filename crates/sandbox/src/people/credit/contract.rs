//! A contract, made by the calendar.

use jiff::civil::Date;

use super::product::Product;
use super::schedule::{self, parts};
use super::table::Series;
use super::{ResourceStatus, Standing};
use crate::people::history::{Dice, Money, Month, on_or_after, plus};
use crate::people::{opaque, whose};

/// Day of the month on which contracts are made, before weekends.
const MADE_ON: i8 = 6;
/// The first and last day of the month on which parts fall due, before weekends: after money has been redeemed.
const DUE_ON: (i64, i64) = (20, 25);
/// The tax on new credit, in millionths.
pub(super) const IOF: i64 = 3_800;

/// What falls due at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instalment {
    /// Its number, from one.
    pub number: u16,
    /// When it is due: a working day.
    pub due: Date,
    /// When it is paid.
    pub(crate) paid: Date,
    /// How much, with fees.
    pub amount: Money,
    pub(super) principal: Money,
    /// What of the debt is left afterwards.
    pub(super) left: Money,
}

/// A contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    /// Opaque id, the same for ever.
    pub id: String,
    /// Slug of the lender.
    pub brand: &'static str,
    /// CPF or CNPJ of the borrower.
    pub holder: &'static str,
    /// What is lent.
    pub product: Product,
    /// Number of the contract.
    pub number: String,
    /// The day it was made, on which the money came in as well.
    pub date: Date,
    /// How much was lent.
    pub amount: Money,
    /// The parts in which it is paid back.
    pub instalments: Vec<Instalment>,
    pub(crate) standing: Standing,
}

impl Contract {
    /// Whether its data can be read on the local date `today`.
    pub fn status(&self, today: Date) -> ResourceStatus {
        self.standing.status(today)
    }

    /// The day on which the last part was paid, once it has been.
    pub fn settled(&self, today: Date) -> Option<Date> {
        self.standing.closed.filter(|closed| *closed <= today)
    }

    /// What is paid when the contract is made: the fee, and the tax.
    pub(super) fn upfront(&self) -> (Money, Money) {
        (Money::cents(self.product.fee), Money::cents(self.amount.whole_cents() * IOF / 1_000_000))
    }

    /// The effective yearly rate, in millionths.
    pub fn yearly_rate(&self) -> i64 {
        schedule::yearly(self.product.rate, 12 / self.product.step.clamp(1, 12))
    }

    /// The whole yearly cost with all fees and taxes (CET), in millionths.
    pub fn whole_cost(&self) -> i64 {
        let (fee, tax) = self.upfront();
        let paid: Vec<Money> = self.instalments.iter().map(|part| part.amount).collect();
        let rate = schedule::whole_cost(self.amount - fee - tax, &paid);
        schedule::yearly(rate, 12 / self.product.step.clamp(1, 12))
    }

    /// Says whether the borrower gets the money; what is financed goes to the seller.
    pub(super) fn pays_out(&self) -> bool {
        self.product.family != super::Family::Financing
    }
}

/// The contracts of a series that had been made by `today`, back to those that could be read on `since`; the newest
/// first.
pub(super) fn until(n: usize, series: &'static Series, since: Date, today: Date) -> Vec<Contract> {
    let of_copy = |copy: u16| {
        let newest = newest(n, series, copy, Month::of(today));
        let made = (0..).map(move |back| make(n, series, copy, newest - back));
        let readable =
            move |one: &Contract| one.date > today || one.standing.status(since) != ResourceStatus::Unavailable;
        made.take_while(readable).filter(move |one| one.date <= today)
    };
    (0..series.copies).flat_map(of_copy).collect()
}

/// The contracts of a series on which something happens in `month`.
pub(super) fn during(n: usize, series: &'static Series, month: Month) -> Vec<Contract> {
    let open = |one: &Contract| Month::of(one.date) <= month && one.standing.closed >= Some(month.day(1));
    let of_copy = |copy: u16| {
        let newest = newest(n, series, copy, month);
        (0..2).map(move |back| make(n, series, copy, newest - back)).filter(open)
    };
    (0..series.copies).flat_map(of_copy).collect()
}

/// The number of the contract that is made in `month`, or was the last before.
fn newest(n: usize, series: &Series, copy: u16, month: Month) -> i64 {
    (month.key() as i64 - phase(n, series, copy)).div_euclid(series.every.into())
}

/// By how many months the series is shifted, so that not everybody borrows at the same time.
fn phase(n: usize, series: &Series, copy: u16) -> i64 {
    (Dice::of_text(whose(series.holder)).next() % 997 + n as u64 * 5 + u64::from(copy)) as i64 % i64::from(series.every)
}

/// Makes the k-th contract.
fn make(n: usize, series: &'static Series, copy: u16, k: i64) -> Contract {
    let Series { holder, brand, product, .. } = *series;
    let key = format!("contract|{brand}|{}|{n}|{copy}|{k}", whose(holder));
    let mut dice = Dice::of_text(&key);
    let month = Month::of_key(k * i64::from(series.every) + phase(n, series, copy));
    let amount = Money::reais(series.amount).share(dice.between(90, 110) * 10);
    let day = dice.between(DUE_ON.0, DUE_ON.1) as i8;
    let instalments = instalments(series, amount, month, day);
    let closed = instalments.last().map(|part| part.paid);
    Contract {
        id: opaque(&key),
        brand,
        holder,
        product,
        number: dice.between(100_000_000_000, 999_999_999_999).to_string(),
        date: on_or_after(month.day(MADE_ON)),
        amount,
        instalments,
        standing: Standing { closed, ..series.standing },
    }
}

fn instalments(series: &Series, amount: Money, made: Month, day: i8) -> Vec<Instalment> {
    let product = series.product;
    let parts = parts(product.system, amount, product.rate, product.parts);
    let instalment = |(number, part): (u16, schedule::Part)| {
        let month = Month::of_key(made.key() as i64 + i64::from(number * product.step));
        let due = on_or_after(month.day(day));
        let late = series.late && number % 6 == 2;
        Instalment {
            number,
            due,
            paid: if late { on_or_after(plus(due, 4)) } else { due },
            amount: part.interest + part.principal + Money::cents(product.part_fee),
            principal: part.principal,
            left: part.left,
        }
    };
    (1..).zip(parts).map(instalment).collect()
}
