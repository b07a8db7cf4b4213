use super::*;
use crate::openfinance::map::Occurrences;
use crate::openfinance::map::fuzz::spoilt;
use proptest::prelude::*;

// The official example of credit cards 2.4.0, with the fields of parcels, fees and credits all filled.
const OFFICIAL: &str = r#"{"transactionId":"TXpRMU9UQTROMWhZV2xSU1FUazJSMDl","identificationNumber":"4453",
    "transactionName":"PGTO","billId":"MTU0OTU1NjI2NTk4OTRmc2ZhZDRmc2Q1NmZkM","creditDebitType":"DEBITO",
    "transactionType":"OUTROS","transactionalAdditionalInfo":"Informações adicionais","paymentType":"A_PRAZO",
    "feeType":"ANUIDADE","feeTypeAdditionalInfo":"Tarifa","otherCreditsType":"CREDITO_ROTATIVO",
    "otherCreditsAdditionalInfo":"Crédito","chargeIdentificator":3,"chargeNumber":12,
    "brazilianAmount":{"amount":"1000.0400","currency":"BRL"},"amount":{"amount":"200.01","currency":"USD"},
    "transactionDateTime":"2016-01-29T12:29:03.374Z","billPostDate":"2021-05-22","payeeMCC":5137}"#;

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn map(json: &str, bill: Option<&str>) -> Result<TransactionDraft, ProtocolError> {
    card_transaction(&serde_json::from_str(json).unwrap(), bill, &mut Occurrences::default().counter(), now())
}

fn open() -> String {
    OFFICIAL.replace("\"billId\":\"MTU0OTU1NjI2NTk4OTRmc2ZhZDRmc2Q1NmZkM\",", "")
}

#[test]
fn the_official_example() {
    let draft = map(OFFICIAL, None).unwrap();
    assert!(draft.is_final);
    assert_eq!(draft.bank_key, "id:TXpRMU9UQTROMWhZV2xSU1FUazJSMDl");
    assert_eq!(draft.bill(), Some("MTU0OTU1NjI2NTk4OTRmc2ZhZDRmc2Q1NmZkM"));
    let json = serde_json::to_string(&draft.content).unwrap();
    assert_eq!(
        json,
        r#"{"value_date":"2016-01-29","transacted_at":"2016-01-29T12:29:03.374Z","accounting_date":"2021-05-22","inferred_accounting_date":"2021-05-24","amount":200.01,"local_currency_amount":1000.04,"balance":null,"currency":"USD","description":"PGTO","observations":null,"merchant":null,"category":null,"subcategory":null,"reference":null,"type":"OUTFLOW","status":"PROCESSED","credit_card_data":{"collected_at":"2026-11-22T12:00:00.000000Z","bill_name":null,"bill_due_date":null,"bill_internal_identification":"MTU0OTU1NjI2NTk4OTRmc2ZhZDRmc2Q1NmZkM","bill_status":null,"previous_bill_total":null,"bill_amount":null,"card_number":"4453","fee_type":"ANNUAL_FEE","fee_type_additional_info":"Tarifa","credits_type":"REVOLVING_CREDIT","credits_type_additional_info":"Crédito","installment_identifier":"3","number_of_installments":12,"credit_card_bill":null},"counterparty":null,"loan_data":null,"payment_type":"INSTALLMENT","operation_type":"OUTROS","operation_type_additional_info":"Informações adicionais","mcc":5137}"#
    );
}

#[test]
fn on_an_open_bill_it_is_processed_and_not_final_under_the_same_key() {
    let (open, closed) = (map(&open(), None).unwrap(), map(OFFICIAL, None).unwrap());
    assert!(!open.is_final && open.bill().is_none());
    assert_eq!(open.content.status, Some(TransactionStatus::Processed));
    assert_eq!(open.bank_key, closed.bank_key);
}

#[test]
fn a_bills_own_list_names_the_bill() {
    let draft = map(&open(), Some("bill-1")).unwrap();
    assert!(draft.is_final);
    assert_eq!(draft.bill(), Some("bill-1"));
}

#[test]
fn a_parcel_to_come_is_pending() {
    let draft = map(&open().replace("2021-05-22", "0001-01-01"), None).unwrap();
    assert_eq!(draft.content.status, Some(TransactionStatus::Pending));
    assert_eq!(
        (draft.content.accounting_date, draft.content.inferred_accounting_date.to_string()),
        (None, "2016-01-29".into())
    );
    assert!(!draft.is_final);
}

