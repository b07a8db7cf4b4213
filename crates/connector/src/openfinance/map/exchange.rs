//! Exchange operations and their history (`belvo-api.md`, 10.11).

use vinculo_domain::model::{
    CompanyNumber, ExchangeContent, ExchangeEventContent, ExchangeEventDraft, ExchangeEventKind, ExchangeType,
    SettlementMethod,
};
use vinculo_domain::{Amount, Rate};

use super::missing;
use crate::ProtocolError;
use crate::openfinance::wire::exchanges::{EventItem, OperationDetail};
use crate::openfinance::wire::value::{ExchangeRate, Money, Text, currency};

/// Maps `/operations/{operationId}`.
///
/// # Errors
/// One of the values that the API requires is missing, or the operation is neither purchase nor sale.
pub(crate) fn exchange(id: &str, wire: &OperationDetail) -> Result<ExchangeContent, ProtocolError> {
    let (rate, rate_currency) =
        rate(wire.local_currency_operation_tax.as_ref()).ok_or_else(|| missing("localCurrencyOperationTax"))?;
    let (local, local_currency) =
        money(wire.local_currency_operation_value.as_ref()).ok_or_else(|| missing("localCurrencyOperationValue"))?;
    let (foreign, foreign_currency) =
        money(wire.foreign_operation_value.as_ref()).ok_or_else(|| missing("foreignOperationValue"))?;
    let (outstanding, outstanding_currency) = money(wire.operation_outstanding_balance.as_ref()).unzip();
    let (vet, vet_currency) = self::rate(wire.vet_amount.as_ref()).unzip();
    let company = wire.authorized_institution_cnpj_number.get().ok_or_else(|| missing("authorizedInstitutionCnpj"))?;
    Ok(ExchangeContent {
        operation_identifier: id.to_owned(),
        operation_number: wire.operation_number.cut(12),
        operation_type: operation_type(&wire.operation_type).ok_or_else(|| missing("operationType"))?,
        operation_requested_at: wire.operation_date.0.ok_or_else(|| missing("operationDate"))?,
        authorized_institution_identifier: CompanyNumber::new(company),
        authorized_institution_name: wire.authorized_institution_name.cut(80).unwrap_or_default(),
        intermediary_institution_identifier: wire.intermediary_institution_cnpj_number.get().map(CompanyNumber::new),
        intermediary_institution_name: wire.intermediary_institution_name.cut(80),
        operation_due_date: wire.due_date.0.ok_or_else(|| missing("dueDate"))?,
        local_operation_tax_amount: rate,
        local_operation_tax_currency: rate_currency,
        local_operation_value_amount: local,
        local_operation_value_currency: local_currency,
        foreign_operation_value_amount: foreign,
        foreign_operation_value_currency: foreign_currency,
        operation_outstanding_balance_amount: outstanding,
        operation_outstanding_balance_currency: outstanding_currency,
        tev_amount_amount: vet,
        tev_amount_currency: vet_currency,
        local_currency_advance_percentage: wire.local_currency_advance_percentage.0,
        settlement_method: wire.delivery_foreign_currency.get().map(SettlementMethod::from_network),
        operation_category_code: wire.operation_category_code.cut(5).unwrap_or_default(),
    })
}

/// Maps an item of `/operations/{operationId}/events`. `None` for an event without number, time or a known kind: the
/// API has no way to say it.
pub(crate) fn event(id: &str, wire: &EventItem) -> Option<ExchangeEventDraft> {
    let (rate, rate_currency) = rate(wire.local_currency_operation_tax.as_ref()).unzip();
    let (local, local_currency) = money(wire.local_currency_operation_value.as_ref()).unzip();
    let (foreign, foreign_currency) = money(wire.foreign_operation_value.as_ref()).unzip();
    let (outstanding, outstanding_currency) = money(wire.operation_outstanding_balance.as_ref()).unzip();
    let (vet, vet_currency) = self::rate(wire.vet_amount.as_ref()).unzip();
    let party = wire.foreign_partie.clone().unwrap_or_default();
    let kind = wire.event_type.0.and_then(|code| u8::try_from(code).ok()).and_then(ExchangeEventKind::from_code)?;
    let content = ExchangeEventContent {
        operation_identifier: id.to_owned(),
        event_sequence_number: wire.event_sequence_number.cut(12)?,
        event_type: kind,
        event_created_at: wire.event_date.0?,
        operation_due_date: wire.due_date.0,
        local_operation_tax_amount: rate,
        local_operation_tax_currency: rate_currency,
        local_operation_value_amount: local,
        local_operation_value_currency: local_currency,
        foreign_operation_value_amount: foreign,
        foreign_operation_value_currency: foreign_currency,
        operation_outstanding_balance_amount: outstanding,
        operation_outstanding_balance_currency: outstanding_currency,
        tev_amount_amount: vet,
        tev_amount_currency: vet_currency,
        local_currency_advance_percentage: wire.local_currency_advance_percentage.0,
        settlement_method: wire.delivery_foreign_currency.get().map(SettlementMethod::from_network),
        operation_category_code: wire.operation_category_code.cut(5),
        foreign_partie_relationship_code: party.relationship_code.cut(2),
        foreign_partie_name: party.foreign_partie_name.cut(80),
        foreign_partie_country_code: party.foreign_partie_country_code.cut(2),
    };
    Some(ExchangeEventDraft { content })
}

fn operation_type(kind: &Text) -> Option<ExchangeType> {
    match kind.get()? {
        "COMPRA" => Some(ExchangeType::Purchase),
        "VENDA" => Some(ExchangeType::Sale),
        _ => None,
    }
}

