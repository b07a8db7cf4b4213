//! Investments, their movements and exchanges: read back as written, and as the API's description has them.

use serde_json::Value;
use vinculo_domain::ExchangeId;
use vinculo_domain::model::{
    CompanyNumber, Exchange, ExchangeContent, ExchangeDraft, ExchangeEvent, ExchangeEventContent, ExchangeEventDraft,
    ExchangeEventKind, Investment, InvestmentContent, InvestmentDraft, InvestmentTransaction,
    InvestmentTransactionContent, InvestmentTransactionDraft, InvestmentType, SettlementMethod, splice_investment,
};

use crate::records::{ID, ids};
use crate::schema::{fits, text};

fn investment() -> Investment {
    let content: InvestmentContent = serde_json::from_str(include_str!("investment.json")).unwrap();
    InvestmentDraft { internal_identification: "927".to_owned(), content }.with_ids(ids())
}

fn movement() -> InvestmentTransaction {
    let content: InvestmentTransactionContent =
        serde_json::from_str(include_str!("investment_transaction.json")).unwrap();
    InvestmentTransactionDraft { bank_key: "id:x".to_owned(), content }.with_ids(ids())
}

fn exchange() -> Exchange {
    let content: ExchangeContent = serde_json::from_str(include_str!("exchange.json")).unwrap();
    ExchangeDraft { content, events: Vec::new() }.with_ids(ids())
}

fn event() -> ExchangeEvent {
    let content: ExchangeEventContent = serde_json::from_str(include_str!("exchange_event.json")).unwrap();
    ExchangeEventDraft { content }.with_ids(ids(), ID.parse::<ExchangeId>().unwrap())
}

#[test]
fn they_read_back_as_they_were_written_digit_for_digit() {
    assert_eq!(serde_json::from_str::<Investment>(&text(&investment())).unwrap(), investment());
    assert_eq!(serde_json::from_str::<InvestmentTransaction>(&text(&movement())).unwrap(), movement());
    assert_eq!(serde_json::from_str::<Exchange>(&text(&exchange())).unwrap(), exchange());
    assert_eq!(serde_json::from_str::<ExchangeEvent>(&text(&event())).unwrap(), event());
    assert!(text(&investment()).contains("\"quantity\":1000.00000004"));
    assert!(text(&exchange()).contains("\"local_operation_tax_amount\":5.123456789012345"));
    assert!(text(&exchange()).contains("\"operation_requested_at\":\"2023-03-07T08:30:00Z\""));
}

#[test]
fn they_fit_the_description() {
    fits("InvestmentBrazil", &text(&investment()));
    fits("InvestmentTransactionBrazil", &splice_investment(&text(&movement()), &text(&investment())));
    fits("Exchange", &text(&exchange()));
    fits("ExchangeHistory", &text(&event()));
}

#[test]
fn what_a_kind_does_not_have_is_left_out_where_it_may_not_be_null() {
    let mut record = investment();
    record.content.is_tax_exempt = None;
    record.content.voucher_payment_details = None;
    record.content.debtor_details = None;
    record.content.balance = None;
    fits("InvestmentBrazil", &text(&record));
    let value: Value = serde_json::from_str(&text(&record)).unwrap();
    assert!(value.get("is_tax_exempt").is_none() && value.get("balance").is_none());
    assert!(value["debtor_details"].is_null());
    let mut record = movement();
    record.content.direction = None;
    record.content.gross_value = None;
    record.content.broker_note_details = None;
    fits("InvestmentTransactionBrazil", &splice_investment(&text(&record), &text(&investment())));
}

#[test]
fn words_of_the_network_and_of_the_filter_are_understood() {
    assert_eq!("BANCARIA".parse::<InvestmentType>().unwrap(), InvestmentType::FixedIncomeBanking);
    for kind in InvestmentType::ALL {
        assert_eq!(kind.as_str().parse::<InvestmentType>().unwrap(), kind);
    }
    for wrong in ["", "bancaria", "FUNDS", "INFLOW"] {
        assert!(wrong.parse::<InvestmentType>().is_err(), "{wrong}");
    }
    assert_eq!(SettlementMethod::from_network("CHEQUE"), SettlementMethod::Cheque);
    assert_eq!(SettlementMethod::from_network("PIX"), SettlementMethod::Unmapped);
    assert_eq!(ExchangeEventKind::from_code(9), Some(ExchangeEventKind::Nullification));
    assert_eq!(ExchangeEventKind::from_code(7), None);
    assert!(serde_json::from_str::<ExchangeEventKind>("0").is_err());
}

#[test]
fn a_cnpj_with_letters_is_no_number() {
    assert_eq!(text(&CompanyNumber::new("11225860000140")), "11225860000140");
    assert_eq!(text(&CompanyNumber::new("00360305000104")), "360305000104");
    assert_eq!(text(&CompanyNumber::new("5W685362006744")), "\"5W685362006744\"");
    assert_eq!(text(&CompanyNumber::new("-1")), "\"-1\"");
}
