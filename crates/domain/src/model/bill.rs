use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::time::micros;
use super::words::words;
use super::{Ids, Record};
use crate::{Amount, BillId};

/// A closed bill of a card without its account (`belvo-api.md`, 10.8).
///
/// This is what is stored: the account stands in its own record, and [`super::splice_account_of_bill`] puts its text in
/// when the bill is served.
pub type Bill = Record<BillHead, BillContent>;

/// Ids and times of a [`Bill`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct BillHead {
    /// Our id.
    pub id: BillId,
    /// When the record was first stored.
    #[serde(with = "micros")]
    #[schemars(with = "Timestamp")]
    pub created_at: Timestamp,
    /// When the institution gave this reading.
    #[serde(with = "micros")]
    #[schemars(with = "Timestamp")]
    pub collected_at: Timestamp,
}

words! {
    /// Charge on a bill.
    BillChargeType {
        LatePaymentInterest = "LATE_PAYMENT_INTEREST",
        LateFee = "LATE_FEE",
        ArrearsInterest = "ARREARS_INTEREST",
        Iof = "IOF",
        NoCharge = "NO_CHARGE",
        Other = "OTHER",
    }

    /// What a payment of a bill pays.
    BillPaymentType { Installment = "INSTALLMENT", Full = "FULL", Other = "OTHER" }

    /// How a bill was paid.
    BillPaymentMode {
        DirectDebit = "DIRECT_DEBIT",
        BankSlip = "BANK_SLIP",
        SalaryDeduction = "SALARY_DEDUCTION",
        Pix = "PIX",
    }
}

/// What the institution said about a bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct BillContent {
    /// Identifier at the institution; the identity of the bill within its card account.
    pub internal_identification: String,
    /// Name, made from the due date: `apr-2020`.
    pub bill_name: Option<String>,
    /// When it falls due.
    pub due_date: Option<Date>,
    /// Currency, three letters.
    pub currency: Option<String>,
    /// Total; negative when the bank owes it.
    pub total_amount: Option<Amount>,
    /// The least to be paid.
    pub minimum_amount: Option<Amount>,
    /// Whether it may be paid in instalments.
    pub is_installment: Option<bool>,
    /// Charges; never empty, `NO_CHARGE` when there is none.
    pub finance_charges: Vec<BillCharge>,
    /// Payments.
    pub payments: Vec<BillPayment>,
}

/// A charge on a bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct BillCharge {
    /// Kind.
    #[serde(rename = "type")]
    pub kind: Option<BillChargeType>,
    /// More about it.
    pub additional_info: Option<String>,
    /// Currency, three letters.
    pub currency: Option<String>,
    /// Amount.
    pub amount: Option<Amount>,
}

/// A payment of a bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct BillPayment {
    /// What it pays.
    #[serde(rename = "type")]
    pub kind: Option<BillPaymentType>,
    /// When.
    pub payment_date: Option<Date>,
    /// How.
    pub payment_mode: Option<BillPaymentMode>,
    /// Currency, three letters.
    pub currency: Option<String>,
    /// Amount.
    pub amount: Option<Amount>,
}

/// A bill as the institution gave it.
pub type BillDraft = BillContent;

impl BillContent {
    /// Returns the identity of the bill within its card account.
    pub fn bank_key(&self) -> &str {
        &self.internal_identification
    }

    /// Adds what is ours. The link is no part of a bill's JSON and is left out.
    pub fn with_ids(self, ids: Ids<BillId>) -> Bill {
        let head = BillHead { id: ids.id, created_at: ids.created_at, collected_at: ids.collected_at };
        Record { head, content: self }
    }
}
