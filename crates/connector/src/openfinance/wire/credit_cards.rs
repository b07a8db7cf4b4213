//! Credit cards v2: accounts, limits, bills, transactions.

use serde::Deserialize;

use super::money::{Items, Worth};
use super::value::{Day, Flag, Moment, Number, Text};

/// What list and detail hold alike.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Card {
    pub(crate) credit_card_account_id: Text,
    pub(crate) name: Text,
    pub(crate) product_type: Text,
    pub(crate) product_additional_info: Text,
    pub(crate) credit_card_network: Text,
    pub(crate) network_additional_info: Text,
    pub(crate) payment_method: Items<PaymentMethod>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct PaymentMethod {
    pub(crate) identification_number: Text,
    pub(crate) is_multiple_credit_card: Flag,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Limit {
    pub(crate) credit_line_limit_type: Text,
    pub(crate) consolidation_type: Text,
    pub(crate) identification_number: Text,
    pub(crate) line_name: Text,
    pub(crate) line_name_additional_info: Text,
    pub(crate) is_limit_flexible: Flag,
    pub(crate) limit_amount: Worth,
    pub(crate) used_amount: Worth,
    pub(crate) available_amount: Worth,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct BillItem {
    pub(crate) bill_id: Text,
    pub(crate) due_date: Day,
    pub(crate) bill_total_amount: Worth,
    pub(crate) bill_minimum_amount: Worth,
    pub(crate) is_instalment: Option<Flag>,
    pub(crate) finance_charges: Items<FinanceCharge>,
    pub(crate) payments: Items<BillPaymentItem>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct FinanceCharge {
    #[serde(rename = "type")]
    pub(crate) kind: Text,
    pub(crate) additional_info: Text,
    pub(crate) amount: Worth,
    pub(crate) currency: Text,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct BillPaymentItem {
    pub(crate) value_type: Text,
    pub(crate) payment_date: Day,
    pub(crate) payment_mode: Text,
    pub(crate) amount: Worth,
    pub(crate) currency: Text,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct CardTransaction {
    pub(crate) transaction_id: Text,
    pub(crate) identification_number: Text,
    pub(crate) transaction_name: Text,
    pub(crate) bill_id: Text,
    pub(crate) credit_debit_type: Text,
    pub(crate) transaction_type: Text,
    pub(crate) transactional_additional_info: Text,
    pub(crate) payment_type: Text,
    pub(crate) fee_type: Text,
    pub(crate) fee_type_additional_info: Text,
    pub(crate) other_credits_type: Text,
    pub(crate) other_credits_additional_info: Text,
    pub(crate) charge_identificator: Text,
    pub(crate) charge_number: Number,
    pub(crate) brazilian_amount: Worth,
    pub(crate) amount: Worth,
    pub(crate) transaction_date_time: Moment,
    pub(crate) bill_post_date: Day,
    #[serde(rename = "payeeMCC")]
    pub(crate) payee_mcc: Number,
}
