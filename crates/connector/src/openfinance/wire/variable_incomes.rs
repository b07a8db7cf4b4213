//! Variable incomes v1: list, detail, balances, movements, broker notes.

use serde::Deserialize;

use super::value::{Day, Moment, Money, Text, UnitPrice, Units};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ShareItem {
    pub(crate) investment_id: Text,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ShareDetail {
    pub(crate) issuer_institution_cnpj_number: Text,
    pub(crate) isin_code: Text,
    pub(crate) ticker: Text,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ShareBalance {
    pub(crate) reference_date: Moment,
    pub(crate) price_factor: Units,
    pub(crate) gross_amount: Option<Money>,
    pub(crate) blocked_balance: Option<Money>,
    pub(crate) quantity: Units,
    pub(crate) closing_price: Option<UnitPrice>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ShareMovement {
    pub(crate) transaction_id: Text,
    #[serde(rename = "type")]
    pub(crate) kind: Text,
    pub(crate) transaction_type: Text,
    pub(crate) transaction_type_additional_info: Text,
    pub(crate) transaction_date: Day,
    pub(crate) price_factor: Units,
    pub(crate) transaction_unit_price: Option<UnitPrice>,
    pub(crate) transaction_quantity: Units,
    pub(crate) transaction_value: Option<Money>,
    pub(crate) broker_note_id: Text,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct BrokerNoteBody {
    pub(crate) broker_note_number: Text,
    pub(crate) gross_value: Option<Money>,
    pub(crate) brokerage_fee: Option<Money>,
    pub(crate) clearing_settlement_fee: Option<Money>,
    pub(crate) clearing_registration_fee: Option<Money>,
    pub(crate) stock_exchange_asset_trade_notice_fee: Option<Money>,
    pub(crate) stock_exchange_fee: Option<Money>,
    pub(crate) clearing_custody_fee: Option<Money>,
    pub(crate) taxes: Option<Money>,
    pub(crate) income_tax: Option<Money>,
    pub(crate) net_value: Option<Money>,
}