#[test]
fn what_is_absent_is_null_or_empty() {
    let json = r#"{"transactionId":"a","creditDebitType":"CREDITO","transactionType":"ESTORNO","brazilianAmount":"10.00",
        "transactionDateTime":"2026-02-10T03:00:00.000Z","billPostDate":"2026-02-10"}"#;
    let content = map(json, None).unwrap().content;
    assert_eq!(
        (content.amount.to_string(), content.local_currency_amount.unwrap().to_string()),
        ("10.00".into(), "10.00".into())
    );
    assert_eq!((content.direction.unwrap().as_str(), content.currency.as_deref()), ("INFLOW", Some("BRL")));
    let card = content.credit_card_data.unwrap();
    assert_eq!((card.installment_identifier.as_str(), card.number_of_installments, card.fee_type), ("", None, None));
    assert_eq!((content.mcc, content.payment_type), (None, None));
}

#[test]
fn a_time_that_is_missing_is_the_day_of_posting() {
    let json = open().replace("2016-01-29T12:29:03.374Z", "");
    let content = map(&json, None).unwrap().content;
    assert_eq!(content.value_date.to_string(), "2021-05-22");
    assert_eq!(content.transacted_at.unwrap().to_string(), "2021-05-22T00:00:00Z");
}

#[test]
fn words_have_their_place_and_unknown_ones_their_fallback() {
    let fees = [
        "SAQUE_CARTAO_BRASIL",
        "SAQUE_CARTAO_EXTERIOR",
        "AVALIACAO_EMERGENCIAL_CREDITO",
        "EMISSAO_SEGUNDA_VIA",
        "TARIFA_PAGAMENTO_CONTAS",
        "SMS",
        "OUTRA",
        "NOVA",
    ];
    let mapped: Vec<&str> = fees.iter().map(|word| fee_type(word).as_str()).collect();
    assert_eq!(
        mapped,
        [
            "NATIONAL_WITHDRAWAL",
            "INTERNATIONAL_WITHDRAWAL",
            "EMERGENCY_CREDIT_EVALUATION_FEE",
            "DUPLICATE_ISSUANCE_FEE",
            "PAYMENT_FEE",
            "SMS_FEE",
            "OTHERS",
            "OTHERS"
        ]
    );
    let credits: Vec<&str> = ["PARCELAMENTO_FATURA", "EMPRESTIMO", "OUTROS", "NOVO"]
        .iter()
        .map(|word| credits_type(word).as_str())
        .collect();
    assert_eq!(credits, ["BILL_INSTALLMENT_PAYMENT", "LOAN", "OTHERS", "OTHERS"]);
    assert_eq!((payment_type("A_VISTA"), payment_type("FIADO")), (Some(PaymentType::Full), None));
    assert_eq!(map(&OFFICIAL.replace("5137", "99999"), None).unwrap().content.mcc, None);
}

#[test]
fn without_amount_or_any_time_there_is_no_transaction() {
    for broken in [
        "{}".to_owned(),
        OFFICIAL.replace("1000.0400", "mil").replace("200.01", "duzentos"),
        open().replace("2016-01-29T12:29:03.374Z", "ontem").replace("2021-05-22", "0001-01-01"),
    ] {
        assert!(matches!(map(&broken, None), Err(ProtocolError::Unreadable(_))), "{broken}");
    }
}

#[test]
fn parcels_under_one_id_stay_apart() {
    let mut counter = Occurrences::default().counter();
    let mut key = |parcel: &str| {
        let json = OFFICIAL.replace("\"chargeIdentificator\":3", &format!("\"chargeIdentificator\":{parcel}"));
        card_transaction(&serde_json::from_str(&json).unwrap(), None, &mut counter, now()).unwrap().bank_key
    };
    let (one, two, again) = (key("1"), key("2"), key("1"));
    assert!(one != two && one == again);
}

proptest! {
    #[test]
    fn a_spoilt_item_is_handled(json in spoilt(OFFICIAL)) {
        if let Ok(item) = serde_json::from_str(&json)
            && let Ok(draft) = card_transaction(&item, None, &mut Occurrences::default().counter(), now())
        {
            let text = serde_json::to_string(&draft.content).unwrap();
            prop_assert_eq!(serde_json::from_str::<TransactionContent>(&text).unwrap(), draft.content);
        }
    }
}
