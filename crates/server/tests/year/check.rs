//! What must be true at the end of the year.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp, ToSpan as _};
use serde_json::Value;
use vinculo_domain::{ConsentStatus, LinkId, LinkStatus};
use vinculo_sandbox::people::history::{Stage, local_date};
use vinculo_store::{Consent, Link, Paging, TransactionFilter};

use crate::cast::Fate;
use crate::hook::Arrived;
use crate::life::{Lived, Year};

/// Checks everything.
pub(crate) async fn whole(year: &Year<'_>) {
    let dead = year.aggregator.store().dead_jobs(10).await.unwrap();
    assert!(dead.is_empty(), "no work was given up: {dead:?}");
    allowance(year).await;
    let events = by_link(year);
    assert_eq!(year.hook.refused(), 0, "every signature is right");
    let consents = year.consents().await;
    for lived in &year.lived {
        let told = events.get(&lived.link).cloned().unwrap_or_default();
        numbered(lived, &told);
        fate(year, lived, &consents, &told).await;
        records(year, lived, &told).await;
    }
}

/// The banks have counted: no call above the month's allowance.
async fn allowance(year: &Year<'_>) {
    let usage = year.network.usage().await;
    assert!(usage.len() > year.lived.len());
    let over: Vec<_> = usage.iter().filter(|line| line["counted"].as_u64() > line["limit"].as_u64()).collect();
    assert!(over.is_empty(), "{} of {} lines, such as {}", over.len(), usage.len(), over[0]);
}

fn by_link(year: &Year<'_>) -> BTreeMap<LinkId, Vec<Arrived>> {
    let mut all: BTreeMap<LinkId, Vec<Arrived>> = BTreeMap::new();
    for arrived in year.hook.all() {
        if let Some(link) = arrived.body["link_id"].as_str() {
            all.entry(link.parse().unwrap()).or_default().push(arrived);
        }
    }
    all.values_mut().for_each(|told| told.sort_by_key(|arrived| arrived.sequence));
    all
}

/// No event of a link is missing.
fn numbered(lived: &Lived, told: &[Arrived]) {
    let numbers: Vec<i64> = told.iter().map(|arrived| arrived.sequence.unwrap()).collect();
    let expected: Vec<i64> = (1..=i64::try_from(told.len()).unwrap()).collect();
    assert_eq!(numbers, expected, "{}", lived.plan.name);
}

fn times(told: &[Arrived], code: &str) -> usize {
    told.iter().filter(|arrived| arrived.body["webhook_code"] == code).count()
}

/// The link, its consent here and at the bank, and what was told of them.
async fn fate(year: &Year<'_>, lived: &Lived, consents: &[Consent], told: &[Arrived]) {
    let name = &lived.plan.name;
    let link = year.aggregator.store().link(year.application, lived.link).await.unwrap();
    let consent = consents.iter().find(|consent| consent.link == lived.link).unwrap();
    let days = lived.plan.duration.days().map(i64::from);
    let over = lived.runs_out().is_some_and(|end| end < year.env().now());
    let met_after = SignedDuration::from_hours(24 * lived.plan.fated);
    let ran_out_before = lived.runs_out().is_some_and(|end| end <= year.first + met_after);
    let recurrent = lived.plan.rate.is_some();
    match lived.plan.fate {
        Fate::Stale | Fate::Deleted => {
            assert!(link.is_none(), "{name} is gone");
            assert_eq!(times(told, "link_deleted"), 1, "{name}");
            assert!(consent.record.is_none(), "{name}: whose it was is erased");
            assert_eq!(count(year, lived.link).await, 0, "{name}");
        }
        Fate::RevokedHere | Fate::RevokedThere if !ran_out_before => {
            assert_eq!(link.unwrap().status, LinkStatus::Invalid, "{name}");
            assert_eq!(consent.status, ConsentStatus::Rejected, "{name}");
            assert_eq!(times(told, "invalid_credentials"), 1, "{name}");
        }
        Fate::Renewed => {
            let due = usize::from(days == Some(183)) * 2 + usize::from(days == Some(366));
            assert_eq!(year.renewals.get(&lived.link).copied().unwrap_or_default(), due, "{name}");
            assert_eq!(times(told, "openfinance_consent_expiration_changed"), due, "{name}: {:?}", codes(told));
            assert_eq!(link.unwrap().status, LinkStatus::Valid, "{name}");
            assert_eq!(consent.status, ConsentStatus::Authorised, "{name}");
        }
        _ if over => {
            assert_eq!(link.unwrap().status, LinkStatus::Invalid, "{name}");
            assert_eq!(consent.status, ConsentStatus::Expired, "{name}");
            assert_eq!(times(told, "openfinance_consent_about_to_expire"), usize::from(recurrent), "{name}");
            assert_eq!(times(told, "openfinance_consent_expired"), usize::from(recurrent), "{name}");
        }
        _ => {
            assert_eq!(link.unwrap().status, LinkStatus::Valid, "{name}");
            assert_eq!(consent.status, ConsentStatus::Authorised, "{name}");
            assert_eq!(times(told, "openfinance_consent_expired"), 0, "{name}");
        }
    }
    at_the_bank(year, lived, consent).await;
}

