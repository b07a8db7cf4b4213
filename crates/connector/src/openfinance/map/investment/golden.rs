//! The official examples of every family, as the API shows them, and what is left of spoilt ones.

use proptest::prelude::*;
use serde::de::DeserializeOwned;

use super::*;
use crate::openfinance::map::Occurrences;
use crate::openfinance::map::fuzz::spoilt;

const BANK_ITEM: &str =
    r#"{"brandName":"A","companyCnpj":"21281590001660","investmentType":"CDB","investmentId":"927"}"#;
const BANK: &str = r#"{"issuerInstitutionCnpjNumber":"11225860000140","isinCode":"BRCST4CTF001","investmentType":"CDB",
    "remuneration":{"preFixedRate":"0.300000","postFixedIndexerPercentage":"1.100000","rateType":"LINEAR",
    "ratePeriodicity":"MENSAL","calculation":"DIAS_CORRIDOS","indexer":"CDI","indexerAdditionalInfo":"Dólar"},
    "issueUnitPrice":{"amount":"1000.000004","currency":"BRL"},"dueDate":"2018-02-15","issueDate":"2018-02-16",
    "clearingCode":"CDB421GPXXX","purchaseDate":"2018-02-15","gracePeriodDate":"2018-02-16"}"#;
const BALANCE: &str = r#"{"referenceDateTime":"2022-07-21T17:32:00Z","quantity":"1000.0004",
    "updatedUnitPrice":{"amount":"1000.000004","currency":"BRL"},"grossAmount":{"amount":"1000.0004","currency":"BRL"},
    "netAmount":{"amount":"900.0004","currency":"BRL"},"incomeTax":{"amount":"15.0004","currency":"BRL"},
    "financialTransactionTax":{"amount":"2.0004","currency":"BRL"},"blockedBalance":{"amount":"3.0004","currency":"BRL"},
    "purchaseUnitPrice":{"amount":"999.00000401","currency":"BRL"},"preFixedRate":"0.300000",
    "postFixedIndexerPercentage":"1.000000"}"#;
const MOVEMENT: &str = r#"{"type":"ENTRADA","transactionType":"APLICACAO","transactionDate":"2018-02-15",
    "transactionUnitPrice":{"amount":"1000.04","currency":"BRL"},"transactionQuantity":"42.25",
    "transactionGrossValue":{"amount":"1000.04","currency":"BRL"},"incomeTax":{"amount":"1.04","currency":"BRL"},
    "financialTransactionTax":{"amount":"2.04","currency":"BRL"},"transactionNetValue":{"amount":"996.96","currency":"BRL"},
    "remunerationTransactionRate":"0.300000","indexerPercentage":"1.100000","transactionId":"ABCD21260"}"#;
const CREDIT: &str = r#"{"issuerInstitutionCnpjNumber":"11225860000140","isinCode":"BRCST4CTF001","investmentType":"CRI",
    "debtorCnpjNumber":"5W685362006744","debtorName":"Roberto Marino","taxExemptProduct":"SIM",
    "remuneration":{"indexer":"IPCA"},"issueUnitPrice":{"amount":"1000.000004","currency":"BRL"},
    "issueDate":"2018-02-16","dueDate":"2018-02-15","voucherPaymentIndicator":"SIM","voucherPaymentPeriodicity":"OUTROS",
    "voucherPaymentPeriodicityAdditionalInfo":"30/360","purchaseDate":"2018-02-15"}"#;
const TREASURE: &str = r#"{"isinCode":"BRSTNCLF1RC4","productName":"Tesouro Selic 2025","remuneration":{"indexer":"SELIC",
    "preFixedRate":"0.300000","ratePeriodicity":"DIARIO","calculation":"DIAS_CORRIDOS"},"dueDate":"2025-03-01",
    "purchaseDate":"2018-02-15","voucherPaymentIndicator":"NAO"}"#;
