//! What must be true of every contract.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};

use super::*;
use crate::BRANDS;
use crate::people::history::{Flow, Kind, Money, Stage};
use crate::people::{Account, AccountKind};

fn now() -> Timestamp {
    "2026-11-22T15:04:05Z".parse().unwrap()
}

fn holders(people: &People) -> Vec<&'static str> {
    let all = people.all();
    let persons = all.iter().map(|person| person.cpf);
    persons.chain(people.companies().iter().map(|company| company.cnpj)).collect()
}

/// Everybody's contracts at `at`, as somebody sees them who has looked on for two years.
fn all(people: &People, at: Timestamp) -> Vec<Contract> {
    let (since, today) = (local_date(at).saturating_sub(24.months()), local_date(at));
    let of = |brand: &'static str| {
        holders(people).into_iter().flat_map(move |holder| {
            table::of(brand, holder).flat_map(move |(n, series)| contract::until(n, series, since, today))
        })
    };
    BRANDS.iter().flat_map(|brand| of(brand.slug)).collect()
}

fn payer(people: &People, contract: &Contract) -> Account {
    let fits = |account: &&Account| {
        account.brand == contract.brand && account.holder == contract.holder && account.kind == AccountKind::Deposit
    };
    people.0.accounts.iter().find(fits).unwrap().clone()
}

#[test]
fn every_series_is_somebody_s_and_has_a_contract_in_force_or_just_settled() {
    let people = People::new();
    let known: HashSet<&str> = holders(&people).into_iter().collect();
    for series in table::all() {
        assert!(known.contains(series.holder) && Brand::find(series.brand).unwrap().credit);
    }
    for month in 0..60 {
        let at = now() + SignedDuration::from_hours(24 * 30 * month);
        let readable =
            all(&people, at).into_iter().filter(|one| one.status(local_date(at)) != ResourceStatus::Unavailable);
        let of: HashSet<(&str, &str, &str)> = readable.map(|one| (one.brand, one.holder, one.product.name)).collect();
        for series in table::all() {
            assert!(of.contains(&(series.brand, series.holder, series.product.name)), "{series:?} at {at}");
        }
    }
}

#[test]
fn a_contract_is_paid_back_to_the_cent() {
    let people = People::new();
    for contract in all(&people, now()) {
        let back: Money = contract.instalments.iter().map(|part| part.principal).sum();
        assert_eq!(back, contract.amount, "{contract:?}");
        assert_eq!(contract.instalments.len(), usize::from(contract.product.parts));
        assert!(contract.instalments.windows(2).all(|pair| pair[0].due < pair[1].due && pair[0].left > pair[1].left));
        assert!(
            contract.whole_cost() >= contract.yearly_rate() - 40,
            "{} {}",
            contract.whole_cost(),
            contract.yearly_rate()
        );
    }
}

#[test]
fn what_is_owed_falls_with_every_payment_and_ends_at_nothing() {
    let people = People::new();
    for contract in all(&people, now()).iter().step_by(3) {
        let mut before: Option<Money> = None;
        for part in &contract.instalments {
            let at = history_instant(part.paid);
            let standings = contract.standings(at);
            assert_eq!(standings.paid, usize::from(part.number), "{contract:?}");
            assert_eq!(standings.paid + standings.due + standings.past_due, contract.instalments.len());
            if part.paid == part.due {
                assert!(before.is_none_or(|before| standings.outstanding < before), "{contract:?} {part:?}");
                before = Some(standings.outstanding);
            }
        }
        let last = contract.instalments.last().unwrap();
        let end = contract.standings(history_instant(last.paid));
        assert_eq!((end.outstanding, end.remaining, end.next), (Money::ZERO, Money::ZERO, None));
    }
}

/// Noon of the day, when everything due has been taken.
fn history_instant(date: Date) -> Timestamp {
    super::super::history::instant(date, jiff::civil::Time::constant(12, 0, 0, 0))
}

#[test]
fn what_is_paid_leaves_the_account_and_nothing_else_does() {
    let people = People::new();
    let (from, to) = (local_date(now()).saturating_sub(12.months()), local_date(now()));
    let mut paid: HashMap<String, Vec<(Date, Money)>> = HashMap::new();
    for contract in all(&people, now()) {
        let account = payer(&people, &contract);
        let made = contract.releases(now()).into_iter().filter(|one| (from..=to).contains(&one.date));
        paid.entry(account.id).or_default().extend(made.map(|one| (one.date, one.amount)));
    }
    assert!(paid.len() > 30);
    for account in &people.0.accounts {
        let mut taken: Vec<(Date, Money)> = people
            .entries(account, from, to, now())
            .iter()
            .filter(|seen| seen.entry().kind == Kind::CreditOperation && seen.entry().flow == Flow::Debit)
            .map(|seen| (seen.entry().date, seen.entry().amount))
            .collect();
        let mut released = paid.remove(&account.id).unwrap_or_default();
        taken.sort_unstable();
        released.sort_unstable();
        assert_eq!(taken, released, "{account} of {}", account.holder);
    }
}