fn money(money: Option<&Money>) -> Option<(Amount, String)> {
    let money = money?;
    Some((money.amount.0?, money.currency()))
}

fn rate(rate: Option<&ExchangeRate>) -> Option<(Rate, String)> {
    let rate = rate?;
    Some((rate.amount.0?, currency(&rate.currency)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::openfinance::map::fuzz::spoilt;
    use proptest::prelude::*;

    // The official examples of exchanges 1.1.0.
    const OPERATION: &str = r#"{"authorizedInstitutionCnpjNumber":"11225860000140",
        "authorizedInstitutionName":"AGENCIA CORRETORA","operationNumber":"393874649456","operationType":"COMPRA",
        "operationDate":"2023-03-07T08:30:00Z","dueDate":"2018-02-15",
        "localCurrencyOperationTax":{"amount":"5.123456789012345","currency":"BRL"},
        "localCurrencyOperationValue":{"amount":"1000.04","currency":"BRL"},
        "foreignOperationValue":{"amount":"1000.04","currency":"USD"},
        "vetAmount":{"amount":"1000.000004","currency":"BRL"},"localCurrencyAdvancePercentage":"0.12",
        "deliveryForeignCurrency":"CARTA_CREDITO_A_PRAZO","operationCategoryCode":"90302"}"#;
    const EVENT: &str = r#"{"eventSequenceNumber":"493874649457","eventType":"2","eventDate":"2023-03-07T08:30:00Z",
        "localCurrencyOperationTax":{"amount":"1.3","currency":"BRL"},"foreignPartie":{"relationshipCode":"50",
        "foreignPartieName":"José da Silva","foreignPartieCountryCode":"ZA"}}"#;

    fn map(json: &str) -> Result<ExchangeContent, ProtocolError> {
        exchange("927", &serde_json::from_str(json).unwrap())
    }

    #[test]
    fn the_official_operation() {
        assert_eq!(
            serde_json::to_string(&map(OPERATION).unwrap()).unwrap(),
            r#"{"operation_identifier":"927","operation_number":"393874649456","operation_type":"COMPRA","operation_requested_at":"2023-03-07T08:30:00Z","authorized_institution_identifier":11225860000140,"authorized_institution_name":"AGENCIA CORRETORA","intermediary_institution_identifier":null,"intermediary_institution_name":null,"operation_due_date":"2018-02-15","local_operation_tax_amount":5.123456789012345,"local_operation_tax_currency":"BRL","local_operation_value_amount":1000.04,"local_operation_value_currency":"BRL","foreign_operation_value_amount":1000.04,"foreign_operation_value_currency":"USD","operation_outstanding_balance_amount":null,"operation_outstanding_balance_currency":null,"tev_amount_amount":1000.000004,"tev_amount_currency":"BRL","local_currency_advance_percentage":0.12,"settlement_method":"CARTA_CREDITO_A_PRAZO","operation_category_code":"90302"}"#
        );
    }

    #[test]
    fn an_event_says_what_changed_and_nothing_else() {
        let draft = event("927", &serde_json::from_str(EVENT).unwrap()).unwrap();
        assert_eq!(draft.bank_key(), "493874649457:2");
        let text = serde_json::to_string(&draft.content).unwrap();
        assert!(text.contains(r#""event_type":2,"event_created_at":"2023-03-07T08:30:00Z","operation_due_date":null,"local_operation_tax_amount":1.3,"local_operation_tax_currency":"BRL","local_operation_value_amount":null"#), "{text}");
        assert!(text.ends_with(r#""foreign_partie_relationship_code":"50","foreign_partie_name":"José da Silva","foreign_partie_country_code":"ZA"}"#));
    }

    #[test]
    fn what_the_api_requires_must_be_there() {
        for (from, to) in [
            ("COMPRA", "TROCA"),
            ("2023-03-07T08:30:00Z", "ontem"),
            ("2018-02-15", ""),
            ("5.123456789012345", "cinco"),
            ("localCurrencyOperationValue", "x"),
            ("foreignOperationValue", "x"),
            ("authorizedInstitutionCnpjNumber", "x"),
        ] {
            assert!(matches!(map(&OPERATION.replace(from, to)), Err(ProtocolError::Unreadable(_))), "{from}");
        }
        for (from, to) in [("\"2\"", "\"7\""), ("2023-03-07T08:30:00Z", "ontem"), ("493874649457", "")] {
            let json = EVENT.replace(from, to);
            assert_eq!(event("927", &serde_json::from_str(&json).unwrap()), None, "{json}");
        }
    }

    #[test]
    fn an_unknown_way_to_hand_over_is_not_mapped_and_none_is_null() {
        let unknown = map(&OPERATION.replace("CARTA_CREDITO_A_PRAZO", "PIX")).unwrap();
        assert_eq!(unknown.settlement_method, Some(SettlementMethod::Unmapped));
        assert_eq!(map(&OPERATION.replace("CARTA_CREDITO_A_PRAZO", "")).unwrap().settlement_method, None);
    }

    proptest! {
        #[test]
        fn spoilt_ones_are_handled(operation in spoilt(OPERATION), item in spoilt(EVENT)) {
            if let Ok(wire) = serde_json::from_str(&operation) {
                let _ = exchange("1", &wire);
            }
            if let Ok(wire) = serde_json::from_str(&item) {
                let _ = event("1", &wire);
            }
        }
    }
}
