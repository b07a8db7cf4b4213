use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::time::micros;
use super::words::words;
use crate::{Amount, Rate};

words! {
    /// Period of a rate.
    RatePeriod { Monthly = "MONTHLY", Yearly = "YEARLY" }

    /// Nominal or effective.
    TaxType { Nominal = "NOMINAL", Effective = "EFFECTIVE" }

    /// Simple or compound interest.
    RateType { Simple = "SIMPLE", Compound = "COMPOUND" }

    /// Index that a rate follows.
    RateIndex {
        None = "WITHOUT_INDEX_TYPE",
        PreFixed = "PRE_FIXED",
        PostFixed = "POST_FIXED",
        Floating = "FLOATING",
        IndexedPrice = "INDEXED_PRICE",
        RuralCredit = "RURAL_CREDIT",
        Other = "OTHER_INDEX",
    }

    /// Kind of fee; always `null` in Brazil.
    LoanFeeType { Operation = "OPERATION_FEE", Insurance = "INSURANCE_FEE", Others = "OTHERS" }

    /// When a fee is charged.
    FeeChargeType { Single = "SINGLE", PerInstallment = "PER_INSTALLMENT" }

    /// How a fee is charged.
    FeeCharge { Minimum = "MINIMUM", Maximum = "MAXIMUM", Fixed = "FIXED", Percentage = "PERCENTAGE" }

    /// Kind of charge.
    ContractedChargeType {
        LatePaymentInterest = "LATE_PAYMENT_INTEREST_FEE",
        LatePaymentPenalty = "LATE_PAYMENT_PENALTY_FEE",
        DefaultInterest = "DEFAULT_INTEREST_FEE",
        LoanContractTax = "LOAN_CONTRACT_TAX",
        LatePaymentTax = "LATE_PAYMENT_TAX",
        NoCharge = "NO_CHARGE",
        Other = "OTHER",
    }

    /// Unit of a contract's term.
    ContractFrequency {
        Day = "DAY",
        Week = "WEEK",
        Month = "MONTH",
        Year = "YEAR",
        NoDeadline = "NO_DEADLINE_REMAINING",
    }

    /// How often instalments fall due.
    InstallmentFrequency {
        Irregular = "IRREGULAR",
        Weekly = "WEEKLY",
        Fortnightly = "FORTNIGHTLY",
        Monthly = "MONTHLY",
        Bimonthly = "BIMONTHLY",
        Quarterly = "QUARTERLY",
        Biannually = "BIANNUALLY",
        Annually = "ANNUALLY",
        Other = "OTHER",
    }
}

