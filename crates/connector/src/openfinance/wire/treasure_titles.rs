//! Treasure titles v1: detail. List, balances and movements are those of `fixed`.

use serde::Deserialize;

use super::fixed::RemunerationBody;
use super::value::{Day, Text};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct TreasureDetail {
    pub(crate) isin_code: Text,
    pub(crate) product_name: Text,
    pub(crate) remuneration: Option<RemunerationBody>,
    pub(crate) due_date: Day,
    pub(crate) purchase_date: Day,
    pub(crate) voucher_payment_indicator: Text,
    pub(crate) voucher_payment_periodicity: Text,
    pub(crate) voucher_payment_periodicity_additional_info: Text,
}
