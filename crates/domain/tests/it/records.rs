//! Records with every key filled, key order, and the account spliced into a transaction.

use proptest::prelude::*;
use serde_json::Value;
use vinculo_domain::model::{
    Account, AccountContent, Balance, BalanceContent, BalanceDraft, Bill, BillContent, BillReference, Ids,
    IndividualOwner, Owner, OwnerContent, OwnerDraft, Transaction, TransactionContent, TransactionDraft,
    splice_account, splice_account_of_bill,
};
use vinculo_domain::{AccountId, LinkId};

pub(crate) const ID: &str = "0d3ffb69-f83b-456e-ad8e-208d0998d71d";

pub(crate) fn ids<T: std::str::FromStr<Err = vinculo_domain::Invalid>>() -> Ids<T> {
    Ids {
        id: ID.parse().unwrap(),
        link: Some("30cb4806-6e00-48a4-91c9-ca55968576c8".parse::<LinkId>().unwrap()),
        collected_at: "2022-02-09T08:45:50.406032Z".parse().unwrap(),
        created_at: "2022-02-09T08:45:50Z".parse().unwrap(),
    }
}

/// A card with credit data and a contract with loan data at once: no such account exists, every key does.
pub(crate) fn account() -> Account {
    let content: AccountContent = serde_json::from_str(include_str!("account.json")).unwrap();
    content.with_ids(ids(), "ofmockbank_br_retail".parse().unwrap(), Some("2021-03-09T10:28:40Z".parse().unwrap()))
}

pub(crate) fn balance() -> Balance {
    let content: BalanceContent = serde_json::from_str(
        r#"{"last_updated_at":"2021-05-21T08:30:00Z","currency":"BRL","available":1000.02,"blocked":0.00,"automatically_invested":15000.00}"#,
    )
    .unwrap();
    let draft = BalanceDraft { account_internal_identification: "927".to_owned(), content };
    draft.with_ids(ids(), ID.parse::<AccountId>().unwrap())
}

pub(crate) fn transaction() -> Transaction {
    let content: TransactionContent = serde_json::from_str(include_str!("transaction.json")).unwrap();
    let draft = TransactionDraft {
        internal_identification: "TXpRMU9UQTROMWhZV2xSU1FUazJSMDl".to_owned(),
        bank_key: "id:x".to_owned(),
        is_final: true,
        content,
    };
    draft.with_ids(ids())
}

pub(crate) fn bill() -> Bill {
    let content: BillContent = serde_json::from_str(include_str!("bill.json")).unwrap();
    content.with_ids(ids())
}

pub(crate) fn owner(business: bool) -> Owner {
    let text = if business { include_str!("business.json") } else { include_str!("individual.json") };
    let content: OwnerContent = serde_json::from_str(text).unwrap();
    OwnerDraft { internal_identification: Some("7e5838e4".to_owned()), content }.with_ids(ids())
}

fn round_trip<T>(record: &T)
where
    T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let text = serde_json::to_string(record).unwrap();
    assert_eq!(&serde_json::from_str::<T>(&text).unwrap(), record);
}

#[test]
fn records_read_back_as_they_were_written() {
    round_trip(&account());
    round_trip(&balance());
    round_trip(&transaction());
    round_trip(&bill());
    round_trip(&owner(false));
    round_trip(&owner(true));
}

#[test]
fn owners_tell_themselves_apart() {
    assert!(matches!(owner(false).content, OwnerContent::Individual(_)));
    assert!(matches!(owner(true).content, OwnerContent::Business(_)));
    assert!(serde_json::from_str::<Owner>("{}").is_err());
}

