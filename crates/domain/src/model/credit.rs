use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::time::micros;
use super::words::words;
use crate::{Amount, Rate};

words! {
    /// What a card limit applies to.
    CardLimitType { Total = "TOTAL_LIMIT", Modal = "MODAL_LIMIT" }

    /// Card network.
    CardNetwork {
        Visa = "VISA",
        Mastercard = "MASTERCARD",
        AmericanExpress = "AMERICAN_EXPRESS",
        DinersClub = "DINERS_CLUB",
        Hipercard = "HIPERCARD",
        OwnBrand = "BANDEIRA_PROPRIA",
        ElectronicCheque = "CHEQUE_ELETRONICO",
        Elo = "ELO",
        Other = "OTHER",
    }
}

/// Card part of an account (`credit_data`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CreditData {
    /// When the institution gave this reading.
    #[serde(with = "micros")]
    #[schemars(with = "Timestamp")]
    pub collected_at: Timestamp,
    /// Total limit.
    pub credit_limit: Option<Amount>,
    /// Limits one by one.
    pub limits: Vec<CardLimit>,
    /// End of the current billing period.
    pub cutting_date: Option<Date>,
    /// Minimum to pay.
    pub minimum_payment: Option<Amount>,
    /// Network.
    pub network: CardNetwork,
    /// More about the network.
    pub network_additional_info: Option<String>,
    /// Cards of the account. The key may be left out, but an empty list is none.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub cards: Vec<CardNumber>,
    /// Always `null` in Brazil.
    pub next_payment_date: Option<Date>,
    /// Always `null` in Brazil.
    pub no_interest_payment: Option<Amount>,
    /// Always `null` in Brazil.
    pub interest_rate: Option<Rate>,
    /// Always `null` in Brazil.
    pub monthly_payment: Option<Amount>,
    /// Always `null` in Brazil.
    pub last_payment_date: Option<Date>,
}

/// A limit of a card account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CardLimit {
    /// Card number, often the last four digits.
    pub identification_number: Option<String>,
    /// Limit.
    pub credit_limit: Option<Amount>,
    /// Used part.
    pub used_amount: Option<Amount>,
    /// Free part.
    pub available_amount: Amount,
    /// Whether the limit can be exceeded.
    pub is_limit_flexible: bool,
    /// What it applies to.
    #[serde(rename = "type")]
    pub kind: CardLimitType,
    /// Network value: `INDIVIDUAL`, `CONSOLIDADO`.
    pub consolidation_type: String,
    /// Network value, e.g. `CREDITO_A_VISTA`.
    pub line_name: Option<String>,
    /// More about the line.
    pub line_name_additional_info: Option<String>,
}

/// A card of a card account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct CardNumber {
    /// Whether it serves for credit and debit.
    pub is_multiple: bool,
    /// Number, often the last four digits.
    pub identification_number: String,
}
