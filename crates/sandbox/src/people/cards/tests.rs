//! What must be true of every card.

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, ToSpan};

use super::*;
use crate::BRANDS;
use crate::people::history::{Flow, Kind, Stage};
use crate::people::{Account, AccountKind};

fn now() -> Timestamp {
    "2026-11-22T15:04:05Z".parse().unwrap()
}

fn hours(count: i64) -> SignedDuration {
    SignedDuration::from_hours(count)
}

fn all(people: &People) -> Vec<CardAccount> {
    let all = people.all();
    let holders = all.iter().map(|person| person.cpf);
    let holders: Vec<&str> = holders.chain(people.companies().iter().map(|company| company.cnpj)).collect();
    BRANDS.iter().flat_map(|brand| holders.iter().flat_map(|holder| table::held(brand.slug, holder))).collect()
}

fn year(people: &People, card: &CardAccount, at: Timestamp) -> Vec<CardEntry> {
    people.card_entries(card, local_date(at).saturating_sub(12.months()), local_date(at), at)
}

fn payer(people: &People, card: &CardAccount) -> Account {
    let fits = |account: &&Account| {
        account.brand == card.brand && account.holder == card.holder && account.kind == AccountKind::Deposit
    };
    people.0.accounts.iter().find(fits).unwrap().clone()
}

#[test]
fn every_holding_of_the_table_is_somebody_s() {
    let people = People::new();
    assert_eq!(all(&people).len(), 32);
    let ids: HashSet<String> = all(&people).into_iter().map(|card| card.id).collect();
    assert_eq!(ids.len(), 32);
    assert!(all(&people).iter().all(|card| card.plan.due_day >= 21 && Brand::find(card.brand).unwrap().credit));
}

#[test]
fn a_bill_is_the_sum_of_its_lines() {
    let people = People::new();
    for card in all(&people) {
        let bills = people.bills(&card, now());
        assert!(bills.len() >= 11 || card.standing.closed.is_some(), "{card}: {}", bills.len());
        for bill in bills {
            let entries = people.bill_entries(&card, &bill.id, now()).unwrap();
            let sum: Money = entries.iter().map(CardEntry::owed).sum();
            assert_eq!(sum, bill.total, "{card} {}", bill.due);
            let charged = entries.iter().filter(|entry| matches!(entry.kind, CardKind::Charge(..)));
            let charged: Money = charged.map(|entry| entry.amount).sum();
            assert_eq!(charged, bill.charges.iter().map(|charge| charge.amount).sum());
            assert!(entries.iter().all(|entry| entry.posted <= bill.closing && entry.date <= bill.closing));
        }
    }
}

#[test]
fn lines_of_closed_bills_are_those_of_the_statement() {
    let people = People::new();
    for card in all(&people) {
        let listed: HashMap<String, Option<String>> =
            year(&people, &card, now()).iter().map(|entry| (entry.id(), closed_bill(&card, entry, now()))).collect();
        for bill in people.bills(&card, now()).iter().take(10) {
            for entry in people.bill_entries(&card, &bill.id, now()).unwrap() {
                let old = entry.date < local_date(now()).saturating_sub(12.months());
                assert!(old || listed.get(&entry.id()) == Some(&Some(bill.id.clone())), "{card} {entry:?}");
            }
        }
        assert!(listed.values().any(Option::is_none) || card.standing.closed.is_some());
    }
}