/// Contract part of an account (`loan_data`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LoanData {
    /// When the institution gave this reading.
    #[serde(with = "micros")]
    #[schemars(with = "Timestamp")]
    pub collected_at: Timestamp,
    /// National standard contract number (IPOC).
    pub loan_code: String,
    /// Amount contracted.
    pub contract_amount: Option<Amount>,
    /// Total effective cost (CET).
    pub total_effective_cost: Option<Rate>,
    /// Network value.
    pub loan_type: String,
    /// Still to be paid.
    pub outstanding_balance: Option<Amount>,
    /// Interest.
    pub interest_rates: Vec<InterestRate>,
    /// Fees.
    pub fees: Option<Vec<LoanFee>>,
    /// Charges.
    pub contracted_charges: Option<Vec<ContractedCharge>>,
    /// Warranties.
    pub collaterals: Option<Vec<Collateral>>,
    /// Balloon payments.
    pub balloon_payments: Option<Vec<BalloonPayment>>,
    /// Unit of the contract's term.
    pub installments_contract_term_frequency: Option<ContractFrequency>,
    /// How often instalments fall due.
    pub installment_frequency: InstallmentFrequency,
    /// More about the frequency.
    pub installment_frequency_info: Option<String>,
    /// First due date.
    pub first_installment_due_date: Option<Date>,
    /// All instalments.
    pub number_of_installments_total: Option<u32>,
    /// Instalments not yet due.
    pub number_of_installments_outstanding: Option<u32>,
    /// Instalments paid.
    pub number_of_installments_paid: Option<u32>,
    /// Instalments overdue.
    pub number_of_installments_past_due: Option<u32>,
    /// When the money was paid out.
    pub disbursement_dates: Option<Vec<Date>>,
    /// When the contract was settled.
    pub settlement_date: Option<Date>,
    /// Start.
    pub contract_start_date: Option<Date>,
    /// End.
    pub contract_end_date: Option<Date>,
    /// Unit of what remains.
    pub contract_remaining_frequency: Option<ContractFrequency>,
    /// What remains, in that unit.
    pub contract_remaining_total: Option<u32>,
    /// Network value (`PRICE`, `SAC`).
    pub amortization_schedule: String,
    /// More about it.
    pub amortization_schedule_info: Option<String>,
    /// CNPJ of the consignee.
    pub consignee_id: Option<String>,
    /// Number of the contract.
    pub contract_number: Option<String>,
    /// Always `null` in Brazil.
    pub monthly_payment: Option<Amount>,
    /// Always `null` in Brazil.
    pub principal: Option<Amount>,
    /// Always `null` in Brazil.
    pub payment_day: Option<String>,
    /// Always `null` in Brazil.
    pub outstanding_principal: Option<Amount>,
    /// Always `null` in Brazil.
    pub credit_limit: Option<Amount>,
    /// Always `null` in Brazil.
    pub last_period_balance: Option<Amount>,
    /// Always `null` in Brazil.
    pub interest_rate: Option<Rate>,
    /// Always `null` in Brazil.
    pub limit_day: Option<String>,
    /// Always `null` in Brazil.
    pub cutting_day: Option<String>,
    /// Always `null` in Brazil.
    pub cutting_date: Option<String>,
    /// Always `null` in Brazil.
    pub last_payment_date: Option<String>,
    /// Always `null` in Brazil.
    pub no_interest_payment: Option<Amount>,
}

/// An interest rate of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct InterestRate {
    /// Name.
    pub name: Option<String>,
    /// Period.
    #[serde(rename = "type")]
    pub kind: RatePeriod,
    /// Value in percent.
    pub value: Option<Rate>,
    /// The rate in full.
    pub interest_rate_data: Option<InterestRateData>,
}

/// An interest rate in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct InterestRateData {
    /// Nominal or effective.
    pub tax_type: TaxType,
    /// Simple or compound.
    pub rate_type: RateType,
    /// Period.
    #[serde(rename = "type")]
    pub kind: RatePeriod,
    /// Day count, e.g. `30/360`.
    pub calculation_base: String,
    /// Index.
    pub reference_index_type: RateIndex,
    /// Network value of the index.
    pub reference_index_subtype: Option<String>,
    /// More about the index.
    pub reference_index_info: Option<String>,
    /// Fixed part, a fraction.
    pub pre_fixed_rate: Rate,
    /// Part of the index, a fraction.
    pub post_fixed_rate: Rate,
    /// More.
    pub additional_info: Option<String>,
}

/// A fee of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct LoanFee {
    /// Always `null` in Brazil.
    #[serde(rename = "type")]
    pub kind: Option<LoanFeeType>,
    /// Amount.
    pub value: Option<Amount>,
    /// Name.
    pub name: String,
    /// Code.
    pub code: String,
    /// When it is charged.
    pub fee_charge_type: FeeChargeType,
    /// How it is charged.
    pub fee_charge: FeeCharge,
    /// Fraction, when charged as a percentage.
    pub rate: Option<Rate>,
}

/// A charge of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ContractedCharge {
    /// Kind.
    #[serde(rename = "type")]
    pub kind: ContractedChargeType,
    /// More.
    pub info: Option<String>,
    /// Fraction.
    pub rate: Option<Rate>,
}

/// A warranty of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Collateral {
    /// Network value.
    #[serde(rename = "type")]
    pub kind: String,
    /// Network value.
    pub subtype: String,
    /// Currency.
    pub currency: String,
    /// Amount.
    pub amount: Amount,
}

/// A balloon payment of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct BalloonPayment {
    /// When.
    pub due_date: Option<Date>,
    /// Currency.
    pub currency: Option<String>,
    /// Amount.
    pub amount: Option<Amount>,
}
