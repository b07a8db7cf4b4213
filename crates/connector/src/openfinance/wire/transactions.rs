//! Accounts v2: transactions.

use serde::Deserialize;

use super::value::{Moment, Money, Text};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct TransactionItem {
    pub(crate) transaction_id: Text,
    pub(crate) completed_authorised_payment_type: Text,
    pub(crate) credit_debit_type: Text,
    pub(crate) transaction_name: Text,
    #[serde(rename = "type")]
    pub(crate) kind: Text,
    pub(crate) type_additional_info: Text,
    pub(crate) transaction_amount: Option<Money>,
    pub(crate) transaction_date_time: Moment,
    pub(crate) partie_cnpj_cpf: Text,
    pub(crate) partie_person_type: Text,
    pub(crate) partie_compe_code: Text,
    pub(crate) partie_branch_code: Text,
    pub(crate) partie_number: Text,
    pub(crate) partie_check_digit: Text,
}
