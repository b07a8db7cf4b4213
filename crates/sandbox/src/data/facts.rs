//! What persons and companies have in common in the customers API.

use jiff::civil::{Time, date};
use serde_json::{Value, json};

use super::reply::seconds;
use super::transaction::Amount;
use crate::Access;
use crate::people::credit::Family;
use crate::people::history::{Dice, Money, instant, local_date};
use crate::people::{Account, AccountKind, Company, People, Person};

/// When the records were looked through last: at the beginning of the month.
pub(super) fn updated(access: &Access) -> String {
    seconds(instant(local_date(access.now).first_of_month(), Time::midnight()))
}

/// Since when the bank knows the holder.
pub(super) fn known_since(access: &Access, whose: &str) -> String {
    let mut dice = Dice::of_text(&format!("{}|{whose}", access.brand.slug));
    let (year, month) = (dice.between(2012, 2021) as i16, dice.between(1, 12) as i8);
    seconds(instant(date(year, month, dice.between(1, 28) as i8), Time::constant(10, 0, 0, 0)))
}

/// An amount in reais.
pub(super) fn amount(money: Money) -> Amount {
    money.into()
}

/// A telephone.
pub(super) fn phone(dice: &mut Dice, kind: &str, area: &str) -> Value {
    let number = match kind {
        "MOVEL" => dice.between(980_000_000, 999_999_999),
        _ => dice.between(30_000_000, 39_999_999),
    };
    json!({
        "isMain": true,
        "type": kind,
        "countryCallingCode": "55",
        "areaCode": area,
        "number": number.to_string(),
    })
}

/// The kinds of product that the holder of `accounts` uses.
pub(super) fn products(accounts: &[&Account]) -> Vec<&'static str> {
    let mut kinds: Vec<&str> = Vec::new();
    for kind in accounts.iter().map(|account| account.kind.as_str()) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    if kinds.is_empty() {
        kinds.push(AccountKind::Deposit.as_str());
    }
    kinds
}

/// The kinds of credit that a holder uses, beside their accounts.
pub(super) fn credit_products(
    people: &People,
    access: &Access,
    whose: (&Person, Option<&Company>),
) -> Vec<&'static str> {
    let (person, company) = whose;
    let cards = !people.cards_of(access.brand, person, company).is_empty();
    let borrows = |family| !people.contracts_of(access.brand, whose, family, access.now, access.now).is_empty();
    let kinds = [(cards, "CARTAO_CREDITO"), (Family::ALL.into_iter().any(borrows), "OPERACAO_CREDITO")];
    kinds.into_iter().filter(|(used, _)| *used).map(|(_, kind)| kind).collect()
}

/// An account as the list of relations shows it.
pub(super) fn account_line(access: &Access, account: &Account) -> Value {
    let mut line = json!({
        "compeCode": access.brand.compe,
        "number": account.number,
        "checkDigit": account.digit.to_string(),
        "type": account.kind.as_str(),
    });
    if let Some(branch) = account.branch {
        line["branchCode"] = branch.into();
    }
    line
}
