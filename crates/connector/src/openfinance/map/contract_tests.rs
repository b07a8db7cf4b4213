use super::*;
use crate::openfinance::map::fuzz::spoilt;
use proptest::prelude::*;

// The official examples of loans 2.6.0.
const ITEM: &str = r#"{"contractId":"92792126019929279212650822221989319252576","brandName":"Organização A",
    "companyCnpj":"21128159000166","productType":"EMPRESTIMOS","productSubType":"HOME_EQUITY",
    "productSubTypeCategory":"CREDITO_PESSOAL_CLEAN","ipocCode":"92792126019929279212650822221989319252576"}"#;
const DETAIL: &str = r#"{"contractNumber":"1324926521496","ipocCode":"92792126019929279212650822221989319252576",
    "productName":"Aquisição de equipamentos","productType":"EMPRESTIMOS","productSubType":"HOME_EQUITY",
    "productSubTypeCategory":"CREDITO_PESSOAL_CLEAN","contractDate":"2018-01-05","disbursementDates":["2018-01-15"],
    "settlementDate":"2018-01-15","contractAmount":"100000.0400","currency":"BRL","dueDate":"2028-01-15",
    "instalmentPeriodicity":"SEM_PERIODICIDADE_REGULAR","instalmentPeriodicityAdditionalInfo":"Informações adicionais",
    "firstInstalmentDueDate":"2018-02-15","CET":"0.290000","hasInsuranceContracted":true,"amortizationScheduled":"SAC",
    "amortizationScheduledAdditionalInfo":"Outros","cnpjConsignee":"60500998000135",
    "interestRates":[{"taxType":"EFETIVA","interestRateType":"SIMPLES","taxPeriodicity":"AA","calculation":"21/252",
        "referentialRateIndexerType":"PRE_FIXADO","referentialRateIndexerSubType":"TJLP",
        "referentialRateIndexerAdditionalInfo":"Informações adicionais","preFixedRate":"0.600000",
        "postFixedRate":"0.550000","additionalInfo":"Informações adicionais"}],
    "contractedFees":[{"feeName":"Renovação de cadastro","feeCode":"CADASTRO","feeChargeType":"UNICA",
        "feeCharge":"PERCENTUAL","feeAmount":"100000.0400","feeRate":"0.062000"}],
    "contractedFinanceCharges":[{"chargeType":"MULTA_ATRASO_PAGAMENTO","chargeAdditionalInfo":"Informações adicionais",
        "chargeRate":"0.070000"}]}"#;
const WARRANTIES: &str = r#"[{"currency":"BRL","warrantyType":"CESSAO_DIREITOS_CREDITORIOS",
    "warrantySubType":"NOTAS_PROMISSORIAS_OUTROS_DIREITOS_CREDITO","warrantyAmount":"1000.0400"}]"#;
const INSTALMENTS: &str = r#"{"typeNumberOfInstalments":"MES","totalNumberOfInstalments":130632,
    "typeContractRemaining":"DIA","contractRemainingNumber":14600,"paidInstalments":73,"dueInstalments":57,
    "pastDueInstalments":3,"balloonPayments":[{"dueDate":"2021-05-21","amount":{"amount":"1000.0400","currency":"BRL"}}]}"#;
const PAYMENTS: &str = r#"{"paidInstalments":73,"contractOutstandingBalance":"1000.0400",
    "totalRemainingAmount":"1200.5000","releases":[]}"#;

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn map(detail: &str, payments: &str) -> AccountDraft {
    let warranties: Vec<Warranty> = serde_json::from_str(WARRANTIES).unwrap();
    let parts = Contract {
        item: &serde_json::from_str(ITEM).unwrap(),
        detail: &serde_json::from_str(detail).unwrap(),
        warranties: Some(&warranties),
        instalments: Some(&serde_json::from_str(INSTALMENTS).unwrap()),
        payments: Some(&serde_json::from_str(payments).unwrap()),
    };
    contract(AccountCategory::Loan, &parts, now()).unwrap()
}

#[test]
fn the_official_examples() {
    let json = serde_json::to_string(&map(DETAIL, PAYMENTS)).unwrap();
    assert_eq!(
        json,
        r#"{"category":"LOAN_ACCOUNT","balance_type":"LIABILITY","overdraft":null,"type":"EMPRESTIMOS","subtype":"HOME_EQUITY","name":"Aquisição de equipamentos","number":"1324926521496","agency":null,"check_digit":null,"balance":{"current":1200.50,"available":1000.04,"blocked":0.00,"automatically_invested":0.00},"currency":"BRL","public_identification_name":"NUMBER","public_identification_value":"1324926521496","internal_identification":"92792126019929279212650822221989319252576","credit_data":null,"loan_data":{"collected_at":"2026-11-22T12:00:00.000000Z","loan_code":"92792126019929279212650822221989319252576","contract_amount":100000.04,"total_effective_cost":0.29,"loan_type":"HOME_EQUITY","outstanding_balance":1200.50,"interest_rates":[{"name":"EFFECTIVE","type":"YEARLY","value":0.6,"interest_rate_data":{"tax_type":"EFFECTIVE","rate_type":"SIMPLE","type":"YEARLY","calculation_base":"21/252","reference_index_type":"PRE_FIXED","reference_index_subtype":"TJLP","reference_index_info":"Informações adicionais","pre_fixed_rate":0.6,"post_fixed_rate":0.55,"additional_info":"Informações adicionais"}}],"fees":[{"type":null,"value":100000.04,"name":"Renovação de cadastro","code":"CADASTRO","fee_charge_type":"SINGLE","fee_charge":"PERCENTAGE","rate":0.062}],"contracted_charges":[{"type":"LATE_PAYMENT_PENALTY_FEE","info":"Informações adicionais","rate":0.07}],"collaterals":[{"type":"CESSAO_DIREITOS_CREDITORIOS","subtype":"NOTAS_PROMISSORIAS_OUTROS_DIREITOS_CREDITO","currency":"BRL","amount":1000.04}],"balloon_payments":[{"due_date":"2021-05-21","currency":"BRL","amount":1000.04}],"installments_contract_term_frequency":"MONTH","installment_frequency":"IRREGULAR","installment_frequency_info":"Informações adicionais","first_installment_due_date":"2018-02-15","number_of_installments_total":130632,"number_of_installments_outstanding":57,"number_of_installments_paid":73,"number_of_installments_past_due":3,"disbursement_dates":["2018-01-15"],"settlement_date":"2018-01-15","contract_start_date":"2018-01-05","contract_end_date":"2028-01-15","contract_remaining_frequency":"DAY","contract_remaining_total":14600,"amortization_schedule":"SAC","amortization_schedule_info":"Outros","consignee_id":"60500998000135","contract_number":"1324926521496","monthly_payment":null,"principal":null,"payment_day":null,"outstanding_principal":null,"credit_limit":null,"last_period_balance":null,"interest_rate":null,"limit_day":null,"cutting_day":null,"cutting_date":null,"last_payment_date":null,"no_interest_payment":null},"funds_data":null}"#
    );
}

