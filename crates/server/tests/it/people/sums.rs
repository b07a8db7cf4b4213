//! Counts and sums, per account and per bill: the bank's own JSON beside what the API serves.

use std::collections::BTreeMap;

use serde_json::Value;
use vinculo_domain::LinkId;

use super::Who;
use super::bank::{Bank, year};
use super::chain::Chain;

const CARDS: &str = "credit-cards-accounts";
const CONTRACTS: [(&str, &str); 4] = [
    ("loans", "LOAN_ACCOUNT"),
    ("financings", "FINANCING_ACCOUNT"),
    ("unarranged-accounts-overdraft", "ADVANCE_DEPOSIT_ACCOUNT"),
    ("invoice-financings", "INVOICE_FINANCING_ACCOUNT"),
];

/// How many, and how much: in units of a ten thousandth, money in minus money out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Sum {
    count: usize,
    total: i64,
}

impl Sum {
    pub(super) fn add(&mut self, amount: i64) {
        self.count += 1;
        self.total += amount;
    }
}

/// Reads an exact decimal of the bank's (`"12.5000"`) or of ours (`12.5`).
pub(super) fn units(value: &Value) -> i64 {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let digits: String = fraction.chars().chain("0000".chars()).take(4).collect();
    let size = whole.trim_start_matches('-').parse::<i64>().unwrap() * 10_000 + digits.parse::<i64>().unwrap();
    if whole.starts_with('-') { -size } else { size }
}

fn ours(items: &[Value], amount: &str) -> Sum {
    items.iter().fold(Sum::default(), |mut sum, item| {
        let size = units(&item[amount]);
        sum.add(if item["type"] == "INFLOW" { size } else { -size });
        sum
    })
}

fn theirs<'a>(items: impl IntoIterator<Item = &'a Value>, amount: &str) -> Sum {
    items.into_iter().fold(Sum::default(), |mut sum, item| {
        let size = units(&item[amount]["amount"]);
        sum.add(if item["creditDebitType"] == "CREDITO" { size } else { -size });
        sum
    })
}

pub(super) async fn check(chain: &Chain, link: LinkId, who: Who) {
    let bank = Bank::of(chain, link).await;
    let accounts = chain.client.every(&format!("/api/accounts/?link={link}")).await;
    let api = Api { chain, link, accounts };
    let seen = deposits(&bank, &api, who).await + cards(&bank, &api, who).await + contracts(&bank, &api, who).await;
    assert_eq!(api.accounts.len(), seen, "{who:?}: accounts that the bank does not have");
}

/// What our API serves of one link.
struct Api<'a> {
    chain: &'a Chain,
    link: LinkId,
    accounts: Vec<Value>,
}

impl Api<'_> {
    fn account(&self, name: &Value, category: &[&str]) -> &Value {
        let own = |account: &&Value| account["internal_identification"] == *name;
        let found = self.accounts.iter().find(own).unwrap_or_else(|| panic!("no account {name}"));
        assert!(category.contains(&found["category"].as_str().unwrap()), "{found}");
        found
    }

    async fn transactions(&self, account: &Value) -> Vec<Value> {
        let id = account["id"].as_str().unwrap();
        let path = format!("/api/transactions/?link={}&account={id}&page_size=1000", self.link);
        self.chain.client.every(&path).await
    }
}

async fn deposits(bank: &Bank, api: &Api<'_>, who: Who) -> usize {
    let (from, to) = year();
    let listed = bank.all("accounts", "/accounts?page-size=1000").await;
    for item in &listed {
        let id = item["accountId"].as_str().unwrap();
        let account = api.account(&item["accountId"], &["CHECKING_ACCOUNT", "SAVINGS_ACCOUNT"]);
        let balances = bank.one("accounts", &format!("/accounts/{id}/balances")).await.unwrap();
        let available = units(&balances["data"]["availableAmount"]["amount"]);
        assert_eq!(units(&account["balance"]["available"]), available, "{who:?} {id}");
        let path = format!("/api/br/balances/?link={}&account={}", api.link, account["id"].as_str().unwrap());
        let own = api.chain.client.every(&path).await;
        assert_eq!(own.len(), 1, "{who:?} {id}: one balance");
        for (ours, theirs) in [
            ("available", "availableAmount"),
            ("blocked", "blockedAmount"),
            ("automatically_invested", "automaticallyInvestedAmount"),
        ] {
            assert_eq!(units(&own[0][ours]), units(&balances["data"][theirs]["amount"]), "{who:?} {id} {ours}");
        }
        let path = format!("/accounts/{id}/transactions?page-size=1000&fromBookingDate={from}&toBookingDate={to}");
        let all = bank.all("accounts", &path).await;
        assert_eq!(ours(&api.transactions(account).await, "amount"), theirs(&all, "transactionAmount"), "{who:?} {id}");
    }
    listed.len()
}

