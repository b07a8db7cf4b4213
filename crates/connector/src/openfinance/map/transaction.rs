//! Transactions of accounts (`belvo-api.md`, 10.7).

use vinculo_domain::model::{
    Counterparty, Direction, PersonType, TransactionContent, TransactionDraft, TransactionStatus,
};

use super::bank_key::Counter;
use super::{calendar, missing};
use crate::ProtocolError;
use crate::openfinance::wire::transactions::TransactionItem;

/// Maps an item of `/accounts/{accountId}/transactions`.
///
/// * `value_date` is the day of `transactionDateTime` in São Paulo.
/// * `accounting_date` is the same day once the item is booked: from then on the standard wants the time of booking
///   in `transactionDateTime`. It is `null` before.
/// * An unknown `completedAuthorisedPaymentType` counts as not booked: the item is then replaced at the next
///   reading, which does no harm, while a wrong "final" would stay.
///
/// # Errors
/// No amount, or no time.
pub(crate) fn transaction(item: &TransactionItem, counter: &mut Counter) -> Result<TransactionDraft, ProtocolError> {
    let is_final = item.completed_authorised_payment_type.get() == Some("TRANSACAO_EFETIVADA");
    Ok(TransactionDraft {
        internal_identification: item.transaction_id.cut(100).unwrap_or_default(),
        bank_key: counter.key(item, is_final),
        is_final,
        content: content(item, is_final)?,
    })
}

fn content(item: &TransactionItem, is_final: bool) -> Result<TransactionContent, ProtocolError> {
    let money = item.transaction_amount.as_ref().ok_or_else(|| missing("transactionAmount"))?;
    let amount = money.amount.0.ok_or_else(|| missing("transactionAmount.amount"))?;
    let transacted_at = item.transaction_date_time.0.ok_or_else(|| missing("transactionDateTime"))?;
    let value_date = calendar::day_in_sao_paulo(transacted_at);
    Ok(TransactionContent {
        value_date,
        transacted_at: Some(transacted_at),
        accounting_date: is_final.then_some(value_date),
        inferred_accounting_date: calendar::business_day(value_date),
        amount: amount.abs(),
        local_currency_amount: None,
        balance: None,
        currency: Some(money.currency()),
        description: item.transaction_name.owned(),
        observations: None,
        merchant: None,
        category: None,
        subcategory: None,
        reference: None,
        direction: direction(item.credit_debit_type.get()),
        status: Some(if is_final { TransactionStatus::Processed } else { TransactionStatus::Pending }),
        credit_card_data: None,
        counterparty: counterparty(item),
        loan_data: None,
        payment_type: None,
        operation_type: operation_type(item.kind.get()),
        operation_type_additional_info: item.type_additional_info.cut(140),
        mcc: None,
    })
}

pub(super) fn direction(kind: Option<&str>) -> Option<Direction> {
    match kind? {
        "CREDITO" => Some(Direction::Inflow),
        "DEBITO" => Some(Direction::Outflow),
        _ => None,
    }
}

/// Keeps the network's word, known or not, as long as it has the shape that the API promises.
pub(super) fn operation_type(kind: Option<&str>) -> String {
    let fits = |kind: &&str| kind.len() <= 50 && kind.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_');
    kind.filter(fits).unwrap_or("OUTROS").to_owned()
}