#[test]
fn heads_come_first_in_the_apis_order() {
    let start = |record: &dyn erased::Json| record.text().chars().take(330).collect::<String>();
    assert!(start(&account()).starts_with(
        r#"{"id":"0d3ffb69-f83b-456e-ad8e-208d0998d71d","link":"30cb4806-6e00-48a4-91c9-ca55968576c8","institution":{"name":"ofmockbank_br_retail","type":"bank"},"collected_at":"2022-02-09T08:45:50.406032Z","created_at":"2022-02-09T08:45:50.000000Z","last_accessed_at":"2021-03-09T10:28:40.000000Z","category":"CHECKING_ACCOUNT""#
    ));
    assert!(start(&balance()).starts_with(
        r#"{"id":"0d3ffb69-f83b-456e-ad8e-208d0998d71d","link":"30cb4806-6e00-48a4-91c9-ca55968576c8","account_id":"0d3ffb69-f83b-456e-ad8e-208d0998d71d","account_internal_identification":"927","collected_at":"2022-02-09T08:45:50.406032Z","created_at""#
    ));
    assert!(start(&transaction()).starts_with(
        r#"{"id":"0d3ffb69-f83b-456e-ad8e-208d0998d71d","internal_identification":"TXpRMU9UQTROMWhZV2xSU1FUazJSMDl","collected_at":"2022-02-09T08:45:50.406032Z","created_at":"2022-02-09T08:45:50.000000Z","value_date":"2019-10-23","transacted_at":"2024-02-20T12:29:03.374Z""#
    ));
    assert!(start(&owner(false)).contains(r#""internal_identification":"7e5838e4","collected_at""#));
}

mod erased {
    pub(super) trait Json {
        fn text(&self) -> String;
    }

    impl<T: serde::Serialize> Json for T {
        fn text(&self) -> String {
            serde_json::to_string(self).unwrap()
        }
    }
}

#[test]
fn exact_amounts_survive_our_own_reading() {
    let text = serde_json::to_string(&account()).unwrap().replace("15000.00", "999999999999999.9999");
    let account: Account = serde_json::from_str(&text).unwrap();
    assert!(serde_json::to_string(&account).unwrap().contains("999999999999999.9999"));
}

#[test]
fn a_balance_without_a_time_has_that_of_the_reading() {
    let content = BalanceContent { last_updated_at: None, ..balance().content };
    let draft = BalanceDraft { account_internal_identification: "927".to_owned(), content };
    let balance = draft.with_ids(ids(), ID.parse::<AccountId>().unwrap());
    assert_eq!(balance.content.last_updated_at, Some(balance.head.collected_at));
}

#[test]
fn the_account_goes_behind_the_identification() {
    let body = serde_json::to_string(&transaction()).unwrap();
    let account = serde_json::to_string(&account()).unwrap();
    let whole = splice_account(&body, Some(&account));
    let value: Value = serde_json::from_str(&whole).unwrap();
    let keys: Vec<&String> = value.as_object().unwrap().keys().take(4).collect();
    assert_eq!(keys, ["id", "internal_identification", "account", "collected_at"]);
    assert_eq!(value["account"]["id"], ID);
    assert!(splice_account(&body, None).contains(r#"","account":null,"collected_at""#));
}

#[test]
fn the_account_of_a_bill_goes_before_the_identification() {
    let body = serde_json::to_string(&bill()).unwrap();
    let account = serde_json::to_string(&account()).unwrap();
    let value: Value = serde_json::from_str(&splice_account_of_bill(&body, Some(&account))).unwrap();
    let keys: Vec<&String> = value.as_object().unwrap().keys().take(5).collect();
    assert_eq!(keys, ["id", "created_at", "collected_at", "account", "internal_identification"]);
    assert_eq!(value["account"]["id"], ID);
    assert!(splice_account_of_bill(&body, None).contains(r#","account":null,"internal_identification":"MTU"#));
    assert_eq!(splice_account_of_bill("{}", None), r#"{"account":null}"#);
}

#[test]
fn times_of_a_reading_are_one() {
    let account = account();
    let (card, contract) = (account.content.credit_data.unwrap(), account.content.loan_data.unwrap());
    assert_eq!((card.collected_at, contract.collected_at), (account.head.collected_at, account.head.collected_at));
    let transaction = transaction();
    assert_eq!(transaction.content.credit_card_data.unwrap().collected_at, transaction.head.collected_at);
}

#[test]
fn a_transaction_names_its_bill_as_the_bill_names_itself() {
    let (bill, mut transaction) = (bill(), transaction());
    let card = transaction.content.credit_card_data.as_mut().unwrap();
    card.refer_to(&BillReference {
        id: bill.head.id,
        internal_identification: bill.content.internal_identification.clone(),
        name: bill.content.bill_name.clone(),
        due_date: bill.content.due_date,
        total: bill.content.total_amount,
    });
    let card = &*card;
    let value = serde_json::to_value(card).unwrap();
    assert_eq!(value["bill_name"], "apr-2020");
    assert_eq!(value["bill_due_date"], "2020-04-06");
    assert_eq!(value["credit_card_bill"]["id"], ID);
    assert_eq!(value["credit_card_bill"]["internal_identification"], "MTU0OTU1NjI2NTk4OTRmc2ZhZDRmc2Q1NmZkM");
    assert!(serde_json::to_string(card).unwrap().contains(r#""bill_amount":45391.89"#));
}

#[test]
fn a_text_of_another_shape_still_gets_the_account() {
    for (body, whole) in [
        ("{}", r#"{"account":null}"#),
        (r#"{"a":1}"#, r#"{"account":null,"a":1}"#),
        (r#"{"id":"1"}"#, r#"{"account":null,"id":"1"}"#),
    ] {
        assert_eq!(splice_account(body, None), whole);
    }
}

proptest! {
    #[test]
    fn any_identification_is_spliced_behind(text in "\\PC{0,60}", quote in "[\"\\\\]{0,8}") {
        let mut transaction = transaction();
        transaction.head.internal_identification = format!("{text}{quote}");
        let body = serde_json::to_string(&transaction).unwrap();
        let value: Value = serde_json::from_str(&splice_account(&body, Some("{\"id\":1}"))).unwrap();
        prop_assert_eq!(&value["account"]["id"], 1);
        prop_assert_eq!(value["internal_identification"].as_str().unwrap(), transaction.head.internal_identification);
    }

    #[test]
    fn any_text_is_spliced_without_panic(body in "\\PC{0,120}") {
        let _ = splice_account(&body, None);
    }

    #[test]
    fn any_name_of_a_person_survives(name in "\\PC{0,120}") {
        let OwnerContent::Individual(mut person) = owner(false).content else { panic!("a person") };
        person.display_name = name;
        let text = serde_json::to_string(&person).unwrap();
        prop_assert_eq!(serde_json::from_str::<IndividualOwner>(&text).unwrap(), *person);
    }
}