async fn cards(bank: &Bank, api: &Api<'_>, who: Who) -> usize {
    let listed = bank.all(CARDS, "/accounts?page-size=1000").await;
    for item in &listed {
        let id = item["creditCardAccountId"].as_str().unwrap();
        let account = api.account(&item["creditCardAccountId"], &["CREDIT_CARD"]);
        limits(bank, account, id, who).await;
        one_card(bank, api, account, id, who).await;
    }
    listed.len()
}

async fn limits(bank: &Bank, account: &Value, id: &str, who: Who) {
    let limits = bank.all(CARDS, &format!("/accounts/{id}/limits")).await;
    let total = |limit: &&Value| limit["creditLineLimitType"] == "LIMITE_CREDITO_TOTAL";
    let Some(total) = limits.iter().find(total) else { return };
    if total["consolidationType"] == "CONSOLIDADO" {
        assert_eq!(units(&account["balance"]["current"]), units(&total["usedAmount"]["amount"]), "{who:?} {id}");
        if total["limitAmount"].is_object() {
            let left = units(&total["limitAmount"]["amount"]) - units(&total["usedAmount"]["amount"]);
            assert_eq!(units(&account["balance"]["available"]), left, "{who:?} {id}");
            assert_eq!(units(&account["credit_data"]["credit_limit"]), units(&total["limitAmount"]["amount"]));
        }
    }
}

/// The bank's transactions are those of the year and, with parcels of older purchases, those of every bill.
async fn one_card(bank: &Bank, api: &Api<'_>, account: &Value, id: &str, who: Who) {
    let (from, to) = year();
    let path = format!("/accounts/{id}/transactions?page-size=1000&fromTransactionDate={from}&toTransactionDate={to}");
    let mut all = BTreeMap::new();
    let by_id = |item: Value| (item["transactionId"].as_str().unwrap().to_owned(), item);
    all.extend(bank.all(CARDS, &path).await.into_iter().map(by_id));
    let served = api.transactions(account).await;
    let due = to.saturating_add(jiff::Span::new().days(60));
    let bills =
        bank.all(CARDS, &format!("/accounts/{id}/bills?page-size=1000&fromDueDate={from}&toDueDate={due}")).await;
    let account_id = account["id"].as_str().unwrap();
    let ours_bills = api.chain.client.every(&format!("/api/bills/?link={}&account={account_id}", api.link)).await;
    assert_eq!(ours_bills.len(), bills.len(), "{who:?} {id}: bills");
    for bill in &bills {
        let name = &bill["billId"];
        let own = ours_bills.iter().find(|own| own["internal_identification"] == *name).unwrap();
        assert_eq!(units(&own["total_amount"]), units(&bill["billTotalAmount"]["amount"]), "{who:?} {name}");
        let paid = |bill: &Value| bill["payments"].as_array().unwrap().iter().map(|p| units(&p["amount"])).sum::<i64>();
        assert_eq!(paid(own), paid(bill), "{who:?} {name}: payments");
        let path = format!("/accounts/{id}/bills/{}/transactions?page-size=1000", name.as_str().unwrap());
        let on_bill = bank.all(CARDS, &path).await;
        let of_bill = |item: &&Value| item["credit_card_data"]["bill_internal_identification"] == *name;
        let served: Vec<Value> = served.iter().filter(of_bill).cloned().collect();
        assert_eq!(ours(&served, "local_currency_amount"), theirs(&on_bill, "brazilianAmount"), "{who:?} {name}");
        assert!(served.iter().all(|item| item["credit_card_data"]["credit_card_bill"]["id"] == own["id"]));
        all.extend(on_bill.into_iter().map(by_id));
    }
    assert_eq!(ours(&served, "local_currency_amount"), theirs(all.values(), "brazilianAmount"), "{who:?} {id}");
}

