//! Against the API's description in `../shared`, where that folder is.

use serde_json::Value;
use vinculo_domain::model::{splice_account, splice_account_of_bill};

use crate::description::{check, description};
use crate::records;

pub(crate) fn fits(schema: &str, record: &str) {
    let Some(root) = description() else { return };
    let mut wrong = Vec::new();
    let value: Value = serde_json::from_str(record).unwrap();
    check(&root, &root["components"]["schemas"][schema], &value, schema, &mut wrong);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

pub(crate) fn text(record: &impl serde::Serialize) -> String {
    serde_json::to_string(record).unwrap()
}

#[test]
fn accounts_fit() {
    fits("AccountOpenFinanceBrazil", &text(&records::account()));
}

#[test]
fn an_account_without_cards_leaves_them_out() {
    let mut account = records::account();
    account.content.credit_data.as_mut().unwrap().cards.clear();
    let record = text(&account);
    fits("AccountOpenFinanceBrazil", &record);
    assert!(!record.contains("\"cards\""), "an empty list is none");
    assert_eq!(serde_json::from_str::<vinculo_domain::model::Account>(&record).unwrap(), account);
}

#[test]
fn balances_fit() {
    fits("BalanceOFDA", &text(&records::balance()));
}

#[test]
fn transactions_fit_with_their_account() {
    let account = text(&records::account());
    let body = text(&records::transaction());
    fits("TransactionOpenFinanceBrazil", &splice_account(&body, Some(&account)));
}

#[test]
fn bills_fit_with_their_account() {
    let account = text(&records::account());
    fits("Bill", &splice_account_of_bill(&text(&records::bill()), Some(&account)));
}

#[test]
fn persons_fit() {
    fits("OwnerIndividualOpenFinanceBrazil", &text(&records::owner(false)));
}

#[test]
fn companies_fit() {
    fits("OwnerBusinessOpenFinanceBrazil", &text(&records::owner(true)));
}
