//! What bank and credit fixed incomes and treasure titles (v1) have in common.

use serde::Deserialize;

use super::value::{Day, Fraction, Moment, Money, Text, UnitPrice, Units};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct FixedItem {
    pub(crate) investment_id: Text,
    pub(crate) investment_type: Text,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct RemunerationBody {
    pub(crate) pre_fixed_rate: Fraction,
    pub(crate) post_fixed_indexer_percentage: Fraction,
    pub(crate) rate_type: Text,
    pub(crate) rate_periodicity: Text,
    pub(crate) calculation: Text,
    pub(crate) indexer: Text,
    pub(crate) indexer_additional_info: Text,
}

/// The balance of a paper; only credit papers have `fine` and `latePayment`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct FixedBalance {
    pub(crate) reference_date_time: Moment,
    pub(crate) quantity: Units,
    pub(crate) updated_unit_price: Option<UnitPrice>,
    pub(crate) gross_amount: Option<Money>,
    pub(crate) net_amount: Option<Money>,
    pub(crate) income_tax: Option<Money>,
    pub(crate) financial_transaction_tax: Option<Money>,
    pub(crate) blocked_balance: Option<Money>,
    pub(crate) purchase_unit_price: Option<UnitPrice>,
    pub(crate) pre_fixed_rate: Fraction,
    pub(crate) post_fixed_indexer_percentage: Fraction,
    pub(crate) fine: Option<Money>,
    pub(crate) late_payment: Option<Money>,
}

/// A movement of a paper; treasure titles have no `indexerPercentage`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct FixedMovement {
    pub(crate) transaction_id: Text,
    #[serde(rename = "type")]
    pub(crate) kind: Text,
    pub(crate) transaction_type: Text,
    pub(crate) transaction_type_additional_info: Text,
    pub(crate) transaction_date: Day,
    pub(crate) transaction_unit_price: Option<UnitPrice>,
    pub(crate) transaction_quantity: Units,
    pub(crate) transaction_gross_value: Option<Money>,
    pub(crate) income_tax: Option<Money>,
    pub(crate) financial_transaction_tax: Option<Money>,
    pub(crate) transaction_net_value: Option<Money>,
    pub(crate) remuneration_transaction_rate: Fraction,
    pub(crate) indexer_percentage: Fraction,
}
