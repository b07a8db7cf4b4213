//! Who the people and companies are.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};

use super::history::Money;
use crate::brand::Brand;

/// The password of every person in the network.
pub const PASSWORD: &str = "P@ssword01";

/// How the bank treats a person, beyond the ordinary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conduct {
    /// Consents are confirmed by the person alone and everything is available.
    Ordinary,
    /// A second holder would have to approve: resources stay `PENDING_AUTHORISATION`.
    AwaitsSecondHolder,
    /// The bank's risk rules refuse the consent after the confirmation.
    RefusesConsent,
    /// The bank takes half a minute to gather what the person holds: resources answer 202 until then.
    GatheredSlowly,
    /// The bank has locked the user: no login.
    LockedOut,
    /// No password is the right one.
    ForgotPassword,
    /// A session is open elsewhere, and the bank allows one.
    LoggedInElsewhere,
    /// The consent runs out before the confirmation is taken.
    RunsOutOfTime,
    /// The bank's id_token carries a nonce that nobody asked with.
    ForgedIdToken,
    /// A client who holds no account.
    WithoutAccounts,
    /// The bank takes the confirmation and sends nobody back.
    NeverReturns,
    /// The savings account cannot be read for a while.
    SharesPart,
    /// The bank's authorization server refuses the scope.
    ScopeRefused,
}

/// Sex as the customers API spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// `FEMININO`
    Female,
    /// `MASCULINO`
    Male,
}

/// A street address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address {
    /// Street and number.
    pub street: &'static str,
    /// Neighbourhood.
    pub district: &'static str,
    /// City.
    pub town: &'static str,
    /// IBGE code of the city, seven digits.
    pub ibge: &'static str,
    /// State, two letters.
    pub state: &'static str,
    /// CEP, eight digits.
    pub post_code: &'static str,
    /// Area code of the local telephones.
    pub area: &'static str,
}

/// A person of the network.
#[derive(Debug, PartialEq, Eq)]
pub struct Person {
    /// Civil name.
    pub name: &'static str,
    /// The e-mail address they log in with.
    pub login: &'static str,
    /// Logins of other mock banks that mean this person too.
    pub aliases: &'static [&'static str],
    /// CPF, digits only.
    pub cpf: &'static str,
    /// Sex.
    pub sex: Sex,
    /// Date of birth, `yyyy-mm-dd`.
    pub born: &'static str,
    /// CNPJs of the companies this person may act for.
    pub companies: &'static [&'static str],
    /// Number of the current account at the main brand; empty where none is published.
    pub number: &'static str,
    /// How the bank treats them.
    pub conduct: Conduct,
    /// What their money does.
    pub(crate) money: super::profile::PersonMoney,
}

/// A company of the network.
#[derive(Debug, PartialEq, Eq)]
pub struct Company {
    /// CNPJ, fourteen characters, possibly with letters.
    pub cnpj: &'static str,
    /// Registered name.
    pub name: &'static str,
    /// Trade name.
    pub trade_name: &'static str,
    /// Main economic activity (CNAE), seven digits.
    pub activity: &'static str,
    /// Date of incorporation, `yyyy-mm-dd`.
    pub founded: &'static str,
    /// What its money does.
    pub(crate) money: super::profile::CompanyMoney,
}

impl Company {
    /// Receipts in a month, roughly.
    pub fn revenue(&self) -> Money {
        self.money.revenue
    }
}

impl Person {
    /// Compares `password` with the person's in time that does not depend on where they differ.
    pub fn password_matches(&self, password: &str) -> bool {
        let given = digest(&SHA256, password.as_bytes());
        let kept = digest(&SHA256, PASSWORD.as_bytes());
        let equal = verify_slices_are_equal(given.as_ref(), kept.as_ref()).is_ok();
        equal && self.conduct != Conduct::ForgotPassword
    }

    /// Net salary in a month.
    pub fn salary(&self) -> Money {
        self.money.salary
    }

    /// Says whether the salary comes from another bank by portability.
    pub fn salary_by_portability(&self) -> bool {
        self.money.portability
    }

    /// The name people are addressed by.
    pub fn first_name(&self) -> &'static str {
        self.name.split(' ').next().unwrap_or(self.name)
    }

    /// Says whether the person may act for the company with this CNPJ.
    pub fn acts_for(&self, cnpj: &str) -> bool {
        self.companies.contains(&cnpj)
    }

    /// Says whether the person is known at `brand`: as a holder, or as a company's user.
    pub fn banks_with(&self, brand: &Brand) -> bool {
        brand.persons || (brand.companies && !self.companies.is_empty())
    }
}
