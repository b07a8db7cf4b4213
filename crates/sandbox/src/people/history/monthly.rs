//! What happens once a month: salary, rent, bills, fees, transfers to savings.

use jiff::civil::Date;

use super::calendar::{Month, on_or_after, on_or_before};
use super::dice::Dice;
use super::entry::Kind;
use super::money::Money;
use super::names::{CONDOMINIUMS, EMPLOYERS, INTERNET, LANDLORDS, PHONE, POWER, SCHOOLS, SUBSCRIPTIONS, WATER};
use super::party::{Friend, Organisation};
use super::pen::{Draft, Pen};
use crate::people::Account;
use crate::people::profile::PersonMoney;

/// The employer that pays the salary on `account`.
pub(crate) fn employer(account: &Account) -> &'static Organisation {
    Dice::new(&[account.plan.seed, 20]).pick(&EMPLOYERS)
}

/// Writes the salary on the fifth working day, and its thirteenth in two halves.
pub(crate) fn salary(pen: &mut Pen<'_>, month: Month, money: &PersonMoney) {
    let from = employer(pen.account);
    let mut pay = |date: Date, amount: Money, what: &str| {
        let name = format!("{what} - {}", from.name);
        pen.write(match money.portability {
            true => Draft::credit(date, Kind::SalaryPortability, amount, name).hours(6, 8),
            false => Draft::credit(date, Kind::Payroll, amount, name).with(from.holder()).hours(6, 8),
        });
    };
    pay(month.business_day(5), money.salary, "Salário");
    match month.month {
        11 => pay(month.last_business_day(), money.salary.share(500), "13º salário 1ª parcela"),
        12 => pay(on_or_before(month.day(20)), money.salary.share(410), "13º salário 2ª parcela"),
        _ => {}
    }
}

/// Writes the rent, by Pix to a person or by TED to an agency, scheduled ten days before.
pub(crate) fn rent(pen: &mut Pen<'_>, month: Month, money: &PersonMoney) {
    let seed = pen.account.plan.seed;
    let date = on_or_after(month.day(12));
    let draft = if seed.is_multiple_of(2) {
        let friend = Friend::nth(seed, 99);
        let name = format!("Pix enviado - Aluguel {}", friend.name);
        Draft::debit(date, Kind::Pix, money.rent, name).with(friend.party)
    } else {
        let agency = pen.settled(21, &LANDLORDS);
        let name = format!("TED enviada - {}", agency.name);
        Draft::debit(date, Kind::Ted, money.rent, name).with(agency.holder())
    };
    pen.write(draft.announced(10).hours(8, 11));
}

/// Writes the household's bills, most of them scheduled.
pub(crate) fn bills(pen: &mut Pen<'_>, month: Month) {
    let shift = (pen.account.plan.seed % 4) as i8;
    let (power, water) = (pen.settled(22, &POWER), pen.settled(23, &WATER));
    let (phone, internet) = (pen.settled(24, &PHONE), pen.settled(25, &INTERNET));
    let (condominium, school) = (pen.settled(26, &CONDOMINIUMS), pen.settled(27, &SCHOOLS));
    bill(pen, month.day(12 + shift), Kind::Collection, power, (9_000, 26_000), Some(14));
    bill(pen, month.day(18 + shift), Kind::Collection, water, (5_500, 13_000), Some(12));
    bill(pen, month.day(20 + shift), Kind::Collection, phone, (4_990, 8_990), None);
    bill(pen, month.day(15), Kind::Boleto, internet, (9_990, 9_990), Some(18));
    bill(pen, month.day(8), Kind::Boleto, condominium, (38_000, 44_000), Some(7));
    if pen.account.plan.seed.is_multiple_of(3) {
        bill(pen, month.day(16), Kind::Boleto, school, (29_000, 29_000), Some(20));
    }
}

fn bill(
    pen: &mut Pen<'_>,
    due: Date,
    kind: Kind,
    payee: &Organisation,
    (low, high): (i64, i64),
    announced_days: Option<i64>,
) {
    let date = on_or_after(due);
    let amount = Money::cents(pen.dice(30, due).between(low, high));
    let what = if kind == Kind::Boleto { "Pagamento de boleto" } else { "Pagamento de conta" };
    let draft = Draft::debit(date, kind, amount, format!("{what} - {}", payee.name)).with(payee.payee()).hours(7, 17);
    pen.write(match announced_days {
        Some(days) => draft.announced(days),
        None => draft,
    });
}

/// Writes subscriptions by debit card, and the main person's published payment.
pub(crate) fn subscriptions(pen: &mut Pen<'_>, month: Month, money: &PersonMoney) {
    let seed = pen.account.plan.seed;
    for (n, (name, cents)) in SUBSCRIPTIONS.iter().enumerate().filter(|(n, _)| seed >> n & 1 == 0) {
        let date = month.day(3 + 5 * n as i8);
        let name = format!("Compra no débito - {name}");
        pen.write(Draft::debit(date, Kind::Card, Money::cents(*cents), name).hours(3, 6));
    }
    if money.published_payment {
        for day in [9, 23] {
            pen.write(Draft::debit(month.day(day), Kind::Card, Money::cents(77_152), "PAGAMENTO").hours(10, 20));
        }
    }
}

/// Writes the bank's own: package of services, overdraft interest, yield of money invested by itself.
pub(crate) fn bank(pen: &mut Pen<'_>, month: Month) {
    let first = month.business_day(1);
    let package = [1_990, 2_890, 3_990][(pen.account.plan.seed % 3) as usize];
    pen.write(Draft::debit(first, Kind::FeePackage, Money::cents(package), "Tarifa pacote de serviços").hours(5, 7));
    if pen.account.plan.overdraft > Money::reais(3_000) {
        let amount = Money::cents(pen.dice(33, first).between(1_800, 9_500));
        let kind = Kind::OverdraftInterest;
        pen.write(Draft::debit(first, kind, amount, "Juros de utilização do cheque especial").hours(5, 7));
    }
    let earned = pen.account.plan.invested.share(7);
    let date = month.business_day(2);
    pen.write(Draft::credit(date, Kind::Yield, earned, "Rendimento de aplicação automática").hours(5, 7));
}
