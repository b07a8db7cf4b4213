//! Bills of cards (`belvo-api.md`, 10.8).

use jiff::civil::Date;
use vinculo_domain::Amount;
use vinculo_domain::model::{BillCharge, BillChargeType, BillDraft, BillPayment, BillPaymentMode, BillPaymentType};

use super::missing;
use crate::ProtocolError;
use crate::openfinance::wire::credit_cards::{BillItem, BillPaymentItem, FinanceCharge};

/// Maps an item of `/accounts/{creditCardAccountId}/bills`: closed bills only, by the standard.
///
/// The network knows no name of a bill; it is made from the due date, in the reference's form.
///
/// # Errors
/// No `billId`.
pub(crate) fn bill(wire: &BillItem) -> Result<BillDraft, ProtocolError> {
    let currency = wire.bill_total_amount.currency();
    Ok(BillDraft {
        internal_identification: wire.bill_id.cut(100).ok_or_else(|| missing("billId"))?,
        bill_name: wire.due_date.0.and_then(name),
        due_date: wire.due_date.0,
        total_amount: wire.bill_total_amount.amount(),
        minimum_amount: wire.bill_minimum_amount.amount(),
        is_installment: wire.is_instalment.map(|flag| flag.0),
        finance_charges: charges(&wire.finance_charges.0, &currency),
        payments: wire.payments.0.iter().map(payment).collect(),
        currency: Some(currency),
    })
}

/// `apr-2020`.
fn name(due: Date) -> Option<String> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let month = MONTHS.get(usize::try_from(due.month()).ok()?.checked_sub(1)?)?;
    Some(format!("{month}-{:04}", due.year()))
}

/// The list may not be empty: a bill without charges says so in the word for it.
fn charges(wire: &[FinanceCharge], currency: &str) -> Vec<BillCharge> {
    if wire.is_empty() {
        return vec![BillCharge {
            kind: Some(BillChargeType::NoCharge),
            additional_info: None,
            currency: Some(currency.to_owned()),
            amount: Some(Amount::ZERO),
        }];
    }
    wire.iter().map(charge).collect()
}

fn charge(wire: &FinanceCharge) -> BillCharge {
    BillCharge {
        kind: wire.kind.get().map(charge_type),
        additional_info: wire.additional_info.cut(140),
        currency: Some(wire.amount.currency_or(&wire.currency)),
        amount: wire.amount.amount(),
    }
}

fn charge_type(word: &str) -> BillChargeType {
    match word {
        "JUROS_REMUNERATORIOS_ATRASO_PAGAMENTO_FATURA" => BillChargeType::LatePaymentInterest,
        "MULTA_ATRASO_PAGAMENTO_FATURA" => BillChargeType::LateFee,
        "JUROS_MORA_ATRASO_PAGAMENTO_FATURA" => BillChargeType::ArrearsInterest,
        "IOF" => BillChargeType::Iof,
        "SEM_ENCARGO" => BillChargeType::NoCharge,
        _ => BillChargeType::Other,
    }
}

fn payment(wire: &BillPaymentItem) -> BillPayment {
    let kind = |word: &str| match word {
        "VALOR_PAGAMENTO_FATURA_PARCELADO" => BillPaymentType::Installment,
        "VALOR_PAGAMENTO_FATURA_REALIZADO" => BillPaymentType::Full,
        _ => BillPaymentType::Other,
    };
    BillPayment {
        kind: wire.value_type.get().map(kind),
        payment_date: wire.payment_date.0,
        payment_mode: wire.payment_mode.get().and_then(payment_mode),
        currency: Some(wire.amount.currency_or(&wire.currency)),
        amount: wire.amount.amount(),
    }
}

