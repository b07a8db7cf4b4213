//! The other side of a movement: documents with right check digits, banks, accounts.

use super::dice::Dice;
use super::names::{FIRST_NAMES, LAST_NAMES};
use crate::people::document::{cnpj_of, cpf_of};

/// A bank by its codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bank {
    /// Clearing code, three digits.
    pub compe: &'static str,
    /// ISPB, eight digits.
    pub ispb: &'static str,
}

/// Banks that counterparties keep their accounts with.
const BANKS: [Bank; 9] = [
    Bank { compe: "001", ispb: "00000000" },
    Bank { compe: "033", ispb: "90400888" },
    Bank { compe: "104", ispb: "00360305" },
    Bank { compe: "237", ispb: "60746948" },
    Bank { compe: "341", ispb: "60701190" },
    Bank { compe: "260", ispb: "18236120" },
    Bank { compe: "077", ispb: "00416968" },
    Bank { compe: "756", ispb: "02038232" },
    Bank { compe: "748", ispb: "01181521" },
];

/// An account by branch, number and check digit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Branch, four digits.
    pub branch: Option<String>,
    /// Number without check digit.
    pub number: String,
    /// Check digit.
    pub digit: char,
}

/// The other side of a movement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// CPF or CNPJ.
    pub document: String,
    /// Their bank.
    pub bank: Bank,
    /// Their account, where the movement shows it.
    pub place: Option<Place>,
}

impl Party {
    /// Says whether the other side is a company.
    pub fn is_company(&self) -> bool {
        self.document.len() == 14
    }

    /// One of the banks that counterparties keep their accounts with.
    pub(crate) fn some_bank(dice: &mut Dice) -> Bank {
        *dice.pick(&BANKS)
    }
}

/// A company that people pay or are paid by.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Organisation {
    /// What statements call it.
    pub(crate) name: &'static str,
    /// The first twelve characters of its CNPJ.
    pub(crate) root: &'static str,
}

impl Organisation {
    /// The company's CNPJ.
    pub(crate) fn cnpj(&self) -> String {
        cnpj_of(self.root)
    }

    /// The company as payee of a bill: no account is shown.
    pub(crate) fn payee(&self) -> Party {
        Party { document: self.cnpj(), bank: *self.dice().pick(&BANKS), place: None }
    }

    /// The company with its account.
    pub(crate) fn holder(&self) -> Party {
        let mut dice = self.dice();
        let bank = *dice.pick(&BANKS);
        Party { document: self.cnpj(), bank, place: Some(Place::thrown(&mut dice)) }
    }

    fn dice(&self) -> Dice {
        Dice::of_text(self.root)
    }
}

impl Place {
    /// Throws an account.
    pub(crate) fn thrown(dice: &mut Dice) -> Self {
        let digits = *dice.pick(&['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
        Self {
            branch: Some(format!("{:04}", dice.between(1, 4999))),
            number: format!("{:08}", dice.between(1_000_000, 99_999_999)),
            digit: digits,
        }
    }
}

/// Somebody whom the holder knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Friend {
    /// Their name.
    pub(crate) name: String,
    /// Their bank details.
    pub(crate) party: Party,
}

/// Keeps the throws for friends apart from all others.
const FRIENDS: u64 = 0xF5;
/// How many people an account's holder knows.
const CIRCLE: u64 = 14;

impl Friend {
    /// The friend of an account that the dice fall on; the same few come again and again.
    pub(crate) fn pick(seed: u64, dice: &mut Dice) -> Self {
        Self::nth(seed, dice.below(CIRCLE))
    }

    /// The n-th friend of an account.
    pub(crate) fn nth(seed: u64, n: u64) -> Self {
        let mut dice = Dice::new(&[seed, FRIENDS, n]);
        let name = format!("{} {}", dice.pick(&FIRST_NAMES), dice.pick(&LAST_NAMES));
        let document = cpf_of(dice.below(1_000_000_000));
        let bank = *dice.pick(&BANKS);
        Self { name, party: Party { document, bank, place: Some(Place::thrown(&mut dice)) } }
    }
}
