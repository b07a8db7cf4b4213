//! Exchanges v1: operations and their events.

use serde::Deserialize;

use super::value::{Day, ExchangeRate, Fraction, Moment, Money, Number, Text};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct OperationItem {
    pub(crate) operation_id: Text,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct OperationDetail {
    pub(crate) authorized_institution_cnpj_number: Text,
    pub(crate) authorized_institution_name: Text,
    pub(crate) intermediary_institution_cnpj_number: Text,
    pub(crate) intermediary_institution_name: Text,
    pub(crate) operation_number: Text,
    pub(crate) operation_type: Text,
    pub(crate) operation_date: Moment,
    pub(crate) due_date: Day,
    pub(crate) local_currency_operation_tax: Option<ExchangeRate>,
    pub(crate) local_currency_operation_value: Option<Money>,
    pub(crate) foreign_operation_value: Option<Money>,
    pub(crate) operation_outstanding_balance: Option<Money>,
    pub(crate) vet_amount: Option<ExchangeRate>,
    pub(crate) local_currency_advance_percentage: Fraction,
    pub(crate) delivery_foreign_currency: Text,
    pub(crate) operation_category_code: Text,
}

/// What changed with an event; everything else is absent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct EventItem {
    pub(crate) event_sequence_number: Text,
    pub(crate) event_type: Number,
    pub(crate) event_date: Moment,
    pub(crate) due_date: Day,
    pub(crate) local_currency_operation_tax: Option<ExchangeRate>,
    pub(crate) local_currency_operation_value: Option<Money>,
    pub(crate) foreign_operation_value: Option<Money>,
    pub(crate) operation_outstanding_balance: Option<Money>,
    pub(crate) vet_amount: Option<ExchangeRate>,
    pub(crate) local_currency_advance_percentage: Fraction,
    pub(crate) delivery_foreign_currency: Text,
    pub(crate) operation_category_code: Text,
    pub(crate) foreign_partie: Option<ForeignParty>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ForeignParty {
    pub(crate) relationship_code: Text,
    pub(crate) foreign_partie_name: Text,
    pub(crate) foreign_partie_country_code: Text,
}
