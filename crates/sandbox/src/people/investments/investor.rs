//! Who invests where, and how much.

use jiff::civil::Date;

use crate::people::history::{Dice, Money};
use crate::people::table::{COMPANIES, PEOPLE};

/// The brand where most people invest.
const MAIN: &str = "mockbank";
/// A second brand, where few do.
const SECOND: &str = "aurora";

/// People whom the official table gives all products, by e-mail address.
const ALL: [&str; 11] = [
    "ralph.bragg@gmail.com",
    "alice.silva@email.com",
    "bruno.souza@email.com",
    "carolina.oliveira@email.com",
    "diego.santos@email.com",
    "fernanda.lima@hotmail.com",
    "gustavo.ferreira@email.com",
    "helena.costa@yahoo.com",
    "igor.rodrigues@email.com",
    "juliana.alves@email.com",
    "lucas.pereira@email.com",
];
/// The companies of the two among them that have one.
const COMPANIES_TOO: [&str; 2] = ["50685362006773", "5W685362006744"];
/// Those with a second portfolio at another bank.
const TWICE: [&str; 3] = ["ralph.bragg@gmail.com", "carolina.oliveira@email.com", "lucas.pereira@email.com"];

/// Somebody who invests at a brand.
#[derive(Debug, Clone, Copy)]
pub struct Investor {
    /// Slug of the brand.
    pub(crate) brand: &'static str,
    /// E-mail address of the person, CNPJ of the company: ids are made of it, never of a CPF, which could be guessed back.
    pub(crate) whose: &'static str,
    /// Income of a month, by which everything is measured.
    pub(crate) income: Money,
    /// Companies pay taxes where persons do not.
    pub(crate) company: bool,
    /// Nothing is bought before.
    pub(crate) since: Date,
    /// Key of all chance.
    pub(crate) seed: u64,
}

impl Investor {
    /// The investor with this CPF or CNPJ at a brand; `None` for those who do not invest there.
    pub(crate) fn find(brand: &'static str, holder: &str) -> Option<Self> {
        Self::person(brand, holder).or_else(|| Self::company(brand, holder))
    }

    fn person(brand: &'static str, cpf: &str) -> Option<Self> {
        let person = PEOPLE.iter().find(|person| person.cpf == cpf)?;
        let invests = match brand {
            MAIN => ALL.contains(&person.login),
            SECOND => TWICE.contains(&person.login),
            _ => false,
        };
        invests.then(|| Self::new(brand, person.login, person.money.salary, false, Date::MIN))
    }

    fn company(brand: &'static str, cnpj: &str) -> Option<Self> {
        let company = COMPANIES.iter().find(|company| company.cnpj == cnpj)?;
        let invests = brand == MAIN && COMPANIES_TOO.contains(&cnpj);
        let founded = company.founded.parse().unwrap_or(Date::MIN);
        invests.then(|| Self::new(brand, company.cnpj, company.money.revenue.share(250), true, founded))
    }

    fn new(brand: &'static str, whose: &'static str, income: Money, company: bool, since: Date) -> Self {
        let seed = Dice::of_text(&format!("investor|{brand}|{whose}")).next();
        Self { brand, whose, income, company, since, seed }
    }

    /// Dice for one habit of the investor, thrown once and for all.
    pub(crate) fn dice(&self, habit: &str) -> Dice {
        Dice::new(&[self.seed, Dice::of_text(habit).next()])
    }
}