#[test]
fn what_is_lent_comes_in_on_the_day_of_the_contract_and_nothing_else_does() {
    let people = People::new();
    let (from, to) = (local_date(now()).saturating_sub(12.months()), local_date(now()));
    let mut lent: HashMap<String, Vec<(Date, Money)>> = HashMap::new();
    for contract in all(&people, now()).iter().filter(|one| one.date >= from && one.pays_out()) {
        lent.entry(payer(&people, contract).id).or_default().push((contract.date, contract.amount));
    }
    for account in &people.0.accounts {
        let mut came: Vec<(Date, Money)> = people
            .entries(account, from, to, now())
            .iter()
            .filter(|seen| seen.entry().kind == Kind::CreditOperation && seen.entry().flow == Flow::Credit)
            .map(|seen| (seen.entry().date, seen.entry().amount))
            .collect();
        let mut lent = lent.remove(&account.id).unwrap_or_default();
        came.sort_unstable();
        lent.sort_unstable();
        assert_eq!(came, lent, "{account} of {}", account.holder);
    }
}

#[test]
fn late_parts_cost_something_and_show_as_past_due_before() {
    let people = People::new();
    let (mut late, mut seen_past_due) = (0, 0);
    for contract in all(&people, now()) {
        for part in contract.instalments.iter().filter(|part| part.paid > part.due) {
            late += 1;
            let apart: Vec<Release> = contract.flows().into_iter().filter(|flow| flow.date == part.paid).collect();
            assert!(apart.iter().any(|flow| flow.instalment.is_none() && flow.charges.len() == 2), "{contract:?}");
            let between = contract.standings(history_instant(part.due.saturating_add(2.days())));
            seen_past_due += between.past_due;
        }
    }
    assert!(late > 5 && seen_past_due == late, "{late} {seen_past_due}");
}

#[test]
fn the_past_stays_the_same_as_the_clock_moves() {
    let people = People::new();
    let mut known: HashMap<String, (Contract, Vec<Release>)> = HashMap::new();
    for step in 0..30 {
        let at = now() + SignedDuration::from_hours(24 * 17 * step + step % 24);
        let seen: HashMap<String, Contract> = all(&people, at).into_iter().map(|one| (one.id.clone(), one)).collect();
        for (id, (contract, releases)) in &known {
            assert_eq!(seen.get(id), Some(contract), "at {at}");
            let later = contract;
            let now = later.releases(at);
            assert_eq!(&now[now.len() - releases.len()..], releases);
        }
        known.extend(seen.into_iter().map(|(id, one)| (id, (one.clone(), one.releases(at)))));
        known.retain(|_, (one, _)| one.standing.closed > Some(local_date(at)));
    }
}

#[test]
fn ids_are_unique_and_tell_nothing() {
    let people = People::new();
    let (mut ids, mut payments) = (HashSet::new(), HashSet::new());
    for contract in all(&people, now()) {
        assert!(ids.insert(contract.id.clone()) && !contract.id.contains(contract.holder));
        for release in contract.releases(now()) {
            assert!(payments.insert(release.id));
            assert!(release.instalment.is_none_or(|id| payments.insert(id)));
        }
    }
    assert!(ids.len() > 120, "{}", ids.len());
}

#[test]
fn long_settled_contracts_are_there_only_for_whoever_read_them_before() {
    let people = People::new();
    let person = people.by_document("76109277673").unwrap();
    let brand = &BRANDS[0];
    let of = |since: Timestamp| people.contracts_of(brand, (person, None), Family::Overdraft, since, now());
    let fresh = of(now());
    assert!(fresh.iter().all(|one| one.status(local_date(now())) == ResourceStatus::Available) && fresh.len() >= 2);
    let long = of(now() - SignedDuration::from_hours(24 * 700));
    let gone = long.iter().filter(|one| one.status(local_date(now())) == ResourceStatus::Unavailable).count();
    assert!(gone >= 2 && long.len() == fresh.len() + gone, "{gone} of {}", long.len());
}

#[test]
fn parts_are_announced_before_they_are_taken() {
    let people = People::new();
    let mut announced = 0;
    for contract in all(&people, now()).iter().step_by(5) {
        let account = payer(&people, contract);
        let next = contract.instalments.iter().find(|part| part.due > local_date(now()) && part.due == part.paid);
        let Some(next) = next else { continue };
        let at = history_instant(next.due.saturating_sub(3.days()));
        let seen = people.entries(&account, next.due, next.due, at);
        assert!(
            seen.iter().any(|seen| seen.stage == Stage::Future && seen.entry().amount == next.amount),
            "{contract:?}"
        );
        announced += 1;
    }
    assert!(announced > 15, "{announced}");
}

#[test]
fn far_away_clocks_do_no_harm() {
    let people = People::new();
    let person = people.by_document("76109277673").unwrap();
    for at in ["1970-01-02T00:00:00Z", "2000-02-29T12:00:00Z", "2199-12-31T23:59:59Z", "9990-12-01T00:00:00Z"] {
        let at: Timestamp = at.parse().unwrap();
        for family in Family::ALL {
            for contract in people.contracts_of(&BRANDS[0], (person, None), family, at, at) {
                contract.standings(at);
                contract.whole_cost();
            }
        }
    }
}
