//! Payments of credit contracts as transactions (`belvo-api.md`, 10.7, `loan_data`).

use vinculo_domain::model::{
    Direction, TransactionContent, TransactionDraft, TransactionLoanCharge, TransactionLoanData, TransactionLoanFee,
    TransactionStatus,
};

use super::card_transaction::midnight;
use super::{Counter, calendar, missing};
use crate::ProtocolError;
use crate::openfinance::wire::contracts::{ContractCharge, ContractFee, OverParcel, Release};

/// Maps a release of `/contracts/{contractId}/payments`.
///
/// * A payment that the bank lists has been made: it is final.
/// * It brings money into the contract's account, as the payment of a bill does on a card; one with a negative amount
///   takes it back.
/// * The bank knows the day and not the time: `transacted_at` is midnight, in the reference's way.
///
/// # Errors
/// No amount, or no day.
pub(crate) fn payment(item: &Release, counter: &mut Counter) -> Result<TransactionDraft, ProtocolError> {
    let paid = item.paid_amount.amount().ok_or_else(|| missing("paidAmount"))?;
    let day = item.paid_date.0.ok_or_else(|| missing("paidDate"))?;
    let identity = [day.to_string(), paid.to_string(), item.instalment_id.or_empty()];
    let back = paid.decimal().is_sign_negative();
    let content = TransactionContent {
        value_date: day,
        transacted_at: midnight(day),
        accounting_date: Some(day),
        inferred_accounting_date: calendar::business_day(day),
        amount: paid.abs(),
        local_currency_amount: None,
        balance: None,
        currency: Some(item.paid_amount.currency_or(&item.currency)),
        description: None,
        observations: None,
        merchant: None,
        category: None,
        subcategory: None,
        reference: None,
        direction: Some(if back { Direction::Outflow } else { Direction::Inflow }),
        status: Some(TransactionStatus::Processed),
        credit_card_data: None,
        counterparty: None,
        loan_data: Some(Box::new(loan_data(item))),
        payment_type: None,
        operation_type: String::new(),
        operation_type_additional_info: None,
        mcc: None,
    };
    Ok(TransactionDraft {
        internal_identification: item.payment_id.cut(100).unwrap_or_default(),
        bank_key: counter.steady_key(item.payment_id.get(), &identity),
        is_final: true,
        content,
    })
}

fn loan_data(item: &Release) -> TransactionLoanData {
    let none = OverParcel::default();
    let over = item.over_parcel.as_ref().unwrap_or(&none);
    TransactionLoanData {
        is_detached: item.is_over_parcel_payment.0,
        installment_id: item.instalment_id.cut(100),
        fees: over.fees.0.iter().map(fee).collect(),
        charges: over.charges.0.iter().map(charge).collect(),
    }
}

fn fee(wire: &ContractFee) -> TransactionLoanFee {
    TransactionLoanFee {
        name: wire.fee_name.cut(140).unwrap_or_default(),
        code: wire.fee_code.cut(140).unwrap_or_default(),
        amount: wire.fee_amount.amount(),
    }
}

