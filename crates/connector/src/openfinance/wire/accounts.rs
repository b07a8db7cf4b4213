//! Accounts v2: list, detail, balances, overdraft limits.

use serde::Deserialize;

use super::value::{Moment, Money, Text};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct AccountItem {
    pub(crate) account_id: Text,
    #[serde(rename = "type")]
    pub(crate) kind: Text,
    pub(crate) branch_code: Text,
    pub(crate) number: Text,
    pub(crate) check_digit: Text,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct AccountDetail {
    #[serde(rename = "type")]
    pub(crate) kind: Text,
    pub(crate) subtype: Text,
    pub(crate) branch_code: Text,
    pub(crate) number: Text,
    pub(crate) check_digit: Text,
    pub(crate) currency: Text,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct AccountBalances {
    pub(crate) available_amount: Option<Money>,
    pub(crate) blocked_amount: Option<Money>,
    pub(crate) automatically_invested_amount: Option<Money>,
    pub(crate) update_date_time: Moment,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct OverdraftLimits {
    pub(crate) overdraft_contracted_limit: Option<Money>,
    pub(crate) overdraft_used_limit: Option<Money>,
    pub(crate) unarranged_overdraft_amount: Option<Money>,
}