#[test]
fn bills_leave_the_account_on_the_day_the_statement_says() {
    let people = People::new();
    for card in all(&people) {
        let account = payer(&people, &card);
        let (from, to) = (local_date(now()).saturating_sub(11.months()), local_date(now()));
        let taken: Vec<(Date, Money)> = people
            .entries(&account, from, to, now())
            .iter()
            .filter(|seen| seen.entry().kind == Kind::Other("PAGAMENTO_FATURA_CARTAO"))
            .map(|seen| (seen.entry().date, seen.entry().amount))
            .collect();
        let mut paid = 0;
        for payment in people.bills(&card, now()).into_iter().filter_map(|bill| bill.payment) {
            if (from..=to).contains(&payment.date) {
                paid += 1;
                assert!(taken.contains(&(payment.date, payment.amount)), "{card} {payment:?} {taken:?}");
            }
        }
        assert!(paid >= 9 || card.standing.closed.is_some(), "{card}: {paid}");
        let others = table::held(card.brand, card.holder).len();
        assert!(others > 1 || paid == taken.len(), "{card}: {paid} of {taken:?}");
    }
}

#[test]
fn payments_arrive_on_the_card_as_well() {
    let people = People::new();
    for card in all(&people) {
        let entries = year(&people, &card, now());
        for payment in people.bills(&card, now()).into_iter().filter_map(|bill| bill.payment) {
            let arrived = entries.iter().filter(|entry| {
                entry.kind == CardKind::BillPayment && entry.amount == payment.amount && entry.date == payment.date
            });
            let old = payment.date < local_date(now()).saturating_sub(12.months());
            assert!(old || arrived.count() == 1, "{card} {payment:?}");
        }
    }
}

#[test]
fn a_payment_is_not_announced_before_its_bill_is_closed() {
    let people = People::new();
    for card in all(&people).into_iter().take(12) {
        let account = payer(&people, &card);
        for hour in (0..24 * 95).step_by(19) {
            let at = now() + hours(hour);
            let today = local_date(at);
            let announced = people.entries(&account, today, today.saturating_add(30.days()), at);
            let announced = announced.iter().filter(|seen| {
                seen.stage == Stage::Future && seen.entry().kind == Kind::Other("PAGAMENTO_FATURA_CARTAO")
            });
            let bills = table::held(card.brand, card.holder).into_iter().flat_map(|card| people.bills(&card, at));
            let bills: Vec<Bill> = bills.collect();
            for seen in announced {
                assert!(bills.iter().any(|bill| bill.due == seen.entry().date), "{card} at {at}: {:?}", seen.entry());
            }
        }
    }
}

#[test]
fn the_past_stays_the_same_as_the_clock_moves() {
    let people = People::new();
    for card in all(&people).iter().step_by(5) {
        let (mut lines, mut bills) = (HashMap::<String, CardEntry>::new(), HashMap::<String, Bill>::new());
        for hour in (0..24 * 75).step_by(41) {
            let at = now() + hours(hour);
            let horizon = local_date(at).saturating_sub(12.months());
            let seen: HashMap<String, CardEntry> =
                year(&people, card, at).into_iter().map(|entry| (entry.id(), entry)).collect();
            for (id, entry) in &lines {
                assert!(entry.date < horizon || seen.get(id) == Some(entry), "{card} at {at}: {entry:?}");
            }
            lines.extend(seen);
            let closed: HashMap<String, Bill> =
                people.bills(card, at).into_iter().map(|bill| (bill.id.clone(), bill)).collect();
            for (id, bill) in &bills {
                let same = closed.get(id).is_some_and(|later| {
                    Bill { payment: None, ..later.clone() } == Bill { payment: None, ..bill.clone() }
                        && (bill.payment.is_none() || later.payment == bill.payment)
                });
                assert!(bill.due < horizon || same, "{card} at {at}: {bill:?}");
            }
            bills.extend(closed);
        }
    }
}

#[test]
fn ids_are_unique_and_instalments_add_up() {
    let people = People::new();
    let mut ids = HashSet::new();
    for card in all(&people) {
        let mut parts: HashMap<(Timestamp, String), Vec<(u16, u16)>> = HashMap::new();
        for entry in year(&people, &card, now()) {
            assert!(ids.insert(entry.id()), "{card} {entry:?}");
            let Some(part) = entry.instalment else { continue };
            let name = entry.name.rsplit_once(' ').unwrap().0.to_owned();
            parts.entry((entry.at, name)).or_default().push(part);
        }
        for (what, mut found) in parts {
            found.sort_unstable();
            let of = found[0].1;
            assert_eq!(found, (1..=of).map(|n| (n, of)).collect::<Vec<_>>(), "{card} {what:?}");
        }
    }
    assert!(ids.len() > 5_000, "{}", ids.len());
}

