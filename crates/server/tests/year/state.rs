//! What there is at the end of a year, record by record, in words that do not depend on how it came about: our ids are
//! different in every year, and so is when something was read; what the bank calls things is the same.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;
use vinculo_domain::LinkId;
use vinculo_store::{AccountFilter, BalanceFilter, BillFilter, Consent, OwnerFilter, Paging};

use crate::cast::Fate;
use crate::check::transactions;
use crate::life::{Lived, Year};

/// Keys whose values are ours.
const OURS: [&str; 5] = ["id", "link", "created_at", "collected_at", "last_accessed_at"];
const PAGE: Paging = Paging { page: 1, size: Paging::MAX_SIZE };

/// The records of every link, by its name; each record as often as it is there.
pub(crate) type State = BTreeMap<String, BTreeMap<String, usize>>;

/// Writes down what there is.
pub(crate) async fn of(year: &Year<'_>) -> State {
    let mut all = State::new();
    let consents = year.consents().await;
    for lived in &year.lived {
        let mut records = BTreeMap::new();
        for record in of_link(year, lived, &consents).await {
            *records.entry(record).or_default() += 1;
        }
        all.insert(lived.plan.name.clone(), records);
    }
    all
}

/// Compares two years.
pub(crate) fn same(calm: &State, troubled: &State) {
    let names = |state: &State| state.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(calm), names(troubled));
    let mut different = Vec::new();
    for (name, records) in calm {
        let other = &troubled[name];
        let only = |one: &BTreeMap<String, usize>, two: &BTreeMap<String, usize>| -> Vec<String> {
            one.iter()
                .filter(|(record, times)| two.get(*record) != Some(times))
                .map(|(record, _)| record.clone())
                .collect()
        };
        let (calm, troubled) = (only(records, other), only(other, records));
        if !calm.is_empty() || !troubled.is_empty() {
            different.push(format!("{name}: calm {calm:#?}, troubled {troubled:#?}"));
        }
    }
    assert!(different.is_empty(), "{} links differ:\n{}", different.len(), different.join("\n"));
    assert!(calm.values().map(BTreeMap::len).sum::<usize>() > calm.len() * 10, "there is something to compare");
}

async fn of_link(year: &Year<'_>, lived: &Lived, consents: &[Consent]) -> Vec<String> {
    let store = year.aggregator.store();
    let mut all = Vec::new();
    let consent = consents.iter().find(|consent| consent.link == lived.link).unwrap();
    // A renewal begins when the application hears of the end, which comes later to a receiver that fails.
    let end = consent.expires_at.filter(|_| lived.plan.fate != Fate::Renewed);
    all.push(format!("consent {:?} {end:?} {:?} {:?}", consent.status, consent.institution, consent.permissions));
    let Some(link) = store.link(year.application, lived.link).await.unwrap() else {
        all.push("no link".to_owned());
        return all;
    };
    let what = (link.status, link.access_mode, link.refresh_rate, &link.institution, &link.external_id, &link.stale_in);
    all.push(format!("link {what:?}"));
    all.extend(records(year, lived.link).await);
    all
}

async fn records(year: &Year<'_>, link: LinkId) -> Vec<String> {
    let (store, application) = (year.aggregator.store(), year.application);
    let of_link = || Some(vec![link]);
    let accounts = AccountFilter { link: of_link(), ..AccountFilter::default() };
    let accounts = store.accounts(application, &accounts, PAGE).await.unwrap().items;
    let names: HashMap<String, String> = accounts.iter().map(|one| (one.id.to_string(), name(&one.body))).collect();
    let told = |kind: &str, body: &str| format!("{kind} {}", plain(serde_json::from_str(body).unwrap(), &names));
    let mut all: Vec<String> = accounts.iter().map(|one| told("account", &one.body)).collect();
    let owners = OwnerFilter { link: of_link(), ..OwnerFilter::default() };
    let owners = store.owners(application, &owners, PAGE).await.unwrap().items;
    all.extend(owners.iter().map(|one| told("owner", &one.body)));
    let balances = BalanceFilter { link: of_link(), ..BalanceFilter::default() };
    let balances = store.balances(application, &balances, PAGE).await.unwrap().items;
    all.extend(balances.iter().map(|one| told("balance", &one.body)));
    let bills = BillFilter { link: of_link(), ..BillFilter::default() };
    let bills = store.bills(application, &bills, PAGE).await.unwrap().items;
    all.extend(bills.iter().map(|one| told(&format!("bill of {}", names[&one.account.to_string()]), &one.body)));
    let transactions = transactions(year, link).await;
    all.extend(
        transactions.into_iter().map(|(account, body)| format!("transaction of {account} {}", plain(body, &names))),
    );
    all
}

fn name(body: &str) -> String {
    let body: Value = serde_json::from_str(body).unwrap();
    body["internal_identification"].as_str().unwrap().to_owned()
}

/// A record without what is ours; accounts that are named by our id are named by the bank's.
fn plain(value: Value, names: &HashMap<String, String>) -> Value {
    match value {
        Value::Object(all) => {
            let kept = all.into_iter().filter(|(key, _)| !OURS.contains(&key.as_str()));
            Value::Object(kept.map(|(key, value)| (key, plain(value, names))).collect())
        }
        Value::Array(all) => Value::Array(all.into_iter().map(|value| plain(value, names)).collect()),
        Value::String(text) => Value::String(names.get(&text).cloned().unwrap_or(text)),
        other => other,
    }
}