fn counterparty(item: &TransactionItem) -> Option<Counterparty> {
    let document = item.partie_cnpj_cpf.get();
    let known = [&item.partie_compe_code, &item.partie_branch_code, &item.partie_number, &item.partie_person_type];
    if document.is_none() && known.iter().all(|text| text.get().is_none()) {
        return None;
    }
    let kind = match (item.partie_person_type.get(), document.map(str::len)) {
        (Some("PESSOA_NATURAL"), _) => Some(PersonType::Individual),
        (Some("PESSOA_JURIDICA"), _) => Some(PersonType::Company),
        (_, Some(11)) => Some(PersonType::Individual),
        (_, Some(14)) => Some(PersonType::Company),
        _ => None,
    };
    Some(Counterparty {
        kind,
        document_number: item.partie_cnpj_cpf.cut(14),
        clearing_code: item.partie_compe_code.cut(3),
        agency: item.partie_branch_code.cut(4),
        check_digit: item.partie_check_digit.cut(2),
        number: item.partie_number.cut(20),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openfinance::map::Occurrences;
    use crate::openfinance::map::fuzz::spoilt;
    use proptest::prelude::*;

    // The official example of accounts 2.5.0.
    const OFFICIAL: &str = r#"{
        "transactionId": "TXpRMU9UQTROMWhZV2xSU1FUazJSMDl",
        "completedAuthorisedPaymentType": "TRANSACAO_EFETIVADA",
        "creditDebitType": "DEBITO",
        "transactionName": "Transferencia Enviada Lima Santos",
        "type": "PIX",
        "transactionAmount": {"amount": "500.5400", "currency": "BRL"},
        "transactionDateTime": "2016-01-29T12:29:03.374Z",
        "partieCnpjCpf": "43908445778",
        "partiePersonType": "PESSOA_NATURAL",
        "partieCompeCode": "001",
        "partieBranchCode": "6272",
        "partieNumber": "67890854360",
        "partieCheckDigit": "4",
        "codeISPB": "00000000"
    }"#;

    fn map(json: &str) -> Result<TransactionDraft, ProtocolError> {
        let item = serde_json::from_str(json).unwrap();
        transaction(&item, &mut Occurrences::default().counter())
    }

    #[test]
    fn the_official_example() {
        let draft = map(OFFICIAL).unwrap();
        assert!(draft.is_final);
        assert_eq!(draft.bank_key, "id:TXpRMU9UQTROMWhZV2xSU1FUazJSMDl");
        let json = serde_json::to_string(&draft.content).unwrap();
        assert_eq!(
            json,
            r#"{"value_date":"2016-01-29","transacted_at":"2016-01-29T12:29:03.374Z","accounting_date":"2016-01-29","inferred_accounting_date":"2016-01-29","amount":500.54,"local_currency_amount":null,"balance":null,"currency":"BRL","description":"Transferencia Enviada Lima Santos","observations":null,"merchant":null,"category":null,"subcategory":null,"reference":null,"type":"OUTFLOW","status":"PROCESSED","credit_card_data":null,"counterparty":{"type":"INDIVIDUAL","document_number":"43908445778","clearing_code":"001","agency":"6272","check_digit":"4","number":"67890854360"},"loan_data":null,"payment_type":null,"operation_type":"PIX","operation_type_additional_info":null,"mcc":null}"#
        );
    }

    #[test]
    fn what_is_not_booked_is_pending_and_not_final() {
        for kind in ["LANCAMENTO_FUTURO", "TRANSACAO_PROCESSANDO", "ALGO_NOVO"] {
            let draft = map(&OFFICIAL.replace("TRANSACAO_EFETIVADA", kind)).unwrap();
            assert!(!draft.is_final);
            assert!(draft.bank_key.starts_with("open:"));
            assert_eq!(draft.content.status, Some(TransactionStatus::Pending));
            assert_eq!(draft.content.accounting_date, None);
        }
    }

    #[test]
    fn amounts_are_positive_whatever_the_sign() {
        let draft = map(&OFFICIAL.replace("500.5400", "-500.5400")).unwrap();
        assert_eq!(draft.content.amount.to_string(), "500.54");
    }

    #[test]
    fn unknown_words_have_their_fallback() {
        let draft = map(&OFFICIAL.replace("DEBITO", "ESTORNO").replace("\"PIX\"", "\"PIX 2.0\"")).unwrap();
        assert_eq!(draft.content.direction, None);
        assert_eq!(draft.content.operation_type, "OUTROS");
        assert_eq!(map(&OFFICIAL.replace("\"PIX\"", "\"DREX\"")).unwrap().content.operation_type, "DREX");
    }

    #[test]
    fn a_company_keeps_its_whole_cnpj_letters_included() {
        let json = OFFICIAL.replace("43908445778", "5W685362006744").replace("\"PESSOA_NATURAL\"", "null");
        let other = map(&json).unwrap().content.counterparty.unwrap();
        assert_eq!(other.kind, Some(PersonType::Company));
        assert_eq!(other.document_number.as_deref(), Some("5W685362006744"));
    }

    #[test]
    fn no_counterparty_is_null() {
        let json = r#"{"transactionId":"a","completedAuthorisedPaymentType":"TRANSACAO_EFETIVADA","creditDebitType":"CREDITO",
            "type":"OUTROS","transactionAmount":{"amount":"1.00"},"transactionDateTime":"2026-02-14T03:00:00.000Z"}"#;
        let content = map(json).unwrap().content;
        assert_eq!(content.counterparty, None);
        assert_eq!(content.description, None);
        assert_eq!(content.currency.as_deref(), Some("BRL"));
        assert_eq!(content.inferred_accounting_date.to_string(), "2026-02-18");
    }

    #[test]
    fn without_amount_or_time_there_is_no_transaction() {
        for broken in [
            OFFICIAL.replace("500.5400", "quinhentos"),
            OFFICIAL.replace("transactionAmount", "valor"),
            OFFICIAL.replace("2016-01-29T12:29:03.374Z", "ontem"),
            "{}".to_owned(),
        ] {
            assert!(matches!(map(&broken), Err(ProtocolError::Unreadable(_))), "{broken}");
        }
    }

    proptest! {
        #[test]
        fn any_item_is_handled(
            id in "\\PC{0,120}", status in "\\PC{0,30}", kind in "\\PC{0,60}", amount in "\\PC{0,20}", at in "\\PC{0,30}",
            party in "\\PC{0,30}",
        ) {
            let json = serde_json::json!({
                "transactionId": id, "completedAuthorisedPaymentType": status, "creditDebitType": kind, "type": kind,
                "transactionName": party, "transactionAmount": {"amount": amount}, "transactionDateTime": at,
                "partieCnpjCpf": party, "partieNumber": party,
            });
            let _ = map(&json.to_string());
        }

        #[test]
        fn every_good_amount_and_instant_maps(cents in 0u64..100_000_000_000, seconds in 0i64..4_000_000_000) {
            let at = jiff::Timestamp::from_second(seconds).unwrap();
            let json = OFFICIAL.replace("500.5400", &format!("{}.{:02}", cents / 100, cents % 100))
                .replace("2016-01-29T12:29:03.374Z", &at.to_string());
            let content = map(&json).unwrap().content;
            prop_assert!(content.inferred_accounting_date >= content.value_date);
            prop_assert_eq!(content.amount.to_string(), format!("{}.{:02}", cents / 100, cents % 100));
        }
    }

    proptest! {
        #[test]
        fn a_spoilt_item_is_handled(json in spoilt(OFFICIAL)) {
            if let Ok(item) = serde_json::from_str(&json) {
                let _ = transaction(&item, &mut Occurrences::default().counter());
            }
        }
    }
}