/// The network's word stays as it is here, by the reference.
fn charge(wire: &ContractCharge) -> TransactionLoanCharge {
    TransactionLoanCharge {
        kind: wire.charge_type.cut(140).unwrap_or_default(),
        info: wire.charge_additional_info.cut(140).unwrap_or_default(),
        amount: wire.charge_amount.or_zero(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openfinance::map::Occurrences;
    use crate::openfinance::map::fuzz::spoilt;
    use proptest::prelude::*;

    // The official example of loans 2.6.0.
    const OFFICIAL: &str = r#"{"paymentId":"XlthLXpBLVowLTldW2EtekEtWjAtOVwtXXswLDk5fSQ","isOverParcelPayment":true,
        "instalmentId":"WGx0aExYcEJMVm93TFRsZFcyRXRla0V0V2pBdE9Wd3RYWH","paidDate":"2021-05-22","currency":"BRL",
        "paidAmount":"1000.0400","overParcel":{"fees":[{"feeName":"Reavaliação periódica do bem","feeCode":"aval_bem",
        "feeAmount":"100000.0400"}],"charges":[{"chargeType":"JUROS_REMUNERATORIOS_POR_ATRASO",
        "chargeAdditionalInfo":"Informações adicionais","chargeAmount":"1000.0400"}]}}"#;

    fn map(json: &str) -> Result<TransactionDraft, ProtocolError> {
        payment(&serde_json::from_str(json).unwrap(), &mut Occurrences::default().counter())
    }

    #[test]
    fn the_official_example() {
        let draft = map(OFFICIAL).unwrap();
        assert!(draft.is_final);
        assert_eq!(draft.bank_key, "id:XlthLXpBLVowLTldW2EtekEtWjAtOVwtXXswLDk5fSQ");
        let json = serde_json::to_string(&draft.content).unwrap();
        assert_eq!(
            json,
            r#"{"value_date":"2021-05-22","transacted_at":"2021-05-22T00:00:00.000Z","accounting_date":"2021-05-22","inferred_accounting_date":"2021-05-24","amount":1000.04,"local_currency_amount":null,"balance":null,"currency":"BRL","description":null,"observations":null,"merchant":null,"category":null,"subcategory":null,"reference":null,"type":"INFLOW","status":"PROCESSED","credit_card_data":null,"counterparty":null,"loan_data":{"is_detached":true,"installment_id":"WGx0aExYcEJMVm93TFRsZFcyRXRla0V0V2pBdE9Wd3RYWH","fees":[{"name":"Reavaliação periódica do bem","code":"aval_bem","amount":100000.04}],"charges":[{"type":"JUROS_REMUNERATORIOS_POR_ATRASO","info":"Informações adicionais","amount":1000.04}]},"payment_type":null,"operation_type":"","operation_type_additional_info":null,"mcc":null}"#
        );
    }

    #[test]
    fn an_instalment_by_the_plan_has_no_fees_of_its_own() {
        let json = r#"{"paymentId":"p","isOverParcelPayment":false,"instalmentId":"i","paidDate":"2026-03-02",
            "currency":"BRL","paidAmount":"500.00","overParcel":null}"#;
        let loan = map(json).unwrap().content.loan_data.unwrap();
        assert!(!loan.is_detached && loan.fees.is_empty() && loan.charges.is_empty());
    }

    #[test]
    fn a_payment_that_is_taken_back_leaves_the_contract() {
        let content =
            map(&OFFICIAL.replace("\"paidAmount\":\"1000.0400\"", "\"paidAmount\":\"-10.00\"")).unwrap().content;
        assert_eq!((content.amount.to_string(), content.direction), ("10.00".into(), Some(Direction::Outflow)));
    }

    #[test]
    fn payments_without_identifier_are_told_apart_by_what_they_are() {
        // `paymentId` is optional in invoice financings 2.4.0.
        let json = OFFICIAL.replace("XlthLXpBLVowLTldW2EtekEtWjAtOVwtXXswLDk5fSQ", "");
        let mut counter = Occurrences::default().counter();
        let mut key = || payment(&serde_json::from_str(&json).unwrap(), &mut counter).unwrap().bank_key;
        let (one, two) = (key(), key());
        assert!(one.starts_with("old:") && one.ends_with(":1"));
        assert_eq!(two, one.replace(":1", ":2"));
    }

    #[test]
    fn without_amount_or_day_there_is_no_payment() {
        for broken in [
            "{}".into(),
            OFFICIAL.replace("\"paidAmount\":\"1000.0400\"", "\"paidAmount\":\"\""),
            OFFICIAL.replace("2021-05-22", ""),
        ] {
            assert!(map(&broken).is_err(), "{broken}");
        }
    }

    proptest! {
        #[test]
        fn a_spoilt_item_is_handled(json in spoilt(OFFICIAL)) {
            if let Ok(item) = serde_json::from_str(&json) {
                let _ = payment(&item, &mut Occurrences::default().counter());
            }
        }
    }
}