#[test]
fn what_is_used_is_what_was_bought_and_not_paid() {
    let people = People::new();
    for card in all(&people) {
        for day in (0..120).step_by(3) {
            let at = now() + hours(24 * day);
            let used = people.card_used(&card, at);
            assert!(used.in_instalments <= used.total + Money::reais(300), "{card} at {at}: {used:?}");
            assert!(used.total <= card.limit, "{card} at {at}: {used:?}");
        }
    }
}

#[test]
fn a_purchase_raises_what_is_used_and_a_payment_lowers_it() {
    let people = People::new();
    for card in all(&people).iter().filter(|card| card.plan.habit == Habit::Full && card.standing.closed.is_none()) {
        let (from, to) = (now(), now() + hours(24 * 45));
        let moved = Statement::until(card, to).between(local_date(from), local_date(to));
        let moved = moved.iter().filter(|entry| entry.at > from && entry.at <= to);
        let moved: Money = moved
            .map(|entry| match (entry.kind, entry.flow) {
                (_, Flow::Debit) => entry.amount,
                (_, Flow::Credit) => -entry.amount,
            })
            .sum();
        assert_eq!(people.card_used(card, from).total + moved, people.card_used(card, to).total, "{card}");
    }
}

#[test]
fn everything_that_can_be_on_a_card_is_on_one() {
    let people = People::new();
    let mut kinds = HashSet::new();
    let mut charges = HashSet::new();
    for card in all(&people) {
        for entry in year(&people, &card, now()) {
            kinds.insert(entry.kind.as_str());
            if entry.foreign.is_some() {
                kinds.insert("abroad");
            }
            assert_eq!(entry.kind.addition().is_some(), entry.kind.as_str() == "OUTROS");
            assert!(entry.kind != CardKind::Purchase || entry.mcc.is_some());
        }
        for bill in people.bills(&card, now()) {
            charges.extend(bill.charges.iter().map(|charge| charge.kind));
            kinds.extend(bill.payment.iter().map(|payment| if payment.whole { "whole" } else { "part" }));
        }
    }
    for kind in ["PAGAMENTO", "PAGAMENTO_FATURA", "TARIFA", "OPERACOES_CREDITO_CONTRATADAS_CARTAO", "ESTORNO"] {
        assert!(kinds.contains(kind), "{kind}");
    }
    for kind in ["CASHBACK", "OUTROS", "abroad", "whole", "part"] {
        assert!(kinds.contains(kind), "{kind}");
    }
    assert_eq!(charges.len(), 4, "{charges:?}");
}

#[test]
fn a_cancelled_card_buys_nothing_more() {
    let people = People::new();
    for card in all(&people) {
        let Some(closed) = card.standing.closed else { continue };
        let later = people.card_entries(&card, closed, closed.saturating_add(12.months()), now());
        assert!(!later.iter().any(|entry| entry.kind == CardKind::Purchase), "{card}");
    }
}

#[test]
fn far_away_clocks_do_no_harm() {
    let people = People::new();
    let card = &table::held("mockbank", "76109277673")[0];
    for at in ["1970-01-02T00:00:00Z", "2000-02-29T12:00:00Z", "2199-12-31T23:59:59Z", "9999-12-01T00:00:00Z"] {
        let at: Timestamp = at.parse().unwrap();
        assert!(!people.bills(card, at).is_empty());
        people.card_used(card, at);
    }
}

#[test]
fn one_person_s_card_needs_many_pages() {
    let people = People::new();
    let card = &table::held("mockbank", "96644087000")[0];
    let count = year(&people, card, now()).len();
    assert!((700..2_000).contains(&count), "{count}");
}
