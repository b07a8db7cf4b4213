//! The people of the sandbox network: who they are, what they hold, and what happens to their money.
//!
//! People and companies are a table ([`People::all`], [`People::companies`]); everything else follows from it. What
//! happens on an account depends on the account and the clock only: the same question at the same instant has the
//! same answer in every process, for ever.

mod account;
mod address;
pub mod cards;
pub mod credit;
pub(crate) mod document;
pub mod history;
pub mod investments;
mod person;
mod profile;
mod roster;
mod standing;
mod table;
#[cfg(test)]
mod tests;
mod troubled;

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

pub use account::{Account, AccountKind};
pub use person::{Address, Company, Conduct, PASSWORD, Person, Sex};
pub use standing::ResourceStatus;

pub(crate) use roster::opaque;

use crate::brand::Brand;
use history::{Balances, Histories, Money, Seen};

/// Everybody in the network: people, companies, and the accounts they hold at each brand. Cheap to clone.
#[derive(Debug, Clone)]
pub struct People(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    accounts: Vec<Account>,
    histories: Histories,
}

impl People {
    /// Brings everybody to life.
    pub fn new() -> Self {
        Self(Arc::new(Inner { accounts: roster::open_all(), histories: Histories::default() }))
    }

    /// Every person, the main one first.
    pub fn all(&self) -> Vec<&'static Person> {
        everybody().collect()
    }

    /// Every company.
    pub fn companies(&self) -> &'static [Company] {
        &table::COMPANIES
    }

    /// Finds a person by e-mail address, alias or CPF, with or without dots and dash.
    pub fn by_login(&self, login: &str) -> Option<&'static Person> {
        let login = login.trim();
        let named = |person: &&'static Person| {
            person.login.eq_ignore_ascii_case(login)
                || person.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(login))
        };
        let found = everybody().find(named);
        found.or_else(|| self.by_document(&login.replace(['.', '-'], "")))
    }

    /// Finds a person by CPF, digits only.
    pub fn by_document(&self, cpf: &str) -> Option<&'static Person> {
        everybody().find(|person| person.cpf == cpf)
    }

    /// Finds a company by CNPJ, fourteen characters.
    pub fn company(&self, cnpj: &str) -> Option<&'static Company> {
        table::COMPANIES.iter().find(|company| company.cnpj == cnpj)
    }

    /// The companies that `person` may act for.
    pub fn companies_of(&self, person: &Person) -> Vec<&'static Company> {
        person.companies.iter().filter_map(|cnpj| self.company(cnpj)).collect()
    }

    /// The people who may act for `company`.
    pub fn users_of(&self, company: &Company) -> Vec<&'static Person> {
        everybody().filter(|person| person.acts_for(company.cnpj)).collect()
    }

    /// The accounts at `brand` that `person` can share: their own, or the company's when acting for one.
    pub fn accounts_of(&self, brand: &Brand, person: &Person, company: Option<&Company>) -> Vec<&Account> {
        let holder = match company {
            Some(company) if person.acts_for(company.cnpj) => company.cnpj,
            Some(_) => return Vec::new(),
            None => person.cpf,
        };
        self.0.accounts.iter().filter(|account| account.brand == brand.slug && account.holder == holder).collect()
    }

    /// Finds an account of `brand` by its id.
    pub fn account(&self, brand: &Brand, id: &str) -> Option<&Account> {
        self.0.accounts.iter().find(|account| account.brand == brand.slug && account.id == id)
    }

    /// The entries of `account` booked from one local date to another, both included, as they look at `now`; the newest
    /// first.
    pub fn entries(&self, account: &Account, from: Date, to: Date, now: Timestamp) -> Vec<Seen> {
        self.0.histories.entries(account, from, to, now)
    }

    /// What `account` holds at `now`.
    pub fn balances(&self, account: &Account, now: Timestamp) -> Balances {
        self.0.histories.balances(account, now)
    }

    /// What the effective entries have left on `account` at `now`, blocked money included.
    pub fn ledger(&self, account: &Account, now: Timestamp) -> Money {
        self.0.histories.ledger(account, now)
    }

    /// Name and CNPJ of the employer whose salary arrives on `account`; `None` where none does.
    pub fn employer(&self, account: &Account) -> Option<(&'static str, String)> {
        let salaried = matches!(account.plan.life, profile::Life::Salaried(_));
        salaried.then(|| history::employer(account)).map(|employer| (employer.name, employer.cnpj()))
    }

    /// What the reserve inside `account` holds at `now`; `None` for those who keep none.
    pub fn reserved(&self, account: &Account, now: Timestamp) -> Option<Money> {
        self.0.histories.reserved(account, now)
    }
}

/// What ids are made of: the login of a person, never a CPF, which could be guessed back; the CNPJ of a company.
pub(crate) fn whose(holder: &'static str) -> &'static str {
    everybody().find(|person| person.cpf == holder).map_or(holder, |person| person.login)
}

/// Every person: the published people, then those whose banks make trouble.
fn everybody() -> impl Iterator<Item = &'static Person> {
    table::PEOPLE.iter().chain(&troubled::TROUBLED)
}

impl Default for People {
    fn default() -> Self {
        Self::new()
    }
}
