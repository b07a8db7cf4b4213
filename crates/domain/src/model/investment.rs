use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::time::{micros, micros_option};
use super::words::words;
use super::{Ids, Record};
use crate::{Amount, Invalid, InvestmentId, LinkId, Quantity, Rate};

/// A position (`belvo-api.md`, 10.9).
///
/// Keys that the description marks neither required nor nullable are left out where a kind of investment has no such
/// thing; nullable ones are `null`.
pub type Investment = Record<InvestmentHead, InvestmentContent>;

/// Ids and times of an [`Investment`]; `link` and the times stand beside the description, which filters on them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct InvestmentHead {
    /// Our id.
    pub id: InvestmentId,
    /// Link that the investment belongs to.
    pub link: Option<LinkId>,
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
    /// Kind of an investment: each is a product API of its own.
    InvestmentType {
        FixedIncomeBanking = "FIXED_INCOME_BANKING",
        FixedIncomeCredit = "FIXED_INCOME_CREDIT",
        VariableIncome = "VARIABLE_INCOME",
        TreasuryBond = "TREASURY_BOND",
        InvestmentFund = "INVESTMENT_FUND",
    }
}

impl InvestmentType {
    /// All kinds, in the order in which they are read.
    pub const ALL: [Self; 5] = [
        Self::FixedIncomeBanking,
        Self::FixedIncomeCredit,
        Self::TreasuryBond,
        Self::InvestmentFund,
        Self::VariableIncome,
    ];

    /// Returns the network's name of the kind in the list of shared resources.
    pub fn shared_as(self) -> &'static str {
        match self {
            Self::FixedIncomeBanking => "BANK_FIXED_INCOME",
            Self::FixedIncomeCredit => "CREDIT_FIXED_INCOME",
            Self::VariableIncome => "VARIABLE_INCOME",
            Self::TreasuryBond => "TREASURE_TITLE",
            Self::InvestmentFund => "FUND",
        }
    }
}

impl std::str::FromStr for InvestmentType {
    type Err = Invalid;

    /// Reads the value of the field or the name that the description of the filter gives for it.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let named = |kind: &Self| {
            let filter = match kind {
                Self::FixedIncomeBanking => "BANCARIA",
                Self::FixedIncomeCredit => "CREDITO",
                Self::VariableIncome => "VARIABLE",
                Self::InvestmentFund => "FUND",
                Self::TreasuryBond => "BOND",
            };
            text == kind.as_str() || text == filter
        };
        Self::ALL.into_iter().find(named).ok_or_else(|| Invalid::choice(text))
    }
}

/// What the institution said about an investment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct InvestmentContent {
    /// Kind.
    #[serde(rename = "type")]
    pub kind: InvestmentType,
    /// CNPJ of the issuer or the fund, letters included.
    pub issuer_id_number: Option<String>,
    /// ISIN.
    pub isin_number: Option<String>,
    /// Currency, three letters.
    pub currency: String,
    /// Name: kind of paper, name of the fund or bond, ticker.
    pub product_name: String,
    /// Whether it is exempt from income tax; credit papers only.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub is_tax_exempt: Option<bool>,
    /// Code at the clearing house.
    pub clearing_code: Option<String>,
    /// When it falls due.
    pub due_date: Option<Date>,
    /// When it was issued.
    pub issue_date: Option<Date>,
    /// When it was bought.
    pub purchase_date: Option<Date>,
    /// Until when it cannot be redeemed.
    pub grace_period_date: Option<Date>,
    /// Price of one at issue.
    pub issue_unit_price: Option<Quantity>,
    /// Position; absent where the institution does not give it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub balance: Option<InvestmentBalance>,
    /// What it yields.
    pub remuneration: Remuneration,
    /// Class of a fund.
    pub classification_details: Option<Classification>,
    /// Interest paid on the way; credit papers and bonds only.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub voucher_payment_details: Option<VoucherPayment>,
    /// Who owes it; credit papers only.
    pub debtor_details: Option<Debtor>,
}

/// A position's balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct InvestmentBalance {
    /// The moment that the values are of.
    #[serde(with = "micros_option", skip_serializing_if = "Option::is_none", default)]
    #[schemars(with = "Option<Timestamp>")]
    pub reference_date: Option<Timestamp>,
    /// Value before taxes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub gross_value: Option<Amount>,
    /// Held.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub blocked_amount: Option<Amount>,
    /// How many.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub quantity: Option<Quantity>,
    /// Present price of one.
    pub gross_unit_price: Option<Quantity>,
    /// Value after taxes.
    pub net_value: Option<Amount>,
    /// Income tax provided for.
    pub withheld_amount: Option<Amount>,
    /// Tax on financial transactions (IOF) provided for.
    pub transaction_fee: Option<Amount>,
    /// Price of one when it was bought.
    pub purchase_unit_price: Option<Quantity>,
    /// Fixed rate.
    pub pre_fixed_rate: Option<Rate>,
    /// Share of the index.
    pub post_fixed_rate: Option<Rate>,
    /// Fine.
    pub penalty_fee: Option<Amount>,
    /// Interest for late payment.
    pub late_payment_fee: Option<Amount>,
    /// Last price on the market.
    pub closing_price: Option<Quantity>,
    /// How many the price is for.
    pub unit_price_factor: Option<Quantity>,
}

/// What an investment yields; network values stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Remuneration {
    /// Fixed rate.
    pub pre_fixed_rate: Option<Rate>,
    /// Share of the index.
    pub post_fixed_rate: Option<Rate>,
    /// `LINEAR`, `EXPONENCIAL`.
    pub rate_type: Option<String>,
    /// `DIARIO`, `MENSAL`, `SEMESTRAL`, `ANUAL`.
    pub rate_periodicity: Option<String>,
    /// `DIAS_UTEIS`, `DIAS_CORRIDOS`.
    pub calculation_base: Option<String>,
    /// Index: `CDI`, `IPCA`, …
    pub indexer: Option<String>,
    /// More about another index.
    pub indexer_additional_info: Option<String>,
}

/// Class of a fund (ANBIMA).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Classification {
    /// `RENDA_FIXA`, `ACOES`, `MULTIMERCADO`, `CAMBIAL`.
    pub category: Option<String>,
    /// Class.
    pub class: Option<String>,
    /// Subclass.
    pub subclass: Option<String>,
}

/// Interest paid on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct VoucherPayment {
    /// Whether there is any.
    pub is_voucher_payment: bool,
    /// How often.
    pub periodicity: Option<String>,
    /// More about another rhythm.
    pub periodicity_additional_info: Option<String>,
}

/// Who owes a credit paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Debtor {
    /// Name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub name: Option<String>,
    /// CNPJ, letters included.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub id_document_number: Option<String>,
}

/// An investment as the institution gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvestmentDraft {
    /// Identifier at the institution; no part of the API's JSON.
    pub internal_identification: String,
    /// What it said.
    pub content: InvestmentContent,
}

impl InvestmentDraft {
    /// Returns the identity at the institution, for ids that stay the same when it is read again. Identifiers are
    /// unique within a kind.
    pub fn bank_key(&self) -> String {
        format!("{}:{}", self.content.kind.as_str(), self.internal_identification)
    }

    /// Adds what is ours.
    pub fn with_ids(self, ids: Ids<InvestmentId>) -> Investment {
        let Ids { id, link, collected_at, created_at } = ids;
        Record { head: InvestmentHead { id, link, collected_at, created_at }, content: self.content }
    }
}