async fn contracts(bank: &Bank, api: &Api<'_>, who: Who) -> usize {
    let (from, to) = year();
    let mut seen = 0;
    for (family, category) in CONTRACTS {
        for item in bank.all(family, "/contracts?page-size=1000").await {
            seen += 1;
            let id = item["contractId"].as_str().unwrap();
            let account = api.account(&item["contractId"], &[category]);
            let payments = bank.one(family, &format!("/contracts/{id}/payments")).await.unwrap();
            let data = &payments["data"];
            let open = units(&data["contractOutstandingBalance"]);
            assert_eq!(units(&account["balance"]["available"]), open, "{who:?} {id}");
            let remaining = data.get("totalRemainingAmount").map_or(open, units);
            assert_eq!(units(&account["balance"]["current"]), remaining, "{who:?} {id}");
            assert_eq!(units(&account["loan_data"]["outstanding_balance"]), remaining);
            terms(bank, family, id, account, who).await;
            let (from, to) = (from.to_string(), to.to_string());
            let within = |day: &str| (from.as_str()..=to.as_str()).contains(&day);
            let mut paid = Sum::default();
            for release in data["releases"].as_array().unwrap() {
                if within(release["paidDate"].as_str().unwrap()) {
                    paid.add(units(&release["paidAmount"]));
                }
            }
            assert_eq!(ours(&api.transactions(account).await, "amount"), paid, "{who:?} {id}");
        }
    }
    seen
}

/// What was agreed, what secures it, and how far it is paid.
async fn terms(bank: &Bank, family: &str, id: &str, account: &Value, who: Who) {
    let (loan, count) = (&account["loan_data"], |list: &Value| list.as_array().map_or(0, Vec::len));
    let detail = bank.one(family, &format!("/contracts/{id}")).await.unwrap()["data"].clone();
    if let Some(amount) = detail.get("contractAmount") {
        assert_eq!(units(&loan["contract_amount"]), units(amount), "{who:?} {id}");
    }
    assert_eq!(loan["loan_code"], detail["ipocCode"], "{who:?} {id}");
    for (ours, theirs) in [
        ("interest_rates", "interestRates"),
        ("fees", "contractedFees"),
        ("contracted_charges", "contractedFinanceCharges"),
    ] {
        assert_eq!(count(&loan[ours]), count(&detail[theirs]), "{who:?} {id} {ours}");
    }
    let warranties = bank.all(family, &format!("/contracts/{id}/warranties?page-size=1000")).await;
    let worth = |all: &[Value], key: &str| all.iter().map(|one| units(&one[key])).sum::<i64>();
    let ours = loan["collaterals"].as_array().cloned().unwrap_or_default();
    assert_eq!(ours.len(), warranties.len(), "{who:?} {id} warranties");
    assert_eq!(worth(&ours, "amount"), worth(&warranties, "warrantyAmount"), "{who:?} {id} warranties");
    let plan = bank.one(family, &format!("/contracts/{id}/scheduled-instalments")).await.unwrap()["data"].clone();
    for (ours, theirs) in [
        ("number_of_installments_total", "totalNumberOfInstalments"),
        ("number_of_installments_outstanding", "dueInstalments"),
        ("number_of_installments_past_due", "pastDueInstalments"),
    ] {
        if let Some(number) = plan.get(theirs) {
            assert_eq!(loan[ours].as_f64(), number.as_f64(), "{who:?} {id} {ours}");
        }
    }
    assert_eq!(count(&loan["balloon_payments"]), count(&plan["balloonPayments"]), "{who:?} {id} balloons");
}

#[test]
fn decimals_of_both_sides_read_alike() {
    assert_eq!(units(&Value::from("12.5000")), units(&Value::from(12.5)));
    assert_eq!(units(&Value::from("-0.01")), -100);
    assert_eq!(units(&Value::from("100000.0401")), 1_000_000_401);
}
