//! The regulated JSON, as banks send it.
//!
//! Reading is tolerant: unknown fields are passed over, absent ones and `null` are the same, a value of the wrong
//! type counts as absent. What must be there is asked for by `map`, which knows the field's name.

pub(super) mod accounts;
pub(super) mod bank_fixed_incomes;
pub(super) mod business;
pub(super) mod consents;
pub(super) mod contacts;
pub(super) mod contracts;
pub(super) mod credit_cards;
pub(super) mod credit_fixed_incomes;
pub(super) mod envelope;
pub(super) mod exchanges;
pub(super) mod fixed;
pub(super) mod funds;
pub(super) mod money;
pub(super) mod participants;
pub(super) mod personal;
pub(super) mod resources;
pub(super) mod transactions;
pub(super) mod treasure_titles;
pub(super) mod value;
pub(super) mod variable_incomes;
