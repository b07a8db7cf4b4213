use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::time::{micros, millis_option};
use super::words::words;
use super::{Ids, Record};
use crate::{Amount, BillId, TransactionId};

/// A transaction without its account (`belvo-api.md`, 10.7).
///
/// This is what is stored: the account stands in its own record, and [`super::splice_account`] puts its text in when the
/// transaction is served.
pub type Transaction = Record<TransactionHead, TransactionContent>;

/// Ids and times of a [`Transaction`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TransactionHead {
    /// Our id.
    pub id: TransactionId,
    /// Identifier at the institution.
    pub internal_identification: String,
    /// When the institution gave this reading.
    #[serde(with = "micros")]
    #[schemars(with = "Timestamp")]
    pub collected_at: Timestamp,
    /// When the record was first stored.
    #[serde(with = "micros")]
    #[schemars(with = "Timestamp")]
    pub created_at: Timestamp,
}

words! {
    /// Which way the money went.
    Direction { Inflow = "INFLOW", Outflow = "OUTFLOW" }

    /// Whether the institution has booked it.
    TransactionStatus { Processed = "PROCESSED", Pending = "PENDING" }

    /// Paid at once or in instalments.
    PaymentType { Full = "FULL", Installment = "INSTALLMENT" }

    /// Fee on a card.
    CardFeeType {
        Annual = "ANNUAL_FEE",
        NationalWithdrawal = "NATIONAL_WITHDRAWAL",
        InternationalWithdrawal = "INTERNATIONAL_WITHDRAWAL",
        EmergencyCreditEvaluation = "EMERGENCY_CREDIT_EVALUATION_FEE",
        DuplicateIssuance = "DUPLICATE_ISSUANCE_FEE",
        Payment = "PAYMENT_FEE",
        Sms = "SMS_FEE",
        Others = "OTHERS",
    }

    /// Credit taken on a card.
    CardCreditsType {
        Revolving = "REVOLVING_CREDIT",
        BillInstallment = "BILL_INSTALLMENT_PAYMENT",
        Loan = "LOAN",
        Others = "OTHERS",
    }
}

/// What the institution said about a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TransactionContent {
    /// Day it happened, in São Paulo.
    pub value_date: Date,
    /// When it happened, to the millisecond.
    #[serde(with = "millis_option")]
    #[schemars(with = "Option<Timestamp>")]
    pub transacted_at: Option<Timestamp>,
    /// Day it was booked.
    pub accounting_date: Option<Date>,
    /// Day it was booked, moved to the next business day.
    pub inferred_accounting_date: Date,
    /// Amount, always positive.
    pub amount: Amount,
    /// Amount in reais, cards only.
    pub local_currency_amount: Option<Amount>,
    /// Always `null` in Brazil.
    pub balance: Option<Amount>,
    /// Currency, three letters.
    pub currency: Option<String>,
    /// What the institution shows.
    pub description: Option<String>,
    /// Always `null` in Brazil.
    pub observations: Option<String>,
    /// Merchant, `null` without categorisation.
    pub merchant: Option<Merchant>,
    /// Category, `null` without categorisation.
    pub category: Option<String>,
    /// Subcategory, `null` without categorisation.
    pub subcategory: Option<String>,
    /// Always `null` in Brazil.
    pub reference: Option<String>,
    /// Which way the money went.
    #[serde(rename = "type")]
    pub direction: Option<Direction>,
    /// Whether it is booked.
    pub status: Option<TransactionStatus>,
    /// Cards only.
    pub credit_card_data: Option<Box<TransactionCardData>>,
    /// The other side.
    pub counterparty: Option<Counterparty>,
    /// Credit contracts only.
    pub loan_data: Option<Box<TransactionLoanData>>,
    /// Cards only.
    pub payment_type: Option<PaymentType>,
    /// Network value (`PIX`, `CARTAO`).
    pub operation_type: String,
    /// More about the operation.
    pub operation_type_additional_info: Option<String>,
    /// Merchant category code, cards only.
    pub mcc: Option<u32>,
}

/// A merchant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Merchant {
    /// Address of the logo.
    pub logo: Option<String>,
    /// Web site.
    pub website: Option<String>,
    /// Name.
    pub merchant_name: String,
}

/// The other side of a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Counterparty {
    /// Person or company.
    #[serde(rename = "type")]
    pub kind: Option<super::PersonType>,
    /// CPF, or the whole CNPJ.
    pub document_number: Option<String>,
    /// Bank code, three digits.
    pub clearing_code: Option<String>,
    /// Branch.
    pub agency: Option<String>,
    /// Check digit of the account.
    pub check_digit: Option<String>,
    /// Account.
    pub number: Option<String>,
}

