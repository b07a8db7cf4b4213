//! The people of the sandbox network.

mod account;
mod person;
mod profile;

pub use account::{Account, AccountKind, ResourceStatus};
pub use person::{Address, Company, Conduct, PASSWORD, Person, Sex};

use crate::brand::Brand;

/// Everybody in the network: people, companies, and the accounts they hold at each brand.
#[derive(Debug, Clone)]
pub struct People {}

impl People {
    /// Brings everybody to life.
    pub fn new() -> Self {
        Self {} // skeleton
    }

    /// Every person, the main one first.
    pub fn all(&self) -> &'static [Person] {
        todo!() // skeleton
    }

    /// Every company.
    pub fn companies(&self) -> &'static [Company] {
        todo!() // skeleton
    }

    /// Finds a person by e-mail address, alias or CPF, with or without dots and dash.
    pub fn by_login(&self, _login: &str) -> Option<&'static Person> {
        todo!() // skeleton
    }

    /// Finds a person by CPF, digits only.
    pub fn by_document(&self, _cpf: &str) -> Option<&'static Person> {
        todo!() // skeleton
    }

    /// Finds a company by CNPJ, fourteen characters.
    pub fn company(&self, _cnpj: &str) -> Option<&'static Company> {
        todo!() // skeleton
    }

    /// The companies that `person` may act for.
    pub fn companies_of(&self, _person: &Person) -> Vec<&'static Company> {
        todo!() // skeleton
    }

    /// The accounts at `brand` that `person` can share: their own, or the company's when acting for one.
    pub fn accounts_of(&self, _brand: &Brand, _person: &Person, _company: Option<&Company>) -> Vec<&Account> {
        todo!() // skeleton
    }

    /// Finds an account of `brand` by its id.
    pub fn account(&self, _brand: &Brand, _id: &str) -> Option<&Account> {
        todo!() // skeleton
    }
}

impl Default for People {
    fn default() -> Self {
        Self::new()
    }
}
