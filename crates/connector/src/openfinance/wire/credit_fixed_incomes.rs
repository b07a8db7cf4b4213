//! Credit fixed incomes v1: detail. List, balances and movements are those of `fixed`.

use serde::Deserialize;

use super::fixed::RemunerationBody;
use super::value::{Day, Text, UnitPrice};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct CreditFixedDetail {
    pub(crate) issuer_institution_cnpj_number: Text,
    pub(crate) isin_code: Text,
    pub(crate) investment_type: Text,
    pub(crate) debtor_cnpj_number: Text,
    pub(crate) debtor_name: Text,
    pub(crate) tax_exempt_product: Text,
    pub(crate) remuneration: Option<RemunerationBody>,
    pub(crate) issue_unit_price: Option<UnitPrice>,
    pub(crate) issue_date: Day,
    pub(crate) due_date: Day,
    pub(crate) voucher_payment_indicator: Text,
    pub(crate) voucher_payment_periodicity: Text,
    pub(crate) voucher_payment_periodicity_additional_info: Text,
    pub(crate) clearing_code: Text,
    pub(crate) purchase_date: Day,
    pub(crate) grace_period_date: Day,
}
