//! Credit contracts as accounts (`belvo-api.md`, 10.5, `loan_data`).

use jiff::Timestamp;
use vinculo_domain::Amount;
use vinculo_domain::model::{
    AccountCategory, AccountDraft, BalanceType, Balances, ContractFrequency, InstallmentFrequency, LoanData,
};

use super::contract_terms::{balloon, charge, collateral, fee, rate};
use super::{either, missing};
use crate::ProtocolError;
use crate::openfinance::wire::contracts::{ContractDetail, ContractItem, Instalments, Payments, Warranty};
use crate::openfinance::wire::value::Text;

/// What the endpoints say about one contract; `None` for what is not consented or not there.
pub(crate) struct Contract<'a> {
    pub(crate) item: &'a ContractItem,
    pub(crate) detail: &'a ContractDetail,
    pub(crate) warranties: Option<&'a [Warranty]>,
    pub(crate) instalments: Option<&'a Instalments>,
    pub(crate) payments: Option<&'a Payments>,
}

/// Maps a contract. The detail wins over the list, which holds the same again.
///
/// # Errors
/// No `contractId`.
pub(crate) fn contract(
    category: AccountCategory,
    contract: &Contract<'_>,
    now: Timestamp,
) -> Result<AccountDraft, ProtocolError> {
    let (item, detail) = (contract.item, contract.detail);
    let id = item.contract_id.cut(100).ok_or_else(|| missing("contractId"))?;
    let balance = balances(contract.payments);
    let number = detail.contract_number.cut(100);
    Ok(AccountDraft {
        category: Some(category),
        balance_type: Some(BalanceType::Liability),
        overdraft: None,
        kind: either(&detail.product_type, &item.product_type).or_empty(),
        subtype: either(&detail.product_sub_type, &item.product_sub_type).or_empty(),
        name: detail.product_name.owned(),
        number: number.clone(),
        agency: None,
        check_digit: None,
        currency: detail.contract_amount.currency_or(&detail.currency),
        public_identification_name: number.is_some().then(|| "NUMBER".to_owned()),
        public_identification_value: number,
        internal_identification: id,
        credit_data: None,
        loan_data: Some(Box::new(loan_data(contract, balance.current, now))),
        funds_data: None,
        balance,
    })
}

/// `available` is what pays the contract off today (`contractOutstandingBalance`); `current` what remains to be paid in
/// all, interest included, which loans tell since 2.6, and otherwise the same. Nothing is held or invested in a contract.
fn balances(payments: Option<&Payments>) -> Balances {
    let Some(payments) = payments else { return Balances::default() };
    let present = payments.contract_outstanding_balance.amount();
    let current = payments.total_remaining_amount.amount().or(present);
    let known = current.is_some().then_some(Amount::ZERO);
    Balances { current, available: present, blocked: known, automatically_invested: known }
}

fn loan_data(contract: &Contract<'_>, outstanding: Option<Amount>, now: Timestamp) -> LoanData {
    let detail = contract.detail;
    let instalments = contract.instalments;
    let days: Vec<_> = detail.disbursement_dates.0.iter().filter_map(|day| day.0).collect();
    let paid = instalments.and_then(|plan| plan.paid_instalments.0);
    LoanData {
        collected_at: now,
        loan_code: either(&detail.ipoc_code, &contract.item.ipoc_code).cut(67).unwrap_or_default(),
        contract_amount: detail.contract_amount.amount(),
        total_effective_cost: detail.cet.0,
        loan_type: either(&detail.product_sub_type, &contract.item.product_sub_type).or_empty(),
        outstanding_balance: outstanding,
        interest_rates: detail.interest_rates.0.iter().filter_map(rate).collect(),
        fees: Some(detail.contracted_fees.0.iter().map(fee).collect()),
        contracted_charges: Some(detail.contracted_finance_charges.0.iter().map(charge).collect()),
        collaterals: contract.warranties.map(|all| all.iter().map(collateral).collect()),
        balloon_payments: instalments.map(|plan| plan.balloon_payments.0.iter().map(balloon).collect()),
        installments_contract_term_frequency: instalments.and_then(|plan| term(plan.type_number_of_instalments.get()?)),
        installment_frequency: frequency(&detail.instalment_periodicity),
        installment_frequency_info: detail.instalment_periodicity_additional_info.cut(99),
        first_installment_due_date: detail.first_instalment_due_date.0,
        number_of_installments_total: instalments.and_then(|plan| plan.total_number_of_instalments.0),
        number_of_installments_outstanding: instalments.and_then(|plan| plan.due_instalments.0),
        number_of_installments_paid: paid.or(contract.payments.and_then(|payments| payments.paid_instalments.0)),
        number_of_installments_past_due: instalments.and_then(|plan| plan.past_due_instalments.0),
        // May not be null: a contract without its date began when its money was paid out.
        contract_start_date: detail.contract_date.0.or(days.first().copied()),
        disbursement_dates: Some(days).filter(|days| !days.is_empty()),
        settlement_date: detail.settlement_date.0,
        contract_end_date: detail.due_date.0,
        contract_remaining_frequency: instalments.and_then(|plan| term(plan.type_contract_remaining.get()?)),
        contract_remaining_total: instalments.and_then(|plan| plan.contract_remaining_number.0),
        amortization_schedule: detail.amortization_scheduled.or_empty(),
        amortization_schedule_info: detail.amortization_scheduled_additional_info.cut(200),
        consignee_id: detail.cnpj_consignee.cut(14),
        contract_number: detail.contract_number.cut(100),
        monthly_payment: None,
        principal: None,
        payment_day: None,
        outstanding_principal: None,
        credit_limit: None,
        last_period_balance: None,
        interest_rate: None,
        limit_day: None,
        cutting_day: None,
        cutting_date: None,
        last_payment_date: None,
        no_interest_payment: None,
    }
}

fn term(word: &str) -> Option<ContractFrequency> {
    match word {
        "DIA" => Some(ContractFrequency::Day),
        "SEMANA" => Some(ContractFrequency::Week),
        "MES" => Some(ContractFrequency::Month),
        "ANO" => Some(ContractFrequency::Year),
        "SEM_PRAZO_TOTAL" | "SEM_PRAZO_REMANESCENTE" => Some(ContractFrequency::NoDeadline),
        _ => None,
    }
}

fn frequency(word: &Text) -> InstallmentFrequency {
    match word.get() {
        Some("SEM_PERIODICIDADE_REGULAR") => InstallmentFrequency::Irregular,
        Some("SEMANAL") => InstallmentFrequency::Weekly,
        Some("QUINZENAL") => InstallmentFrequency::Fortnightly,
        Some("MENSAL") => InstallmentFrequency::Monthly,
        Some("BIMESTRAL") => InstallmentFrequency::Bimonthly,
        Some("TRIMESTRAL") => InstallmentFrequency::Quarterly,
        Some("SEMESTRAL") => InstallmentFrequency::Biannually,
        Some("ANUAL") => InstallmentFrequency::Annually,
        _ => InstallmentFrequency::Other,
    }
}

#[cfg(test)]
#[path = "contract_tests.rs"]
mod tests;