/// Card part of a transaction (`credit_card_data`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TransactionCardData {
    /// When the institution gave this reading.
    #[serde(with = "micros")]
    #[schemars(with = "Timestamp")]
    pub collected_at: Timestamp,
    /// Name of the closed bill.
    pub bill_name: Option<String>,
    /// Due date of the closed bill.
    pub bill_due_date: Option<Date>,
    /// Identifier of the closed bill at the institution.
    pub bill_internal_identification: Option<String>,
    /// Always `null` in Brazil.
    pub bill_status: Option<String>,
    /// Always `null` in Brazil.
    pub previous_bill_total: Option<String>,
    /// Total of the bill.
    pub bill_amount: Option<Amount>,
    /// Card, often the last four digits.
    pub card_number: String,
    /// Fee.
    pub fee_type: Option<CardFeeType>,
    /// More about the fee.
    pub fee_type_additional_info: Option<String>,
    /// Credit taken.
    pub credits_type: Option<CardCreditsType>,
    /// More about the credit.
    pub credits_type_additional_info: Option<String>,
    /// Name of the instalment plan.
    pub installment_identifier: String,
    /// Number of instalments.
    pub number_of_installments: Option<u32>,
    /// The closed bill.
    pub credit_card_bill: Option<CardBill>,
}

impl TransactionCardData {
    /// Writes down which closed bill the transaction stands on. The bank's transaction gives its identifier only.
    pub fn refer_to(&mut self, bill: &BillReference) {
        self.bill_name.clone_from(&bill.name);
        self.bill_due_date = bill.due_date;
        self.bill_amount = bill.total;
        let internal_identification = Some(bill.internal_identification.clone());
        self.credit_card_bill = Some(CardBill { id: bill.id, internal_identification });
    }
}

/// What a transaction tells about its bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillReference {
    /// Our id.
    pub id: BillId,
    /// Identifier at the institution.
    pub internal_identification: String,
    /// Name.
    pub name: Option<String>,
    /// Due date.
    pub due_date: Option<Date>,
    /// Total.
    pub total: Option<Amount>,
}

/// A closed bill, as a transaction names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CardBill {
    /// Our id.
    pub id: BillId,
    /// Identifier at the institution.
    pub internal_identification: Option<String>,
}

/// Contract part of a transaction (`loan_data`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TransactionLoanData {
    /// Outside the original schedule.
    pub is_detached: bool,
    /// Instalment.
    pub installment_id: Option<String>,
    /// Fees, when outside the schedule.
    pub fees: Vec<TransactionLoanFee>,
    /// Charges, when outside the schedule.
    pub charges: Vec<TransactionLoanCharge>,
}

/// A fee paid with a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TransactionLoanFee {
    /// Name.
    pub name: String,
    /// Code.
    pub code: String,
    /// Amount.
    pub amount: Option<Amount>,
}

/// A charge paid with a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct TransactionLoanCharge {
    /// Network value.
    #[serde(rename = "type")]
    pub kind: String,
    /// More.
    pub info: String,
    /// Amount.
    pub amount: Amount,
}

/// A transaction as the institution gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionDraft {
    /// Identifier at the institution; not an identity, see [`Self::bank_key`].
    pub internal_identification: String,
    /// Identity within the account: the institution's id once it is final, else a key made from the content.
    pub bank_key: String,
    /// Whether the institution will not change it any more. The non-final ones of a window are replaced as a whole
    /// each time the window is read.
    pub is_final: bool,
    /// What it said.
    pub content: TransactionContent,
}

impl TransactionDraft {
    /// Returns the identifier of the closed bill that the transaction stands on.
    pub fn bill(&self) -> Option<&str> {
        self.content.credit_card_data.as_ref()?.bill_internal_identification.as_deref()
    }

    /// Adds what is ours. The link is no part of a transaction's JSON and is left out.
    pub fn with_ids(mut self, ids: Ids<TransactionId>) -> Transaction {
        if let Some(card) = &mut self.content.credit_card_data {
            card.collected_at = ids.collected_at;
        }
        let head = TransactionHead {
            id: ids.id,
            internal_identification: self.internal_identification,
            collected_at: ids.collected_at,
            created_at: ids.created_at,
        };
        Record { head, content: self.content }
    }
}