#[test]
fn without_a_total_what_pays_it_off_is_what_remains() {
    let draft = map(DETAIL, &PAYMENTS.replace("totalRemainingAmount", "x"));
    let shown = |amount: Option<Amount>| amount.unwrap().to_string();
    assert_eq!((shown(draft.balance.current), shown(draft.balance.available)), ("1000.04".into(), "1000.04".into()));
    assert_eq!(shown(draft.loan_data.unwrap().outstanding_balance), "1000.04");
}

#[test]
fn what_is_not_consented_is_null() {
    let parts = Contract {
        item: &serde_json::from_str(ITEM).unwrap(),
        detail: &serde_json::from_str(DETAIL).unwrap(),
        warranties: None,
        instalments: None,
        payments: None,
    };
    let draft = contract(AccountCategory::InvoiceFinancing, &parts, now()).unwrap();
    assert_eq!((draft.category, draft.balance), (Some(AccountCategory::InvoiceFinancing), Balances::default()));
    let loan = draft.loan_data.unwrap();
    assert!(loan.collaterals.is_none() && loan.balloon_payments.is_none() && loan.outstanding_balance.is_none());
    assert!(loan.number_of_installments_total.is_none() && loan.contract_remaining_frequency.is_none());
}

#[test]
fn a_contract_without_its_date_began_with_its_money() {
    let draft = map(&DETAIL.replace("2018-01-05", ""), PAYMENTS);
    assert_eq!(draft.loan_data.unwrap().contract_start_date.unwrap().to_string(), "2018-01-15");
    let bare = map(&DETAIL.replace("[\"2018-01-15\"]", "{}"), PAYMENTS);
    assert_eq!(bare.loan_data.unwrap().disbursement_dates, None);
}

#[test]
fn letters_in_a_cnpj_stay() {
    let draft = map(&DETAIL.replace("60500998000135", "5W685362006744"), PAYMENTS);
    assert_eq!(draft.loan_data.unwrap().consignee_id.as_deref(), Some("5W685362006744"));
}

#[test]
fn words_have_their_place_and_unknown_ones_their_fallback() {
    let terms: Vec<Option<&str>> = ["SEMANA", "ANO", "SEM_PRAZO_TOTAL", "SEM_PRAZO_REMANESCENTE", "QUINZENA"]
        .iter()
        .map(|word| term(word).map(ContractFrequency::as_str))
        .collect();
    let endless = Some("NO_DEADLINE_REMAINING");
    assert_eq!(terms, [Some("WEEK"), Some("YEAR"), endless, endless, None]);
    let words = ["SEMANAL", "QUINZENAL", "MENSAL", "BIMESTRAL", "TRIMESTRAL", "SEMESTRAL", "ANUAL", "OUTROS", "NOVO"];
    let mapped: Vec<&str> = words.iter().map(|word| frequency(&(*word).into()).as_str()).collect();
    assert_eq!(
        mapped,
        ["WEEKLY", "FORTNIGHTLY", "MONTHLY", "BIMONTHLY", "QUARTERLY", "BIANNUALLY", "ANNUALLY", "OTHER", "OTHER"]
    );
}

proptest! {
    #[test]
    fn spoilt_answers_are_handled(
        item in spoilt(ITEM), detail in spoilt(DETAIL), warranties in spoilt(WARRANTIES),
        instalments in spoilt(INSTALMENTS), payments in spoilt(PAYMENTS),
    ) {
        let warranties: Vec<Warranty> = serde_json::from_str(&warranties).unwrap_or_default();
        let parts = Contract {
            item: &serde_json::from_str(&item).unwrap_or_default(),
            detail: &serde_json::from_str(&detail).unwrap_or_default(),
            warranties: Some(&warranties),
            instalments: Some(&serde_json::from_str(&instalments).unwrap_or_default()),
            payments: Some(&serde_json::from_str(&payments).unwrap_or_default()),
        };
        if let Ok(draft) = contract(AccountCategory::Loan, &parts, now()) {
            let text = serde_json::to_string(&draft).unwrap();
            prop_assert_eq!(serde_json::from_str::<AccountDraft>(&text).unwrap(), draft);
        }
    }
}
