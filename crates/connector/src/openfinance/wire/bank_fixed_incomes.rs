//! Bank fixed incomes v1: detail. List, balances and movements are those of `fixed`.

use serde::Deserialize;

use super::fixed::RemunerationBody;
use super::value::{Day, Text, UnitPrice};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct BankFixedDetail {
    pub(crate) issuer_institution_cnpj_number: Text,
    pub(crate) isin_code: Text,
    pub(crate) investment_type: Text,
    pub(crate) remuneration: Option<RemunerationBody>,
    pub(crate) issue_unit_price: Option<UnitPrice>,
    pub(crate) due_date: Day,
    pub(crate) issue_date: Day,
    pub(crate) clearing_code: Text,
    pub(crate) purchase_date: Day,
    pub(crate) grace_period_date: Day,
}
