//! What the money of a person or company does; the input of the histories.

/// A person's money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PersonMoney {} // skeleton

/// A company's money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CompanyMoney {} // skeleton

/// One account's money.
#[derive(Debug, Clone)]
pub(crate) struct Plan {} // skeleton
