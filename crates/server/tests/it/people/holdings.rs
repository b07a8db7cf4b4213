//! Investments with their movements, and exchanges with their history: the bank's own JSON beside what the API serves.

use serde_json::Value;
use vinculo_domain::LinkId;

use super::Who;
use super::bank::{Bank, year};
use super::chain::Chain;
use super::sums::{Sum, units};

/// A family of the bank's, our type of it, the parameters for its days, and what its movements are worth.
struct Family {
    api: &'static str,
    kind: &'static str,
    days: (&'static str, &'static str),
    worth: (&'static str, &'static str),
}

const DAYS: (&str, &str) = ("fromTransactionDate", "toTransactionDate");
const GROSS: (&str, &str) = ("transactionGrossValue", "gross_value");

const FAMILIES: [Family; 5] = [
    Family { api: "bank-fixed-incomes", kind: "FIXED_INCOME_BANKING", days: DAYS, worth: GROSS },
    Family { api: "credit-fixed-incomes", kind: "FIXED_INCOME_CREDIT", days: DAYS, worth: GROSS },
    Family { api: "treasure-titles", kind: "TREASURY_BOND", days: DAYS, worth: GROSS },
    Family {
        api: "funds",
        kind: "INVESTMENT_FUND",
        days: ("fromTransactionConversionDate", "toTransactionConversionDate"),
        worth: GROSS,
    },
    Family { api: "variable-incomes", kind: "VARIABLE_INCOME", days: DAYS, worth: ("transactionValue", "value") },
];

/// Counts and sums of everything that somebody holds. Returns how many records there were.
pub(super) async fn check(chain: &Chain, link: LinkId, who: Who) -> usize {
    let bank = Bank::of(chain, link).await;
    let held = chain.client.every(&format!("/api/br/investments/?link={link}&page_size=1000")).await;
    let moved = chain.client.every(&format!("/api/br/investment-transactions/?link={link}&page_size=1000")).await;
    // The API does not tell the bank's identifier of an investment.
    let known = chain.store.investments_of_link(link).await.unwrap();
    let (mut investments, mut movements) = (0, 0);
    for family in &FAMILIES {
        for item in bank.every(family.api, 1, "/investments?page-size=1000").await {
            let id = item["investmentId"].as_str().unwrap();
            let of_it = known.iter().find(|known| known.bank_id == id && known.kind.as_str() == family.kind);
            let of_it = of_it.unwrap_or_else(|| panic!("{who:?}: no investment {id}")).id.to_string();
            let own = held.iter().find(|own| own["id"] == of_it.as_str()).unwrap();
            assert_eq!(own["type"], family.kind, "{who:?} {id}");
            investments += 1;
            position(&bank, family, id, own).await;
            let of_it: Vec<&Value> = moved.iter().filter(|one| one["investment"]["id"] == own["id"]).collect();
            movements += of_it.len();
            assert_eq!(ours(&of_it, family), theirs(&bank, family, id).await, "{who:?} {id}");
        }
    }
    assert_eq!((held.len(), moved.len()), (investments, movements), "{who:?}: more than the bank has");
    investments + movements + exchanges(chain, &bank, link, who).await
}

/// What an investment is worth today.
async fn position(bank: &Bank, family: &Family, id: &str, own: &Value) {
    let path = format!("/investments/{id}/balances");
    let answer = bank.single(family.api, 1, &path).await.unwrap();
    let (theirs, ours) = (&answer["data"], &own["balance"]);
    let blocked = if family.api == "funds" { "blockedAmount" } else { "blockedBalance" };
    let pairs = [("grossAmount", "gross_value"), ("netAmount", "net_value"), (blocked, "blocked_amount")];
    for (their, our) in pairs {
        match theirs.get(their) {
            Some(amount) => assert_eq!(units(&ours[our]), units(&amount["amount"]), "{} {id} {our}", family.api),
            None => assert!(ours.get(our).is_none_or(Value::is_null), "{} {id} {our}: {}", family.api, ours[our]),
        }
    }
    let quantity = if family.api == "funds" { "quotaQuantity" } else { "quantity" };
    assert_eq!(decimal(&ours["quantity"]), decimal(&theirs[quantity]), "{} {id}", family.api);
}

/// A decimal without the zeros behind it.
fn decimal(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let whole = text.split_once('.').map_or(text.as_str(), |_| text.trim_end_matches('0').trim_end_matches('.'));
    whole.to_owned()
}

fn ours(moved: &[&Value], family: &Family) -> Sum {
    moved.iter().fold(Sum::default(), |mut sum, one| {
        let size = one.get(family.worth.1).filter(|value| value.is_number()).map_or(0, units);
        sum.add(if one["type"] == "INFLOW" { size } else { -size });
        sum
    })
}

async fn theirs(bank: &Bank, family: &Family, id: &str) -> Sum {
    let ((from, to), (first, last)) = (year(), family.days);
    let path = format!("/investments/{id}/transactions?page-size=1000&{first}={from}&{last}={to}");
    bank.every(family.api, 1, &path).await.iter().fold(Sum::default(), |mut sum, one| {
        let size = one.get(family.worth.0).map_or(0, |value| units(&value["amount"]));
        sum.add(if one["type"] == "ENTRADA" { size } else { -size });
        sum
    })
}

async fn exchanges(chain: &Chain, bank: &Bank, link: LinkId, who: Who) -> usize {
    let own = chain.client.every(&format!("/api/br/exchanges/?link={link}&page_size=1000")).await;
    let listed = bank.every("exchanges", 1, "/operations?page-size=1000").await;
    assert_eq!(own.len(), listed.len(), "{who:?}: exchanges");
    let mut seen = listed.len();
    for item in &listed {
        let id = item["operationId"].as_str().unwrap();
        let detail = bank.single("exchanges", 1, &format!("/operations/{id}")).await.unwrap()["data"].clone();
        let found = own.iter().find(|one| one["operation_identifier"] == item["operationId"]).unwrap();
        for (their, our) in [
            ("localCurrencyOperationValue", "local_operation_value_amount"),
            ("foreignOperationValue", "foreign_operation_value_amount"),
        ] {
            assert_eq!(units(&found[our]), units(&detail[their]["amount"]), "{who:?} {id} {our}");
        }
        assert_eq!(
            decimal(&found["local_operation_tax_amount"]),
            decimal(&detail["localCurrencyOperationTax"]["amount"])
        );
        let path = format!("/api/br/exchanges/{}/history/?page_size=1000", found["id"].as_str().unwrap());
        let history = chain.client.every(&path).await;
        let events = bank.every("exchanges", 1, &format!("/operations/{id}/events?page-size=1000")).await;
        let numbers = |all: &[Value], key: &str| {
            let mut numbers: Vec<String> = all.iter().map(|one| one[key].as_str().unwrap().to_owned()).collect();
            numbers.sort();
            numbers
        };
        assert_eq!(numbers(&history, "event_sequence_number"), numbers(&events, "eventSequenceNumber"), "{who:?} {id}");
        seen += events.len();
    }
    seen
}

#[test]
fn decimals_are_compared_without_their_zeros() {
    assert_eq!(decimal(&Value::from("12.50000000")), "12.5");
    assert_eq!(decimal(&Value::from("1200")), "1200");
    assert_eq!(decimal(&Value::from(1200.0)), "1200");
}
