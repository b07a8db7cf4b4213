//! Credit: loans, financings, advances to depositors, discounted receivables.
//!
//! A borrower's contracts of one kind follow each other for ever, by the calendar alone: at any time there is one in
//! force, and often one that was settled within the last year. What comes in and what is paid is on the account, on
//! the days that the contract says.

mod contract;
mod flows;
mod product;
mod release;
mod schedule;
mod table;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

pub use contract::{Contract, Instalment};
pub use product::{Family, Product, Warranty};
pub use release::{Release, Standings};
pub use schedule::{System, written};

pub(crate) use flows::write;

use super::history::local_date;
use super::standing::Standing;
use super::{Account, Company, People, Person, ResourceStatus};
use crate::brand::Brand;

impl People {
    /// The contracts of a family at `brand` that `person` shares, or the company they act for; the newest of each kind
    /// first. Those that were settled more than twelve months ago are there only if they could be read at `since`,
    /// when the sharing began.
    pub fn contracts_of(
        &self,
        brand: &Brand,
        (person, company): (&Person, Option<&Company>),
        family: Family,
        since: Timestamp,
        now: Timestamp,
    ) -> Vec<Contract> {
        let holder = match company {
            Some(company) if !person.acts_for(company.cnpj) => return Vec::new(),
            Some(company) => company.cnpj,
            None => person.cpf,
        };
        let (since, today) = (local_date(since), local_date(now));
        let of_family = table::of(brand.slug, holder).filter(|(_, series)| series.product.family == family);
        let mut contracts: Vec<Contract> =
            of_family.flat_map(|(n, series)| contract::until(n, series, since.min(today), today)).collect();
        contracts.retain(|contract| {
            let gone = contract.standing.status(today) == ResourceStatus::Unavailable;
            !gone || contract.standing.status(since) != ResourceStatus::Unavailable
        });
        contracts
    }

    /// CNPJ of the employer that pays the salary of a contract's borrower at the lender.
    pub fn employer_behind(&self, contract: &Contract) -> Option<String> {
        let fits = |account: &&Account| account.brand == contract.brand && account.holder == contract.holder;
        self.0.accounts.iter().filter(fits).find_map(|account| self.employer(account)).map(|(_, cnpj)| cnpj)
    }
}
