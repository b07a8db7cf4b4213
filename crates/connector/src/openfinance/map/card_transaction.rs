//! Transactions of cards (`belvo-api.md`, 10.7).

use jiff::Timestamp;
use jiff::civil::Date;
use vinculo_domain::model::{
    CardCreditsType, CardFeeType, PaymentType, TransactionCardData, TransactionContent, TransactionDraft,
    TransactionStatus,
};

use super::transaction::{direction, operation_type};
use super::{Counter, calendar, missing};
use crate::ProtocolError;
use crate::openfinance::wire::credit_cards::CardTransaction;

/// Maps a transaction of a card account, or of its bill `of_bill`.
///
/// * A card transaction is final once its bill is closed (credit cards 2.4, "Data de imutabilidade"): until then it is
///   replaced with every reading.
/// * It is pending while the bank has not put it on a bill: the date of that is the dummy `0001-01-01` then.
/// * `amount` and `currency` are those of the purchase, `local_currency_amount` is in reais. Of parcels they are the
///   parcel's.
/// * What the bill says beyond its identifier comes from the bill.
///
/// # Errors
/// No amount, or no time.
pub(crate) fn card_transaction(
    item: &CardTransaction,
    of_bill: Option<&str>,
    counter: &mut Counter,
    now: Timestamp,
) -> Result<TransactionDraft, ProtocolError> {
    let bill = item.bill_id.cut(100).or_else(|| of_bill.map(str::to_owned));
    let is_final = bill.is_some();
    Ok(TransactionDraft {
        internal_identification: item.transaction_id.cut(100).unwrap_or_default(),
        bank_key: counter.steady_key(item.transaction_id.get(), &identity(item)),
        is_final,
        content: content(item, bill, now)?,
    })
}

/// What a person would call "the same entry".
fn identity(item: &CardTransaction) -> [String; 7] {
    [
        item.transaction_date_time.0.map(|at| at.to_string()).unwrap_or_default(),
        item.amount.or_zero().to_string(),
        item.brazilian_amount.or_zero().to_string(),
        item.credit_debit_type.or_empty(),
        item.transaction_name.or_empty(),
        item.identification_number.or_empty(),
        item.charge_identificator.or_empty(),
    ]
}

fn content(item: &CardTransaction, bill: Option<String>, now: Timestamp) -> Result<TransactionContent, ProtocolError> {
    let (foreign, local) = (&item.amount, &item.brazilian_amount);
    let money = if foreign.amount().is_some() { foreign } else { local };
    let amount = money.amount().ok_or_else(|| missing("amount"))?;
    let posted = item.bill_post_date.0.filter(|day| day.year() > 1);
    let transacted_at = item.transaction_date_time.0.or_else(|| midnight(posted?));
    let transacted_at = transacted_at.ok_or_else(|| missing("transactionDateTime"))?;
    let value_date = calendar::day_in_sao_paulo(transacted_at);
    Ok(TransactionContent {
        value_date,
        transacted_at: Some(transacted_at),
        accounting_date: posted,
        inferred_accounting_date: calendar::business_day(posted.unwrap_or(value_date)),
        amount: amount.abs(),
        local_currency_amount: Some(local.amount().unwrap_or(amount).abs()),
        balance: None,
        currency: Some(money.currency()),
        description: item.transaction_name.owned(),
        observations: None,
        merchant: None,
        category: None,
        subcategory: None,
        reference: None,
        direction: direction(item.credit_debit_type.get()),
        status: Some(if posted.is_some() { TransactionStatus::Processed } else { TransactionStatus::Pending }),
        credit_card_data: Some(Box::new(card_data(item, bill, now))),
        counterparty: None,
        loan_data: None,
        payment_type: item.payment_type.get().and_then(payment_type),
        operation_type: operation_type(item.transaction_type.get()),
        operation_type_additional_info: item.transactional_additional_info.cut(140),
        mcc: item.payee_mcc.0.filter(|code| *code <= 9999),
    })
}

/// An instant that is known to the day only.
pub(super) fn midnight(day: Date) -> Option<Timestamp> {
    day.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

fn card_data(item: &CardTransaction, bill: Option<String>, now: Timestamp) -> TransactionCardData {
    TransactionCardData {
        collected_at: now,
        bill_name: None,
        bill_due_date: None,
        bill_internal_identification: bill,
        bill_status: None,
        previous_bill_total: None,
        bill_amount: None,
        card_number: item.identification_number.cut(100).unwrap_or_default(),
        fee_type: item.fee_type.get().map(fee_type),
        fee_type_additional_info: item.fee_type_additional_info.cut(140),
        credits_type: item.other_credits_type.get().map(credits_type),
        credits_type_additional_info: item.other_credits_additional_info.cut(140),
        installment_identifier: item.charge_identificator.cut(140).unwrap_or_default(),
        number_of_installments: item.charge_number.0,
        credit_card_bill: None,
    }
}

fn payment_type(word: &str) -> Option<PaymentType> {
    match word {
        "A_VISTA" => Some(PaymentType::Full),
        "A_PRAZO" => Some(PaymentType::Installment),
        _ => None,
    }
}

fn fee_type(word: &str) -> CardFeeType {
    match word {
        "ANUIDADE" => CardFeeType::Annual,
        "SAQUE_CARTAO_BRASIL" => CardFeeType::NationalWithdrawal,
        "SAQUE_CARTAO_EXTERIOR" => CardFeeType::InternationalWithdrawal,
        "AVALIACAO_EMERGENCIAL_CREDITO" => CardFeeType::EmergencyCreditEvaluation,
        "EMISSAO_SEGUNDA_VIA" => CardFeeType::DuplicateIssuance,
        "TARIFA_PAGAMENTO_CONTAS" => CardFeeType::Payment,
        "SMS" => CardFeeType::Sms,
        _ => CardFeeType::Others,
    }
}

fn credits_type(word: &str) -> CardCreditsType {
    match word {
        "CREDITO_ROTATIVO" => CardCreditsType::Revolving,
        "PARCELAMENTO_FATURA" => CardCreditsType::BillInstallment,
        "EMPRESTIMO" => CardCreditsType::Loan,
        _ => CardCreditsType::Others,
    }
}

#[cfg(test)]
#[path = "card_transaction_tests.rs"]
mod tests;
