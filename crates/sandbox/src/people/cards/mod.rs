//! Credit cards: who holds them, what is bought, what is billed, and when the bills are paid.
//!
//! As with accounts, everything depends on the card and the clock only. A bill holds what was bought until its closing
//! date, the instalments that fall into it, taxes, fees, refunds, and what of the bill before was not paid:
//!
//! *total of a bill = debits less credits of its transactions, payments of bills left aside.*

mod bill;
mod cycle;
mod entry;
mod payment;
mod shops;
mod spending;
mod statement;
mod table;
#[cfg(test)]
mod tests;

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;

pub use bill::{Bill, BillPayment, Charge};
pub use entry::{CardEntry, CardKind, Foreign};

pub(crate) use payment::write as write_payments;

use super::history::{Dice, Money, local_date};
use super::standing::Standing;
use super::{Company, People, Person, ResourceStatus, opaque};
use crate::brand::Brand;
use statement::Statement;

/// How the holder pays the bills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Habit {
    /// All of it, on the day it is due.
    Full,
    /// All of it; four days late now and then.
    Late,
    /// All of it; only the minimum now and then.
    Minimum,
}

/// One plastic (or virtual) card of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plastic {
    /// The last four digits for persons, an id for companies.
    pub number: String,
    /// It is a debit card too.
    pub multiple: bool,
}

/// A card account that a person or a company holds at a brand.
#[derive(Debug, Clone)]
pub struct CardAccount {
    /// Opaque id, the same for ever.
    pub id: String,
    /// Slug of the brand that issues it.
    pub brand: &'static str,
    /// CPF or CNPJ of the holder.
    pub holder: &'static str,
    /// What the bank calls it.
    pub name: &'static str,
    /// Product type as the standard spells it.
    pub product: &'static str,
    /// The addition that the product `OUTROS` wants.
    pub product_addition: Option<&'static str>,
    /// Network as the standard spells it.
    pub network: &'static str,
    /// The addition that the network `OUTRAS` wants.
    pub network_addition: Option<&'static str>,
    /// Its cards: the main one first, then the virtual one.
    pub plastics: Vec<Plastic>,
    /// The whole limit.
    pub limit: Money,
    /// The bank shows no fixed limit.
    pub flexible: bool,
    pub(crate) standing: Standing,
    pub(crate) plan: CardPlan,
}

/// What is bought with a card, and how it is paid for.
#[derive(Debug, Clone)]
pub(crate) struct CardPlan {
    /// Key of all chance.
    pub(crate) seed: u64,
    /// Day of the month on which bills are due, before weekends; not before the 21st.
    pub(crate) due_day: i8,
    /// Purchases in a hundred days.
    pub(crate) rate: u64,
    /// Scale of the amounts, per hundred.
    pub(crate) scale: i64,
    /// Monthly share of the annual fee; zero where there is none.
    pub(crate) fee: Money,
    /// How bills are paid.
    pub(crate) habit: Habit,
}

/// How much of a limit is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Used {
    /// Everything bought and not yet paid, future instalments included.
    pub total: Money,
    /// What of it are purchases in instalments.
    pub in_instalments: Money,
}

impl CardAccount {
    /// Whether its data can be read on the local date `today`.
    pub fn status(&self, today: Date) -> ResourceStatus {
        self.standing.status(today)
    }

    /// Says whether it was cancelled before or on `today`.
    pub fn is_cancelled(&self, today: Date) -> bool {
        self.standing.is_closed(today)
    }
}

/// The card as people recognise it: `Cartão Mock Black final 1234`.
impl fmt::Display for CardAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cartão {}", self.name)?;
        let main = self.plastics.first().filter(|plastic| plastic.number.len() == 4);
        main.map_or(Ok(()), |plastic| write!(f, " final {}", plastic.number))
    }
}

impl People {
    /// The card accounts at `brand` that `person` can share: their own, or the company's when acting for one.
    pub fn cards_of(&self, brand: &Brand, person: &Person, company: Option<&Company>) -> Vec<CardAccount> {
        match company {
            Some(company) if !person.acts_for(company.cnpj) => Vec::new(),
            Some(company) => table::held(brand.slug, company.cnpj),
            None => table::held(brand.slug, person.cpf),
        }
    }

    /// What `card` shows from one local date of purchase to another, both included, at `now`; the newest first.
    pub fn card_entries(&self, card: &CardAccount, from: Date, to: Date, now: Timestamp) -> Vec<CardEntry> {
        let mut entries = Statement::until(card, now).between(from, to);
        entries.retain(|entry| entry.at <= now);
        entries.sort_by_key(|entry| (std::cmp::Reverse(entry.at), std::cmp::Reverse(entry.bill_key()), entry.key()));
        entries
    }

    /// The bills of `card` that were closed by `now` and fell due within the last twelve months; the newest first.
    pub fn bills(&self, card: &CardAccount, now: Timestamp) -> Vec<Bill> {
        Statement::until(card, now).bills(now)
    }

    /// The entries on the bill `id` of `card`; the newest first. `None` where there is no such bill at `now`.
    pub fn bill_entries(&self, card: &CardAccount, id: &str, now: Timestamp) -> Option<Vec<CardEntry>> {
        let statement = Statement::until(card, now);
        let bill = statement.bills(now).into_iter().find(|bill| bill.id == id)?;
        let mut entries = statement.of_bill(bill.month);
        entries.sort_by_key(|entry| (std::cmp::Reverse(entry.at), entry.key()));
        Some(entries)
    }

    /// How much of the limit of `card` is in use at `now`.
    pub fn card_used(&self, card: &CardAccount, now: Timestamp) -> Used {
        Statement::until(card, now).used(now)
    }
}

/// The id of the bill that an entry is on, if that bill is closed at `now`.
pub fn closed_bill(card: &CardAccount, entry: &CardEntry, now: Timestamp) -> Option<String> {
    let cycle = card.plan.cycle(entry.bill);
    (cycle.closed_at() <= now).then(|| bill::id(card, entry.bill))
}

/// The day on which an entry was put on its bill, if that has happened by `now`.
pub fn posted(entry: &CardEntry, now: Timestamp) -> Option<Date> {
    (entry.posted <= local_date(now)).then_some(entry.posted)
}