const FUND_ITEM: &str = r#"{"anbimaCategory":"RENDA_FIXA","anbimaClass":"Simples","investmentId":"927"}"#;
const FUND: &str =
    r#"{"name":"CONSTELLATION MASTER FIA","cnpjNumber":"11225860000140","anbimaCategory":"MULTIMERCADO"}"#;
const FUND_BALANCE: &str = r#"{"referenceDate":"2023-01-07","grossAmount":{"amount":"1000.04","currency":"BRL"},
    "netAmount":{"amount":"900.04","currency":"BRL"},"incomeTaxProvision":{"amount":"50.02","currency":"BRL"},
    "financialTransactionTaxProvision":{"amount":"5.02","currency":"BRL"},"blockedAmount":{"amount":"0.04","currency":"BRL"},
    "quotaQuantity":"42.25000001","quotaGrossPriceValue":{"amount":"23.66958579","currency":"BRL"}}"#;
const FUND_MOVEMENT: &str = r#"{"transactionId":"ABCD2126","type":"SAIDA","transactionType":"TRANSFERENCIA_COTAS",
    "transactionConversionDate":"2023-01-07","transactionQuotaPrice":{"amount":"23.66958579","currency":"BRL"},
    "transactionQuotaQuantity":"42.25","transactionValue":{"amount":"1000.04","currency":"BRL"},
    "transactionGrossValue":{"amount":"1001.04","currency":"BRL"},"transactionExitFee":{"amount":"1.00","currency":"BRL"},
    "transactionNetValue":{"amount":"1000.04","currency":"BRL"}}"#;
const SHARE: &str = r#"{"issuerInstitutionCnpjNumber":"11225860000140","isinCode":"BRPETRACNPR6","ticker":"PETR4"}"#;
const SHARE_BALANCE: &str = r#"{"referenceDate":"2023-01-07","priceFactor":"100.0005",
    "grossAmount":{"amount":"1000.04","currency":"BRL"},"blockedBalance":{"amount":"1.04","currency":"BRL"},
    "quantity":"1000.00000004","closingPrice":{"amount":"1000.0004","currency":"BRL"}}"#;
const SHARE_MOVEMENT: &str = r#"{"type":"SAIDA","transactionType":"DIVIDENDOS","transactionDate":"2018-02-15",
    "priceFactor":"100.0005","transactionUnitPrice":{"amount":"1000.0004","currency":"BRL"},
    "transactionQuantity":"42.00000025","transactionValue":{"amount":"1000.04","currency":"BRL"},
    "transactionId":"ABCD2126","brokerNoteId":"XWYZ5550"}"#;
const NOTE: &str = r#"{"brokerNoteNumber":"1854009930314350","grossValue":{"amount":"5000.0024","currency":"BRL"},
    "brokerageFee":{"amount":"13.8751","currency":"BRL"},"netValue":{"amount":"4889.0012","currency":"BRL"}}"#;

fn read<T: DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).unwrap()
}

fn shown<F: Family>(item: &str, detail: &str, balance: &str) -> String {
    let draft = F::investment("927", &read(item), &read(detail), Some(&read(balance)));
    assert_eq!(draft.bank_key(), format!("{}:927", F::KIND.as_str()));
    serde_json::to_string(&draft.content).unwrap()
}

fn moved<F: Family>(json: &str) -> Result<InvestmentTransactionDraft, ProtocolError> {
    F::movement(&read(json), &mut Occurrences::default().counter())
}

fn moved_text<F: Family>(json: &str) -> String {
    let draft = moved::<F>(json).unwrap();
    assert!(draft.bank_key.starts_with("id:ABCD"));
    serde_json::to_string(&draft.content).unwrap()
}

