//! From the wire to the records of the API, one file per mapping.
//!
//! Nothing here fails for what it does not know: an unknown word of an enumeration maps to the documented fallback
//! (`OTHER` where there is one, otherwise `null`), an absent optional value to `null`. Only what makes a record
//! meaningless when it is missing, such as an identifier or an amount, is an error.

pub(super) mod account;
mod bank_key;
pub(super) mod bill;
pub(super) mod business;
pub(super) mod calendar;
pub(super) mod card;
pub(super) mod card_transaction;
pub(super) mod consent;
mod contacts;
pub(super) mod contract;
pub(super) mod contract_payment;
mod contract_terms;
pub(super) mod exchange;
#[cfg(test)]
mod fuzz;
pub(super) mod individual;
pub(super) mod institution;
pub(super) mod investment;
pub(super) mod resource;
pub(super) mod scopes;
pub(super) mod transaction;

pub(super) use bank_key::{Counter, Occurrences};

use crate::ProtocolError;
use crate::openfinance::wire::value::Text;

/// The first text where there is one, else the second: the detail before the list.
fn either<'a>(first: &'a Text, second: &'a Text) -> &'a Text {
    if first.get().is_some() { first } else { second }
}

/// A field that must be there is not; the text names it.
fn missing(field: &'static str) -> ProtocolError {
    ProtocolError::Unreadable(format!("{field} missing or malformed"))
}