fn codes(told: &[Arrived]) -> BTreeMap<String, usize> {
    let mut all = BTreeMap::new();
    for arrived in told {
        *all.entry(arrived.body["webhook_code"].to_string()).or_default() += 1;
    }
    all
}

/// What has ended here has ended at the bank, and the other way round.
async fn at_the_bank(year: &Year<'_>, lived: &Lived, consent: &Consent) {
    let Some(secrets) = &consent.secrets else { return };
    let id = secrecy::ExposeSecret::expose_secret(&secrets.bank_consent_id);
    let institution = year.aggregator.store().institution_by_code(&consent.institution).await.unwrap().unwrap();
    let there = year.aggregator.connector().consent(&institution, id).await.unwrap().status;
    let here = consent.status == ConsentStatus::Authorised;
    assert_eq!(there == ConsentStatus::Authorised, here, "{}: {there:?} {:?}", lived.plan.name, consent.status);
}

async fn count(year: &Year<'_>, link: LinkId) -> i64 {
    let filter = TransactionFilter { link: vec![link], ..TransactionFilter::default() };
    year.aggregator.store().transactions(year.application, &filter, Paging::default()).await.unwrap().count
}

/// All transactions of a link, as the API serves them.
pub(crate) async fn transactions(year: &Year<'_>, link: LinkId) -> Vec<(String, Value)> {
    let filter = TransactionFilter { link: vec![link], ..TransactionFilter::default() };
    let (mut all, mut page) = (Vec::new(), 1);
    loop {
        let paging = Paging { page, size: Paging::MAX_SIZE };
        let found = year.aggregator.store().transactions(year.application, &filter, paging).await.unwrap();
        let last = found.items.len() < paging.size as usize;
        for one in found.items {
            let account: Value = serde_json::from_str(&found.accounts[&one.account]).unwrap();
            let account = account["internal_identification"].as_str().unwrap().to_owned();
            all.push((account, serde_json::from_str(&one.body).unwrap()));
        }
        if last {
            return all;
        }
        page += 1;
    }
}

/// Every transaction of the bank is there, once, as it looked when the link was read last; nothing else is; and every
/// one was announced.
async fn records(year: &Year<'_>, lived: &Lived, told: &[Arrived]) {
    let name = &lived.plan.name;
    let Some(link) = year.aggregator.store().link(year.application, lived.link).await.unwrap() else { return };
    let read_at = link.last_accessed_at.unwrap();
    let stored = transactions(year, lived.link).await;
    let accounts = year.people.accounts_of(lived.plan.brand, lived.plan.person, None);
    let mut total = stored.len();
    for account in accounts {
        let own: Vec<&Value> = stored.iter().filter(|(id, _)| *id == account.id).map(|(_, body)| body).collect();
        if own.is_empty() && lived.plan.categories.len() == 2 {
            let seen = year.people.entries(account, local_date(lived.begun), local_date(read_at), read_at);
            assert!(seen.is_empty(), "{name}: an account without its transactions");
        }
        compare(year, lived, account, &own, read_at);
        total -= own.len();
    }
    if lived.plan.categories.len() == 2 {
        assert_eq!(total, 0, "{name}: transactions of nobody's account");
        announced(lived, &link, &stored, told);
    }
}

