//! A closed bill.

use jiff::Timestamp;
use jiff::civil::Date;

use super::CardAccount;
use crate::people::history::{Money, Month};
use crate::people::opaque;

/// The least that must be paid of a bill, per mille.
const MINIMUM: i64 = 150;

/// A charge for credit on a bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// Its type as the standard spells it.
    pub kind: &'static str,
    /// How much.
    pub amount: Money,
}

/// A payment of a bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillPayment {
    /// The local date.
    pub date: Date,
    /// When it happened.
    pub(crate) at: Timestamp,
    /// How much.
    pub amount: Money,
    /// All that was owed.
    pub whole: bool,
}

/// A closed bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bill {
    /// Opaque id, the same for ever.
    pub id: String,
    pub(crate) month: Month,
    /// The last day whose purchases are on it.
    pub closing: Date,
    /// The working day on which it is due.
    pub due: Date,
    /// What is owed; negative when the bank owes.
    pub total: Money,
    /// Charges for credit that are part of it, by type.
    pub charges: Vec<Charge>,
    /// Its payment, once made.
    pub payment: Option<BillPayment>,
}

impl Bill {
    /// The least that must be paid.
    pub fn minimum(&self) -> Money {
        minimum(self.total)
    }

    /// Says whether the bank offers to split it.
    pub fn can_be_split(&self) -> bool {
        self.total >= Money::reais(100)
    }
}

/// The least that must be paid of `total`.
pub(super) fn minimum(total: Money) -> Money {
    total.or_zero().share(MINIMUM)
}

/// The id of the bill of `month`.
pub(super) fn id(card: &CardAccount, month: Month) -> String {
    opaque(&format!("bill|{}|{}", card.id, month.key()))
}
