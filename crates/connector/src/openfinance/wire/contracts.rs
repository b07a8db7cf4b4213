//! Loans, financings, unarranged overdraft and invoice financings v2: four families of one shape.

use serde::Deserialize;

use super::money::{Items, Worth};
use super::value::{Day, Flag, Fraction, Number, Text};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ContractItem {
    pub(crate) contract_id: Text,
    pub(crate) product_type: Text,
    pub(crate) product_sub_type: Text,
    pub(crate) ipoc_code: Text,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ContractDetail {
    pub(crate) contract_number: Text,
    pub(crate) ipoc_code: Text,
    pub(crate) product_name: Text,
    pub(crate) product_type: Text,
    pub(crate) product_sub_type: Text,
    pub(crate) contract_date: Day,
    pub(crate) disbursement_dates: Items<Day>,
    pub(crate) settlement_date: Day,
    pub(crate) contract_amount: Worth,
    pub(crate) currency: Text,
    pub(crate) due_date: Day,
    pub(crate) instalment_periodicity: Text,
    pub(crate) instalment_periodicity_additional_info: Text,
    pub(crate) first_instalment_due_date: Day,
    #[serde(rename = "CET")]
    pub(crate) cet: Fraction,
    pub(crate) amortization_scheduled: Text,
    pub(crate) amortization_scheduled_additional_info: Text,
    pub(crate) cnpj_consignee: Text,
    pub(crate) interest_rates: Items<ContractRate>,
    pub(crate) contracted_fees: Items<ContractFee>,
    pub(crate) contracted_finance_charges: Items<ContractCharge>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ContractRate {
    pub(crate) tax_type: Text,
    pub(crate) interest_rate_type: Text,
    pub(crate) tax_periodicity: Text,
    pub(crate) calculation: Text,
    pub(crate) referential_rate_indexer_type: Text,
    pub(crate) referential_rate_indexer_sub_type: Text,
    pub(crate) referential_rate_indexer_additional_info: Text,
    pub(crate) pre_fixed_rate: Fraction,
    pub(crate) post_fixed_rate: Fraction,
    pub(crate) additional_info: Text,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ContractFee {
    pub(crate) fee_name: Text,
    pub(crate) fee_code: Text,
    pub(crate) fee_charge_type: Text,
    pub(crate) fee_charge: Text,
    pub(crate) fee_amount: Worth,
    pub(crate) fee_rate: Fraction,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ContractCharge {
    pub(crate) charge_type: Text,
    pub(crate) charge_additional_info: Text,
    pub(crate) charge_rate: Fraction,
    /// Of charges that were paid.
    pub(crate) charge_amount: Worth,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Warranty {
    pub(crate) currency: Text,
    pub(crate) warranty_type: Text,
    pub(crate) warranty_sub_type: Text,
    pub(crate) warranty_amount: Worth,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Instalments {
    pub(crate) type_number_of_instalments: Text,
    pub(crate) total_number_of_instalments: Number,
    pub(crate) type_contract_remaining: Text,
    pub(crate) contract_remaining_number: Number,
    pub(crate) paid_instalments: Number,
    pub(crate) due_instalments: Number,
    pub(crate) past_due_instalments: Number,
    pub(crate) balloon_payments: Items<Balloon>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Balloon {
    pub(crate) due_date: Day,
    pub(crate) amount: Worth,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Payments {
    pub(crate) paid_instalments: Number,
    pub(crate) contract_outstanding_balance: Worth,
    /// Loans since 2.6.
    pub(crate) total_remaining_amount: Worth,
    pub(crate) releases: Items<Release>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Release {
    pub(crate) payment_id: Text,
    pub(crate) is_over_parcel_payment: Flag,
    pub(crate) instalment_id: Text,
    pub(crate) paid_date: Day,
    pub(crate) currency: Text,
    pub(crate) paid_amount: Worth,
    pub(crate) over_parcel: Option<OverParcel>,
}

/// What was paid outside of an instalment.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct OverParcel {
    pub(crate) fees: Items<ContractFee>,
    pub(crate) charges: Items<ContractCharge>,
}