fn compare(
    year: &Year<'_>,
    lived: &Lived,
    account: &vinculo_sandbox::people::Account,
    own: &[&Value],
    read_at: Timestamp,
) {
    let name = &lived.plan.name;
    let today = local_date(read_at);
    let from = local_date(lived.begun).checked_sub(12.months()).unwrap();
    let seen = year.people.entries(account, from, today.checked_add(370.days()).unwrap(), read_at);
    let finals: BTreeSet<String> = seen
        .iter()
        .filter(|seen| seen.stage == Stage::Effective)
        .map(|seen| seen.entry().id(seen.stage, today))
        .collect();
    let ids = |status: &str| -> Vec<String> {
        let of = own.iter().filter(|body| body["status"] == status);
        of.map(|body| body["internal_identification"].as_str().unwrap().to_owned()).collect()
    };
    let processed = ids("PROCESSED");
    let there: BTreeSet<String> = processed.iter().cloned().collect();
    assert_eq!(there.len(), processed.len(), "{name}: a transaction is there twice");
    let missing: Vec<_> = finals.difference(&there).collect();
    assert!(
        missing.is_empty(),
        "{name} {:?} {:?}: {} of {} missing at {read_at}: {:?}",
        lived.plan.rate,
        lived.plan.fate,
        missing.len(),
        finals.len(),
        dates(&seen, &missing, today)
    );
    let invented: Vec<_> = there.difference(&finals).collect();
    assert!(invented.is_empty(), "{name}: {} that the bank does not have: {invented:?}", invented.len());
    // What is not final now is what the bank shows as not final; older states have been replaced.
    let processing: BTreeSet<String> = seen
        .iter()
        .filter(|seen| seen.stage == Stage::Processing)
        .map(|seen| seen.entry().id(seen.stage, today))
        .collect();
    let announced_ones = seen.iter().filter(|seen| seen.stage == Stage::Future).count();
    let pending = ids("PENDING");
    let future = pending.iter().filter(|id| *id == "9999999").count();
    let now: BTreeSet<String> = pending.into_iter().filter(|id| id != "9999999").collect();
    assert!(now.is_subset(&processing), "{name}: {now:?} are not what is pending at {read_at}: {processing:?}");
    assert!(future <= announced_ones, "{name}: {future} announced, the bank has {announced_ones}");
}

fn dates(
    seen: &[vinculo_sandbox::people::history::Seen],
    missing: &[&String],
    today: jiff::civil::Date,
) -> Vec<String> {
    let gone = seen.iter().filter(|seen| missing.contains(&&seen.entry().id(seen.stage, today)));
    gone.take(5).map(|seen| format!("{} {}", seen.entry().date, seen.entry().at)).collect()
}

/// What was told adds up to what is there.
fn announced(lived: &Lived, link: &Link, stored: &[(String, Value)], told: &[Arrived]) {
    let of = |code: &str, key: &str| -> u64 {
        let events = told
            .iter()
            .filter(|arrived| arrived.body["webhook_type"] == "TRANSACTIONS" && arrived.body["webhook_code"] == code);
        events.map(|arrived| arrived.body["data"][key].as_u64().unwrap_or_default()).sum()
    };
    let first = of("historical_update", "total_transactions");
    let new = of("new_transactions_available", "new_transactions");
    let gone = of("transactions_deleted", "count");
    assert_eq!(
        i64::try_from(first + new).unwrap() - i64::try_from(gone).unwrap(),
        i64::try_from(stored.len()).unwrap(),
        "{} {:?} {:?} {}: {first} at first, {new} new, {gone} gone; {:?}",
        lived.plan.name,
        lived.plan.rate,
        lived.plan.fate,
        link.status.as_str(),
        codes(told)
    );
}
