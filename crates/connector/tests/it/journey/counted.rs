//! Every call that the bank counts towards a monthly limit was paid for before, with the same limit; nothing else was.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::{Value, json};
use vinculo_connector::{
    Access, Call, Connector, ConnectorError, CreditFamily, CreditList, Endpoint, Meter, OpenFinance, Outcome, Window,
};
use vinculo_domain::Category;
use vinculo_domain::model::InvestmentType;

use super::network::{ALICE, LILIAN, Network, RALPH, Visit, Who, find, year};

/// Counts, and lets so many calls of each resource pass.
#[derive(Debug, Default)]
struct Counter {
    taken: Mutex<BTreeMap<&'static str, u32>>,
    given_back: Mutex<BTreeMap<&'static str, u32>>,
    locked: Option<&'static str>,
}

#[async_trait]
impl Meter for Counter {
    async fn take(&self, call: &Call) -> Result<Option<String>, ConnectorError> {
        if self.locked == Some(call.endpoint.name) {
            return Ok(None);
        }
        *self.taken.lock().unwrap().entry(call.endpoint.name).or_default() += 1;
        Ok(Some("2026-11".to_owned()))
    }

    async fn came(&self, call: &Call, month: &str, outcome: Outcome) -> Result<(), ConnectorError> {
        assert_eq!(month, "2026-11");
        if outcome == Outcome::NotCounted {
            *self.given_back.lock().unwrap().entry(call.endpoint.name).or_default() += 1;
        }
        Ok(())
    }
}

impl Counter {
    /// What was paid for, by name.
    fn paid(&self) -> BTreeMap<&'static str, u32> {
        let (taken, given) = (self.taken.lock().unwrap(), self.given_back.lock().unwrap());
        let left = taken.iter().map(|(name, count)| (*name, count - given.get(name).copied().unwrap_or_default()));
        left.filter(|(_, count)| *count > 0).collect()
    }
}

/// Our name of an endpoint of the bank's.
fn name(endpoint: &str) -> &'static str {
    let mut segments = endpoint.split('/');
    let (family, rest) = (segments.next().unwrap(), segments.skip(1).collect::<Vec<_>>());
    let many = match family {
        "accounts" => ("accounts", "account"),
        "credit-cards-accounts" => ("cards", "card"),
        "unarranged-accounts-overdraft" => ("overdrafts", "overdraft"),
        "customers" => ("owners", "owner"),
        other => {
            let name = other.replace('-', "_");
            return named(&rest, &name, name.trim_end_matches('s'));
        }
    };
    named(&rest, many.0, many.1)
}

fn named(rest: &[&str], many: &str, one: &str) -> &'static str {
    let plain = match (many, rest) {
        (_, [_, "identifications"]) => "owners".to_owned(),
        (_, [_, "qualifications"]) => "owner_qualifications".to_owned(),
        (_, [_, "financial-relations"]) => "owner_relations".to_owned(),
        (_, ["broker-notes", _]) => "broker_notes".to_owned(),
        (_, [_, _, "bills"]) => "bills".to_owned(),
        (_, [_, _, "bills", _, "transactions"]) => "bill_transactions".to_owned(),
        (_, [_]) => many.to_owned(),
        (_, [_, _]) => format!("{one}_details"),
        (_, [_, _, "scheduled-instalments"]) => format!("{one}_instalments"),
        ("accounts", [_, _, part]) => part.replace('-', "_"),
        (_, [_, _, part]) => format!("{one}_{}", part.replace('-', "_")),
        _ => panic!("{rest:?}"),
    };
    let found = Endpoint::all().find(|endpoint| endpoint.name == plain);
    found.unwrap_or_else(|| panic!("the bank counts {plain}, we do not")).name
}

/// Reads everything that there is.
async fn read_all(connector: &OpenFinance, access: &Access, window: Window) {
    connector.resources(access).await.unwrap();
    connector.owners(access).await.unwrap();
    for reading in connector.accounts(access).await.unwrap() {
        let id = reading.account.internal_identification;
        connector.balance(access, &id).await.unwrap();
        let mut next = None;
        loop {
            let page = connector.transactions_page(access, &id, window, next.as_ref()).await.unwrap();
            next = page.next;
            if next.is_none() {
                break;
            }
        }
    }
    for family in CreditFamily::ALL {
        let Ok(drafts) = connector.credit_accounts(access, family).await else { continue };
        for draft in drafts {
            let id = &draft.internal_identification;
            match family {
                CreditFamily::Cards => card(connector, access, id, window).await,
                family => list(connector, access, CreditList::Contract(family, id), window).await,
            }
        }
    }
    for kind in InvestmentType::ALL {
        let Ok(drafts) = connector.investments(access, kind).await else { continue };
        for draft in drafts {
            let id = &draft.internal_identification;
            let page = connector.investment_transactions_page(access, kind, id, window, None).await.unwrap();
            assert!(page.next.is_none() || page.items.len() > 20);
        }
    }
    if let Err(error) = connector.exchanges(access).await {
        assert!(matches!(error, ConnectorError::Unsupported(_) | ConnectorError::Forbidden { .. }), "{error}");
    }
}

