//! A company's account: receipts, suppliers, payroll, taxes.

use jiff::civil::Date;

use super::calendar::{Month, is_business_day, on_or_after};
use super::entry::Kind;
use super::money::Money;
use super::names::{CLIENTS, INTERNET, LANDLORDS, POWER, SHOPS, SUPPLIERS, TREASURY};
use super::party::Friend;
use super::pen::{Draft, Pen};
use crate::people::profile::CompanyMoney;

/// Working days in a month, roughly.
const WORKING_DAYS: i64 = 21;

/// Writes a month of a company's account.
pub(crate) fn write(pen: &mut Pen<'_>, month: Month, money: &CompanyMoney) {
    for date in month.days().filter(|&date| is_business_day(date)) {
        receipts(pen, date, money);
        purchases(pen, date, money);
    }
    invoices(pen, month, money);
    payroll(pen, month, money);
    taxes(pen, month, money);
    premises(pen, month, money);
}

/// Customers pay by Pix, boleto and card; half of the revenue comes this way.
fn receipts(pen: &mut Pen<'_>, date: Date, money: &CompanyMoney) {
    let mut dice = pen.dice(40, date);
    let days_worth = money.revenue.whole_cents() / WORKING_DAYS / 2;
    let usual = days_worth * 100 / (money.receipts.max(1) as i64 + 60);
    for _ in 0..dice.count(money.receipts) {
        let customer = Friend::nth(pen.account.plan.seed, dice.below(60));
        let amount = Money::cents(dice.between(usual / 2, usual * 3 / 2));
        let name = format!("Pix recebido - {}", customer.name);
        pen.write(Draft::credit(date, Kind::Pix, amount, name).with(customer.party).hours(8, 20));
    }
    if dice.chance(300) {
        let amount = Money::cents(dice.between(usual, usual * 2));
        pen.write(Draft::credit(date, Kind::Boleto, amount, "Liquidação de cobrança").hours(6, 9));
    }
    if dice.chance(300) {
        let amount = Money::cents(dice.between(usual, usual * 2));
        pen.write(Draft::credit(date, Kind::Card, amount, "Recebimento de vendas no cartão").hours(6, 9));
    }
}

/// Small things bought by card, and single fees for what was moved.
fn purchases(pen: &mut Pen<'_>, date: Date, money: &CompanyMoney) {
    let mut dice = pen.dice(41, date);
    for _ in 0..dice.count(40) {
        let shop = &SHOPS[14 + dice.below(7) as usize];
        let amount = Money::cents(dice.between(shop.cents.0, shop.cents.1));
        let name = format!("Compra no débito - {}", shop.name);
        pen.write(Draft::debit(date, Kind::Card, amount, name).hours(shop.hours.0, shop.hours.1));
    }
    for _ in 0..dice.count(30) {
        let supplier = dice.pick(&SUPPLIERS);
        let amount = money.revenue.share(dice.between(8, 45));
        let name = format!("Pagamento de boleto - {}", supplier.name);
        let draft = Draft::debit(date, Kind::Boleto, amount, name).with(supplier.payee());
        pen.write(draft.announced(dice.between(5, 25)).hours(7, 17));
    }
    if dice.chance(120) {
        pen.write(Draft::debit(date, Kind::SingleFee, Money::cents(290), "Tarifa liquidação de boleto").hours(6, 8));
    }
}

/// Two corporate customers pay their invoices by TED: the other half of the revenue.
fn invoices(pen: &mut Pen<'_>, month: Month, money: &CompanyMoney) {
    for (n, day) in [(0, 4), (1, 17)] {
        let date = on_or_after(month.day(day));
        let client = pen.settled(50 + n, &CLIENTS);
        let amount = money.revenue.share(pen.dice(42, date).between(210, 290));
        let name = format!("TED recebida - {}", client.name);
        pen.write(Draft::credit(date, Kind::Ted, amount, name).with(client.holder()).hours(9, 17));
    }
}

fn payroll(pen: &mut Pen<'_>, month: Month, money: &CompanyMoney) {
    let date = month.business_day(5);
    for n in 0..money.staff {
        let worker = Friend::nth(pen.account.plan.seed, 1_000 + n);
        let amount = Money::cents(230_000 + 14_300 * (n as i64 % 5));
        let name = format!("Pagamento de salário - {}", worker.name);
        pen.write(Draft::debit(date, Kind::Payroll, amount, name).announced(3).hours(6, 8));
    }
}

fn taxes(pen: &mut Pen<'_>, month: Month, money: &CompanyMoney) {
    for (n, (day, per_mille)) in [(20, 60), (7, 18), (15, 22)].into_iter().enumerate() {
        let payee = &TREASURY[n];
        let date = on_or_after(month.day(day));
        let amount = money.revenue.share(per_mille) + Money::cents(pen.dice(43, date).between(0, 9_999));
        let name = format!("Pagamento de tributo - {}", payee.name);
        let draft = Draft::debit(date, Kind::Collection, amount, name).with(payee.payee());
        pen.write(draft.announced(10).hours(7, 17));
    }
}

fn premises(pen: &mut Pen<'_>, month: Month, money: &CompanyMoney) {
    let first = month.business_day(1);
    let package = Draft::debit(first, Kind::FeePackage, Money::cents(8_990), "Tarifa pacote de serviços PJ");
    pen.write(package.hours(5, 7));
    let (agency, power) = (pen.settled(44, &LANDLORDS), pen.settled(45, &POWER));
    let internet = pen.settled(46, &INTERNET);
    let due = on_or_after(month.day(10));
    let name = format!("TED enviada - {}", agency.name);
    let rent = Draft::debit(due, Kind::Ted, money.revenue.share(70), name).with(agency.holder());
    pen.write(rent.announced(10).hours(8, 11));
    let due = on_or_after(month.day(13));
    let amount = Money::cents(pen.dice(47, due).between(38_000, 97_000));
    let name = format!("Pagamento de conta - {}", power.name);
    pen.write(Draft::debit(due, Kind::Collection, amount, name).with(power.payee()).announced(14).hours(7, 17));
    let due = on_or_after(month.day(15));
    let name = format!("Pagamento de boleto - {}", internet.name);
    pen.write(Draft::debit(due, Kind::Boleto, Money::cents(24_990), name).with(internet.payee()).hours(7, 17));
}