#[test]
fn bank_fixed_incomes() {
    assert_eq!(
        shown::<BankFixed>(BANK_ITEM, BANK, BALANCE),
        r#"{"type":"FIXED_INCOME_BANKING","issuer_id_number":"11225860000140","isin_number":"BRCST4CTF001","currency":"BRL","product_name":"CDB","clearing_code":"CDB421GPXXX","due_date":"2018-02-15","issue_date":"2018-02-16","purchase_date":"2018-02-15","grace_period_date":"2018-02-16","issue_unit_price":1000.000004,"balance":{"reference_date":"2022-07-21T17:32:00.000000Z","gross_value":1000.0004,"blocked_amount":3.0004,"quantity":1000.0004,"gross_unit_price":1000.000004,"net_value":900.0004,"withheld_amount":15.0004,"transaction_fee":2.0004,"purchase_unit_price":999.00000401,"pre_fixed_rate":0.3,"post_fixed_rate":1.0,"penalty_fee":null,"late_payment_fee":null,"closing_price":null,"unit_price_factor":null},"remuneration":{"pre_fixed_rate":0.3,"post_fixed_rate":1.1,"rate_type":"LINEAR","rate_periodicity":"MENSAL","calculation_base":"DIAS_CORRIDOS","indexer":"CDI","indexer_additional_info":"Dólar"},"classification_details":null,"debtor_details":null}"#
    );
    assert_eq!(
        moved_text::<BankFixed>(MOVEMENT),
        r#"{"internal_identification":"ABCD21260","value_date":"2018-02-15","gross_value":1000.04,"net_value":996.96,"unit_price":1000.04,"transaction_tax":2.04,"income_tax":1.04,"quantity":42.25,"type":"INFLOW","subtype":"APLICACAO","indexer_percentage":1.1,"rate":0.3,"broker_note_details":null}"#
    );
}