async fn card(connector: &OpenFinance, access: &Access, card: &str, window: Window) {
    list(connector, access, CreditList::Card(card), window).await;
    let bills = connector.bills_page(access, card, window, None).await.unwrap();
    for bill in &bills.items {
        let bill = &bill.internal_identification;
        list(connector, access, CreditList::Bill { card, bill }, window).await;
    }
}

async fn list(connector: &OpenFinance, access: &Access, list: CreditList<'_>, window: Window) {
    let mut next = None;
    loop {
        let page = connector.credit_transactions_page(access, list, window, next.as_ref()).await.unwrap();
        next = page.next;
        if next.is_none() {
            return;
        }
    }
}

async fn usage(network: &Network) -> Vec<Value> {
    let answer = reqwest::get(format!("{}/sandbox/usage", network.people_url)).await.unwrap();
    let body: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    body["usage"].as_array().unwrap().clone()
}

async fn access_of(connector: &OpenFinance, who: Who, counter: &Arc<Counter>) -> Access {
    let kind = if who.cnpj.is_some() { "business" } else { "retail" };
    let institution = find(connector, &format!("ofmockbank_br_{kind}")).await;
    let visit = Visit { connector, institution, who };
    let (consent, tokens) = visit.connect_for(&Category::ALL).await;
    let meter: Arc<dyn Meter> = counter.clone();
    Access { meter: Some(meter), ..visit.access(&consent, &tokens) }
}

#[tokio::test]
async fn what_the_bank_counts_is_what_was_paid_for() {
    let network = Network::start().await;
    let mut settings = network.settings();
    // Small enough that lists have pages.
    settings.limits.page_size = 100;
    let connector = OpenFinance::new(settings).unwrap();
    let recent = Window { from: year().to, to: year().to };
    let (counter, mut met) = (Arc::new(Counter::default()), 0);
    for (who, window) in [(RALPH, year()), (RALPH, recent), (ALICE, year()), (LILIAN, year())] {
        let access = access_of(&connector, who, &counter).await;
        read_all(&connector, &access, window).await;
        let mut bank: BTreeMap<&'static str, u32> = BTreeMap::new();
        for line in usage(&network).await {
            assert_eq!(line["refused"], 0, "{line}");
            let counted = u32::try_from(line["counted"].as_u64().unwrap()).unwrap();
            let Some(limit) = line["limit"].as_u64() else { continue };
            let name = name(line["endpoint"].as_str().unwrap());
            let ours = Endpoint::all().find(|endpoint| endpoint.name == name).unwrap();
            assert_eq!(u64::from(ours.limit), limit, "{name}");
            *bank.entry(name).or_default() += counted;
        }
        bank.retain(|_, count| *count > 0);
        assert_eq!(counter.paid(), bank);
        met = bank.len();
    }
    assert!(met >= 40, "of {} endpoints {met} were met", Endpoint::all().count());
}

#[tokio::test]
async fn what_is_used_up_is_not_asked_for() {
    let network = Network::start().await;
    let connector = network.connector();
    for locked in ["owners", "accounts", "account_details", "balances", "transactions"] {
        let counter = Arc::new(Counter { locked: Some(locked), ..Counter::default() });
        let access = access_of(&connector, RALPH, &counter).await;
        let error = match locked {
            "owners" => connector.owners(&access).await.unwrap_err(),
            "transactions" => {
                let all = connector.accounts(&access).await.unwrap();
                let id = &all[0].account.internal_identification;
                connector.transactions_page(&access, id, year(), None).await.unwrap_err()
            }
            _ => connector.accounts(&access).await.unwrap_err(),
        };
        assert!(matches!(error, ConnectorError::LimitReached), "{locked}: {error}");
    }
    let refused = json!(0);
    assert!(usage(&network).await.iter().all(|line| line["refused"] == refused));
    let asked: Vec<Value> = usage(&network).await;
    let of = |end: &str| asked.iter().filter(|line| line["endpoint"].as_str().unwrap().ends_with(end)).count();
    assert_eq!(of("/identifications"), 0);
    assert_eq!(of("/transactions"), 0);
}

#[tokio::test]
async fn each_attempt_is_paid_for_and_what_surely_did_not_count_is_given_back() {
    let network = Network::start().await;
    let connector = network.connector();
    let counter = Arc::new(Counter::default());
    let access = access_of(&connector, RALPH, &counter).await;
    network.force("accounts", "status:503", Some(2)).await;
    connector.accounts(&access).await.unwrap();
    let taken = counter.taken.lock().unwrap()["accounts"];
    assert_eq!((taken, counter.paid()["accounts"]), (3, 1), "two failures and the answer");
}