fn payment_mode(word: &str) -> Option<BillPaymentMode> {
    match word {
        "DEBITO_CONTA_CORRENTE" => Some(BillPaymentMode::DirectDebit),
        "BOLETO_BANCARIO" => Some(BillPaymentMode::BankSlip),
        "AVERBACAO_FOLHA" => Some(BillPaymentMode::SalaryDeduction),
        "PIX" => Some(BillPaymentMode::Pix),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openfinance::map::fuzz::spoilt;
    use proptest::prelude::*;

    // The official example of credit cards 2.4.0.
    const OFFICIAL: &str = r#"{"billId":"3459087XXZTR","dueDate":"2021-05-21","billClosingDate":"2021-05-11",
        "billTotalAmount":{"amount":"1000.0400","currency":"BRL"},
        "billMinimumAmount":{"amount":"100.0400","currency":"BRL"},"isInstalment":false,
        "financeCharges":[{"type":"JUROS_REMUNERATORIOS_ATRASO_PAGAMENTO_FATURA","additionalInfo":"Informações Adicionais",
            "amount":"100000.0400","currency":"BRL"}],
        "payments":[{"valueType":"VALOR_PAGAMENTO_FATURA_PARCELADO","paymentDate":"2021-05-21",
            "paymentMode":"DEBITO_CONTA_CORRENTE","amount":"1000.0400","currency":"BRL"}]}"#;

    fn map(json: &str) -> Result<BillDraft, ProtocolError> {
        bill(&serde_json::from_str(json).unwrap())
    }

    #[test]
    fn the_official_example() {
        let json = serde_json::to_string(&map(OFFICIAL).unwrap()).unwrap();
        assert_eq!(
            json,
            r#"{"internal_identification":"3459087XXZTR","bill_name":"may-2021","due_date":"2021-05-21","currency":"BRL","total_amount":1000.04,"minimum_amount":100.04,"is_installment":false,"finance_charges":[{"type":"LATE_PAYMENT_INTEREST","additional_info":"Informações Adicionais","currency":"BRL","amount":100000.04}],"payments":[{"type":"INSTALLMENT","payment_date":"2021-05-21","payment_mode":"DIRECT_DEBIT","currency":"BRL","amount":1000.04}]}"#
        );
    }

    #[test]
    fn a_bill_that_the_bank_owes_is_negative() {
        let draft =
            map(&OFFICIAL.replace("\"1000.0400\",\"currency\":\"BRL\"},", "\"-3.50\",\"currency\":\"BRL\"},")).unwrap();
        assert_eq!(draft.total_amount.unwrap().to_string(), "-3.50");
    }

    #[test]
    fn no_charge_is_said() {
        let draft = map(r#"{"billId":"a","isInstalment":true,"payments":[]}"#).unwrap();
        assert_eq!(
            serde_json::to_string(&draft).unwrap(),
            r#"{"internal_identification":"a","bill_name":null,"due_date":null,"currency":"BRL","total_amount":null,"minimum_amount":null,"is_installment":true,"finance_charges":[{"type":"NO_CHARGE","additional_info":null,"currency":"BRL","amount":0.00}],"payments":[]}"#
        );
        assert_eq!(map(r#"{"billId":"a"}"#).unwrap().is_installment, None);
    }

    #[test]
    fn words_have_their_place_and_unknown_ones_their_fallback() {
        let charge = |word| charge_type(word).as_str();
        assert_eq!(charge("MULTA_ATRASO_PAGAMENTO_FATURA"), "LATE_FEE");
        assert_eq!(charge("JUROS_MORA_ATRASO_PAGAMENTO_FATURA"), "ARREARS_INTEREST");
        assert_eq!((charge("IOF"), charge("OUTROS"), charge("NOVO")), ("IOF", "OTHER", "OTHER"));
        let mode = |word| payment_mode(word).map(BillPaymentMode::as_str);
        assert_eq!((mode("BOLETO_BANCARIO"), mode("AVERBACAO_FOLHA")), (Some("BANK_SLIP"), Some("SALARY_DEDUCTION")));
        assert_eq!((mode("PIX"), mode("CHEQUE")), (Some("PIX"), None));
        let odd = OFFICIAL.replace("VALOR_PAGAMENTO_FATURA_PARCELADO", "OUTRO_VALOR_PAGO_FATURA");
        assert_eq!(map(&odd).unwrap().payments[0].kind, Some(BillPaymentType::Other));
    }

    #[test]
    fn a_bill_without_id_is_refused() {
        assert!(map("{}").is_err() && map(r#"{"billId":null}"#).is_err());
    }

    proptest! {
        #[test]
        fn a_spoilt_bill_is_handled(json in spoilt(OFFICIAL)) {
            if let Ok(Ok(draft)) = serde_json::from_str(&json).map(|item| bill(&item)) {
                let text = serde_json::to_string(&draft).unwrap();
                prop_assert_eq!(serde_json::from_str::<BillDraft>(&text).unwrap(), draft);
            }
        }
    }
}
