//! Funds v1: list, detail, balances, movements.

use serde::Deserialize;

use super::value::{Day, Moment, Money, Text, UnitPrice, Units};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct FundItem {
    pub(crate) investment_id: Text,
    pub(crate) anbima_category: Text,
    pub(crate) anbima_class: Text,
    pub(crate) anbima_subclass: Text,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct FundDetail {
    pub(crate) name: Text,
    pub(crate) cnpj_number: Text,
    pub(crate) isin_code: Text,
    pub(crate) anbima_category: Text,
    pub(crate) anbima_class: Text,
    pub(crate) anbima_subclass: Text,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct FundBalance {
    pub(crate) reference_date: Moment,
    pub(crate) gross_amount: Option<Money>,
    pub(crate) net_amount: Option<Money>,
    pub(crate) income_tax_provision: Option<Money>,
    pub(crate) financial_transaction_tax_provision: Option<Money>,
    pub(crate) blocked_amount: Option<Money>,
    pub(crate) quota_quantity: Units,
    pub(crate) quota_gross_price_value: Option<UnitPrice>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct FundMovement {
    pub(crate) transaction_id: Text,
    #[serde(rename = "type")]
    pub(crate) kind: Text,
    pub(crate) transaction_type: Text,
    pub(crate) transaction_type_additional_info: Text,
    pub(crate) transaction_conversion_date: Day,
    pub(crate) transaction_quota_price: Option<UnitPrice>,
    pub(crate) transaction_quota_quantity: Units,
    pub(crate) transaction_value: Option<Money>,
    pub(crate) transaction_gross_value: Option<Money>,
    pub(crate) income_tax: Option<Money>,
    pub(crate) financial_transaction_tax: Option<Money>,
    pub(crate) transaction_exit_fee: Option<Money>,
    pub(crate) transaction_net_value: Option<Money>,
}
