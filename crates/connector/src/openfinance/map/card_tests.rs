use super::*;
use crate::openfinance::map::fuzz::spoilt;
use proptest::prelude::*;

// The official examples of credit cards 2.4.0.
const ITEM: &str = r#"{"creditCardAccountId":"XXZTR3459087","brandName":"Organização A","companyCnpj":"21128159000166",
    "name":"Cartão Universitário","productType":"OUTROS","productAdditionalInfo":"OURO","creditCardNetwork":"VISA",
    "networkAdditionalInfo":"NA"}"#;
const DETAIL: &str = r#"{"name":"Cartão Universitário","productType":"OUTROS","productAdditionalInfo":"OURO",
    "creditCardNetwork":"VISA","networkAdditionalInfo":"NA",
    "paymentMethod":[{"identificationNumber":"4453","isMultipleCreditCard":false},
        {"identificationNumber":"8921","isMultipleCreditCard":true}]}"#;
const LIMITS: &str = r#"[{"creditLineLimitType":"LIMITE_CREDITO_TOTAL","consolidationType":"CONSOLIDADO",
    "identificationNumber":"4453","isLimitFlexible":false,
    "limitAmount":{"amount":"23000.9761","currency":"BRL","limitAmountReason":"x"},
    "usedAmount":{"amount":"7500.05","currency":"BRL"},"availableAmount":{"amount":"15500.9261","currency":"BRL"}},
    {"creditLineLimitType":"LIMITE_CREDITO_MODALIDADE_OPERACAO","consolidationType":"INDIVIDUAL",
    "identificationNumber":"4453","lineName":"CREDITO_A_VISTA","lineNameAdditionalInfo":"Informações adicionais",
    "isLimitFlexible":false,"limitAmount":{"amount":"1000.0400","currency":"BRL"},
    "usedAmount":{"amount":"400.04","currency":"BRL"}}]"#;

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn map(detail: &str, limits: Option<&str>) -> AccountDraft {
    let limits: Option<Vec<Limit>> = limits.map(|text| serde_json::from_str(text).unwrap());
    let (item, detail) = (serde_json::from_str(ITEM).unwrap(), serde_json::from_str(detail).unwrap());
    card(&item, &detail, limits.as_deref(), now()).unwrap()
}

#[test]
fn the_official_examples() {
    let json = serde_json::to_string(&map(DETAIL, Some(LIMITS))).unwrap();
    assert_eq!(
        json,
        r#"{"category":"CREDIT_CARD","balance_type":"LIABILITY","overdraft":null,"type":"OUTROS","subtype":"OURO","name":"Cartão Universitário","number":null,"agency":null,"check_digit":null,"balance":{"current":7500.05,"available":15500.9261,"blocked":0.00,"automatically_invested":0.00},"currency":"BRL","public_identification_name":"CREDIT_CARD_NUMBER","public_identification_value":"4453,8921","internal_identification":"XXZTR3459087","credit_data":{"collected_at":"2026-11-22T12:00:00.000000Z","credit_limit":23000.9761,"limits":[{"identification_number":"4453","credit_limit":23000.9761,"used_amount":7500.05,"available_amount":15500.9261,"is_limit_flexible":false,"type":"TOTAL_LIMIT","consolidation_type":"CONSOLIDADO","line_name":null,"line_name_additional_info":null},{"identification_number":"4453","credit_limit":1000.04,"used_amount":400.04,"available_amount":600.00,"is_limit_flexible":false,"type":"MODAL_LIMIT","consolidation_type":"INDIVIDUAL","line_name":"CREDITO_A_VISTA","line_name_additional_info":"Informações adicionais"}],"cutting_date":null,"minimum_payment":null,"network":"VISA","network_additional_info":null,"cards":[{"is_multiple":false,"identification_number":"4453"},{"is_multiple":true,"identification_number":"8921"}],"next_payment_date":null,"no_interest_payment":null,"interest_rate":null,"monthly_payment":null,"last_payment_date":null},"loan_data":null,"funds_data":null}"#
    );
}

#[test]
fn limits_that_were_not_consented_leave_the_balance_unknown() {
    let draft = map(DETAIL, None);
    assert_eq!(draft.balance, Balances::default());
    let data = draft.credit_data.unwrap();
    assert!(data.limits.is_empty() && data.credit_limit.is_none());
}

#[test]
fn a_shared_limit_counts_once_and_own_limits_add_up() {
    let twice = format!(
        "[{0},{0}]",
        r#"{"creditLineLimitType":"LIMITE_CREDITO_TOTAL","consolidationType":"CONSOLIDADO",
        "limitAmount":{"amount":"1000.00"},"usedAmount":{"amount":"0.01"}}"#
    );
    let shared = map(DETAIL, Some(&twice));
    assert_eq!(shared.balance.available.unwrap().to_string(), "999.99");
    let own = map(DETAIL, Some(&twice.replace("CONSOLIDADO", "INDIVIDUAL")));
    assert_eq!(own.balance.current.unwrap().to_string(), "0.02");
    assert_eq!(own.credit_data.unwrap().credit_limit.unwrap().to_string(), "2000.00");
}

#[test]
fn a_flexible_limit_has_no_end() {
    let limits = r#"[{"creditLineLimitType":"LIMITE_CREDITO_TOTAL","consolidationType":"CONSOLIDADO","isLimitFlexible":true,
        "usedAmount":{"amount":"12.50","currency":"BRL"}}]"#;
    let draft = map(DETAIL, Some(limits));
    assert_eq!((draft.balance.current.unwrap().to_string(), draft.balance.available), ("12.50".into(), None));
    let data = draft.credit_data.unwrap();
    assert!(data.limits[0].is_limit_flexible && data.credit_limit.is_none());
}

#[test]
fn more_may_be_used_than_there_is() {
    let draft = map(DETAIL, Some(&LIMITS.replace("7500.05", "23001.00")));
    assert_eq!(draft.balance.available.unwrap().to_string(), "-0.0239");
}

#[test]
fn unknown_words_have_their_fallback() {
    let draft = map(&DETAIL.replace("VISA", "MIR").replace("\"OURO\"", "null"), Some(&LIMITS.replace("LIMITE_", "")));
    assert_eq!(draft.subtype, "OURO", "from the list");
    assert_eq!(draft.balance, Balances::default());
    let data = draft.credit_data.unwrap();
    assert_eq!(data.network, CardNetwork::Other);
    assert!(data.limits.iter().all(|limit| limit.kind == CardLimitType::Modal));
}

#[test]
fn a_card_without_id_is_refused() {
    assert!(card(&Card::default(), &Card::default(), None, now()).is_err());
}

proptest! {
    #[test]
    fn spoilt_answers_are_handled(item in spoilt(ITEM), detail in spoilt(DETAIL), limits in spoilt(LIMITS)) {
        let item: Card = serde_json::from_str(&item).unwrap_or_default();
        let detail: Card = serde_json::from_str(&detail).unwrap_or_default();
        let limits: Vec<Limit> = serde_json::from_str(&limits).unwrap_or_default();
        if let Ok(draft) = card(&item, &detail, Some(&limits), now()) {
            let text = serde_json::to_string(&draft).unwrap();
            prop_assert_eq!(serde_json::from_str::<AccountDraft>(&text).unwrap(), draft);
        }
    }
}