#[test]
fn credit_fixed_incomes() {
    let balance = BALANCE.replacen('{', r#"{"fine":{"amount":"7.01"},"latePayment":{"amount":"8.02"},"#, 1);
    let text = shown::<CreditFixed>(BANK_ITEM, CREDIT, &balance);
    assert!(text.contains(r#""product_name":"CRI","is_tax_exempt":true,"clearing_code":null"#), "{text}");
    assert!(text.contains(r#""penalty_fee":7.01,"late_payment_fee":8.02"#), "{text}");
    assert!(text.ends_with(
        r#""voucher_payment_details":{"is_voucher_payment":true,"periodicity":"OUTROS","periodicity_additional_info":"30/360"},"debtor_details":{"name":"Roberto Marino","id_document_number":"5W685362006744"}}"#
    ));
    let premium = MOVEMENT.replace("APLICACAO", "PREMIO");
    assert!(moved_text::<CreditFixed>(&premium).contains(r#""subtype":"PRÊMIO""#));
}

#[test]
fn treasure_titles() {
    let text = shown::<Treasure>(BANK_ITEM, TREASURE, BALANCE);
    assert!(text.starts_with(
        r#"{"type":"TREASURY_BOND","issuer_id_number":null,"isin_number":"BRSTNCLF1RC4","currency":"BRL","product_name":"Tesouro Selic 2025","clearing_code":null,"due_date":"2025-03-01""#
    ));
    assert!(text.contains(r#""voucher_payment_details":{"is_voucher_payment":false,"periodicity":null"#), "{text}");
}

#[test]
fn funds() {
    let text = shown::<Funds>(FUND_ITEM, FUND, FUND_BALANCE);
    assert!(text.contains(r#""reference_date":"2023-01-07T00:00:00.000000Z","gross_value":1000.04,"blocked_amount":0.04,"quantity":42.25000001,"gross_unit_price":23.66958579,"net_value":900.04,"withheld_amount":50.02,"transaction_fee":5.02"#), "{text}");
    assert!(
        text.contains(r#""classification_details":{"category":"MULTIMERCADO","class":"Simples","subclass":null}"#),
        "the detail wins, the list fills in: {text}"
    );
    assert_eq!(
        moved_text::<Funds>(FUND_MOVEMENT),
        r#"{"internal_identification":"ABCD2126","value_date":"2023-01-07","gross_value":1001.04,"net_value":1000.04,"value":1000.04,"unit_price":23.66958579,"quantity":42.25,"type":"OUTFLOW","subtype":"TRANSFERENCIA_DE_COTAS","exit_fee":1.00,"broker_note_details":null}"#
    );
}

#[test]
fn variable_incomes() {
    let text = shown::<Variable>(BANK_ITEM, SHARE, SHARE_BALANCE);
    assert!(text.contains(r#""product_name":"PETR4""#), "{text}");
    assert!(text.contains(r#""quantity":1000.00000004,"gross_unit_price":null"#), "{text}");
    assert!(text.contains(r#""closing_price":1000.0004,"unit_price_factor":100.0005"#), "{text}");
    assert_eq!(
        moved_text::<Variable>(SHARE_MOVEMENT),
        r#"{"internal_identification":"ABCD2126","value_date":"2018-02-15","value":1000.04,"unit_price":1000.0004,"price_factor":100.0005,"quantity":42.00000025,"type":"OUTFLOW","subtype":"DIVIDENDOS","broker_note_details":null}"#
    );
    assert_eq!(Variable::note(&read(SHARE_MOVEMENT)), Some("XWYZ5550"));
    let note = broker_note(&read(NOTE)).unwrap();
    assert_eq!(note.brokerage_fee.to_string(), "13.8751");
    assert_eq!(note.taxes, Amount::ZERO);
    assert_eq!(broker_note(&read("{}")), None);
}

#[test]
fn without_a_day_there_is_no_movement_and_without_an_id_the_content_counts() {
    assert!(moved::<BankFixed>("{}").is_err());
    assert!(moved::<Funds>(&FUND_MOVEMENT.replace("2023-01-07", "ontem")).is_err());
    assert!(moved::<Variable>("{}").is_err());
    for dummy in ["", "0000000000"] {
        let json = MOVEMENT.replace("ABCD21260", dummy);
        let mut counter = Occurrences::default().counter();
        let one = BankFixed::movement(&read(&json), &mut counter).unwrap().bank_key;
        let two = BankFixed::movement(&read(&json), &mut counter).unwrap().bank_key;
        let other = BankFixed::movement(&read(&json.replace("42.25", "42.26")), &mut counter).unwrap().bank_key;
        assert!(one.starts_with("old:") && one.ends_with(":1"));
        assert_eq!(two, one.replace(":1", ":2"));
        assert!(other.ends_with(":1") && other != one);
    }
}

#[test]
fn an_unknown_word_costs_nothing_but_itself() {
    let text = serde_json::to_string(&moved::<BankFixed>(&MOVEMENT.replace("ENTRADA", "TALVEZ")).unwrap().content);
    assert!(!text.unwrap().contains("\"type\""));
    let text = shown::<CreditFixed>(BANK_ITEM, &CREDIT.replace("SIM", "QUEM SABE"), BALANCE);
    assert!(!text.contains("is_tax_exempt") && !text.contains("voucher_payment_details"));
}

proptest! {
    #[test]
    fn spoilt_details_are_handled(detail in spoilt(CREDIT), balance in spoilt(BALANCE), fund in spoilt(FUND_BALANCE)) {
        if let (Ok(detail), Ok(balance)) = (serde_json::from_str(&detail), serde_json::from_str(&balance)) {
            let draft = CreditFixed::investment("1", &read(BANK_ITEM), &detail, Some(&balance));
            prop_assert!(serde_json::to_string(&draft.content).is_ok());
        }
        if let Ok(balance) = serde_json::from_str(&fund) {
            Funds::investment("1", &read(FUND_ITEM), &read(FUND), Some(&balance));
        }
    }

    #[test]
    fn spoilt_movements_are_handled(fixed in spoilt(MOVEMENT), fund in spoilt(FUND_MOVEMENT), share in spoilt(SHARE_MOVEMENT)) {
        let mut counter = Occurrences::default().counter();
        if let Ok(item) = serde_json::from_str(&fixed) {
            let _ = BankFixed::movement(&item, &mut counter);
        }
        if let Ok(item) = serde_json::from_str(&fund) {
            let _ = Funds::movement(&item, &mut counter);
        }
        if let Ok(item) = serde_json::from_str(&share) {
            let _ = Variable::movement(&item, &mut counter);
        }
    }
}
