//! What must be true of every investment.

use std::collections::{HashMap, HashSet};

use jiff::civil::{Date, date};
use jiff::{SignedDuration, ToSpan};

use super::*;
use crate::people::history::{Flow, Kind, Money, is_business_day, plus};
use crate::people::{Account, AccountKind};

const TODAY: Date = date(2026, 11, 22);
const LONG_AGO: Date = date(2020, 1, 1);

/// Everybody who invests, with the account that it goes through.
fn investors(people: &People) -> Vec<(Investor, Account)> {
    let accounts = people.0.accounts.iter().filter(|account| account.kind == AccountKind::Deposit);
    accounts.filter_map(|account| Some((Investor::find(account.brand, account.holder)?, account.clone()))).collect()
}

fn all_notes(investor: &Investor, from: Date, to: Date) -> Vec<Note> {
    let families = [Family::Bank, Family::Credit, Family::Treasure];
    families.into_iter().flat_map(|family| notes::held(investor, family, from, to)).collect()
}

fn year_ago() -> Date {
    TODAY.saturating_sub(12.months())
}

#[test]
fn eleven_people_and_two_companies_invest_and_three_of_them_twice() {
    let people = People::new();
    let all = investors(&people);
    assert_eq!(all.len(), 11 + 2 + 3);
    for (investor, account) in &all {
        for family in [Family::Bank, Family::Credit, Family::Treasure] {
            let young = investor.since > LONG_AGO && investor.since > plus(TODAY, -400);
            assert!(young || !investor.notes(family, TODAY, TODAY).is_empty(), "{account} {family:?}");
        }
        assert!(investor.since > plus(TODAY, -400) || !investor.funds(TODAY, TODAY).is_empty(), "{account}");
    }
}

#[test]
fn quantities_and_amounts_of_papers_add_up() {
    let people = People::new();
    for (investor, _) in investors(&people) {
        for note in all_notes(&investor, LONG_AGO, TODAY) {
            let events = note.events();
            let mut left = Precise::ZERO;
            for (n, event) in events.iter().enumerate() {
                assert_eq!(event.gross, event.quantity.at(event.unit_price));
                assert_eq!(event.net() + event.taxes.total(), event.gross);
                assert!(is_business_day(event.date) && event.net() > Money::ZERO, "{event:?}");
                match event.kind {
                    NoteEventKind::Bought => left = left.plus(event.quantity),
                    NoteEventKind::Interest => assert_eq!(event.quantity, left),
                    NoteEventKind::Sold | NoteEventKind::Due => left = left.less(event.quantity),
                }
                if events.get(n + 1).is_none_or(|next| next.date > event.date) {
                    assert_eq!(note.position(event.date).quantity, left, "{} {event:?}", note.product.slug);
                }
            }
            assert_eq!((left, events[0].date), (Precise::ZERO, note.bought));
            assert!(events.is_sorted_by_key(|event| event.date));
            assert_eq!(note.closed(), events[events.len() - 1].date);
            assert!(note.position(plus(note.closed(), -1)).quantity > Precise::ZERO);
        }
    }
}

#[test]
fn bank_papers_earn_every_working_day_and_never_lose() {
    let people = People::new();
    for (investor, _) in investors(&people).into_iter().take(4) {
        for note in notes::held(&investor, Family::Bank, TODAY, TODAY) {
            let mut day = note.bought;
            while day < note.due.min(plus(note.bought, 90)) {
                let (one, other) = (note.price(day), note.price(plus(day, 1)));
                assert!(other >= one && (is_business_day(day) || other == one), "{} {day}", note.product.slug);
                day = plus(day, 1);
            }
        }
    }
}

#[test]
fn taxes_follow_the_holding_period_and_spare_who_is_exempt() {
    let people = People::new();
    let (mut early, mut exempt) = (0, 0);
    for (investor, _) in investors(&people) {
        for note in all_notes(&investor, LONG_AGO, TODAY) {
            for event in note.events() {
                let held_days = tax::days(note.bought, event.date);
                if note.exempt || event.kind == NoteEventKind::Bought {
                    assert_eq!(event.taxes, Taxes::default());
                    exempt += usize::from(note.exempt);
                    continue;
                }
                assert!(held_days < 30 || event.taxes.transaction == Money::ZERO);
                early += usize::from(held_days < 30 && event.taxes.transaction > Money::ZERO);
            }
        }
    }
    assert!(early > 20 && exempt > 20, "{early} {exempt}");
}

#[test]
fn quotas_add_up_and_every_round_ends_with_nothing() {
    let people = People::new();
    let mut kinds = HashSet::new();
    for (investor, _) in investors(&people) {
        for holding in funds::all(&investor) {
            let start = investor.since.max(LONG_AGO);
            let mut left = Precise::ZERO;
            for event in holding.events(start, TODAY) {
                kinds.insert(format!("{:?}", event.kind));
                assert_eq!(event.gross, event.quotas.at(event.quota));
                assert_eq!(event.quota, holding.fund.quota(event.converted));
                left = match event.kind {
                    FundEventKind::Subscribed => {
                        assert_eq!(event.gross, event.asked);
                        left.plus(event.quotas)
                    }
                    FundEventKind::Redeemed => left.less(event.quotas),
                    FundEventKind::Taxed => {
                        assert!([5, 11].contains(&event.converted.month()) && event.net() == Money::ZERO);
                        left.less(event.quotas)
                    }
                };
                // The first round may have begun before the window.
                let position = holding.position(event.converted);
                if left == Precise::ZERO || position.quotas == Precise::ZERO {
                    left = position.quotas;
                }
            }
            let position = holding.position(TODAY);
            assert_eq!(position.gross, position.quotas.at(position.quota));
        }
    }
    assert_eq!(kinds.len(), 3);
}

#[test]
fn a_fund_left_for_longer_than_a_year_comes_back_under_its_id() {
    let people = People::new();
    let (investor, _) = investors(&people).swap_remove(0);
    let holding = funds::all(&investor).find(|holding| holding.fund.every == 40);
    let holding = holding.unwrap_or_else(|| {
        let all = investors(&people);
        all.iter().flat_map(|(investor, _)| funds::all(investor)).find(|holding| holding.fund.every == 40).unwrap()
    });
    let states: Vec<Option<&str>> = (0..40)
        .map(|month| plus(TODAY, month * 30))
        .map(|day| holding.status(day, LONG_AGO).map(ResourceStatus::as_str))
        .collect();
    assert!(states.contains(&Some("AVAILABLE")) && states.contains(&Some("UNAVAILABLE")), "{states:?}");
    let stranger: Vec<Option<ResourceStatus>> =
        (0..40).map(|month| plus(TODAY, month * 30)).map(|day| holding.status(day, day)).collect();
    assert!(stranger.contains(&None) && !stranger.contains(&Some(ResourceStatus::Unavailable)));
}

#[test]
fn the_account_says_the_same_on_the_same_day() {
    let people = People::new();
    for (investor, account) in investors(&people) {
        let now = "2026-11-22T15:04:05Z".parse().unwrap();
        let seen = people.entries(&account, year_ago(), TODAY, now);
        let mut booked: HashMap<(Date, Flow, Money), usize> = HashMap::new();
        for entry in seen.iter().map(|seen| seen.entry()).filter(|entry| invests(entry.kind)) {
            *booked.entry((entry.date, entry.flow, entry.amount)).or_default() += 1;
        }
        for (date, flow, amount) in expected(&investor) {
            let left = booked.get_mut(&(date, flow, amount));
            let left = left.unwrap_or_else(|| panic!("{account}: nothing of {amount} on {date}"));
            assert!(*left > 0, "{account}: too little of {amount} on {date}");
            *left -= 1;
        }
        let rest: Vec<_> = booked.iter().filter(|(_, left)| **left > 0).collect();
        // What the account invests by itself earns something, too.
        assert!(
            rest.iter().all(|((_, _, amount), _)| *amount == account.plan.invested.share(7)),
            "{account}: {rest:?}"
        );
    }
}

fn invests(kind: Kind) -> bool {
    matches!(kind, Kind::Redemption | Kind::Yield | Kind::Other("APLIC_FINANCEIRA" | "OPERACAO_CAMBIO"))
}

/// What the year's investments move, told from the investments themselves.
fn expected(investor: &Investor) -> Vec<(Date, Flow, Money)> {
    let days = year_ago()..=TODAY;
    let mut all = Vec::new();
    for note in all_notes(investor, year_ago(), TODAY) {
        for event in note.events().iter().filter(|event| days.contains(&event.date)) {
            let into = event.kind == NoteEventKind::Bought;
            all.push((event.date, if into { Flow::Debit } else { Flow::Credit }, event.net()));
        }
    }
    for holding in funds::all(investor) {
        for event in holding.events(plus(year_ago(), -60), plus(TODAY, 60)) {
            match event.kind {
                FundEventKind::Subscribed if days.contains(&event.ordered) => {
                    all.push((event.ordered, Flow::Debit, event.asked));
                }
                FundEventKind::Redeemed if days.contains(&event.paid) => {
                    all.push((event.paid, Flow::Credit, event.net()));
                }
                _ => {}
            }
        }
    }
    let settled = |date: &Date| days.contains(date);
    for note in broker::notes(investor, plus(year_ago(), -20), TODAY) {
        let (date, net) = (shares::settles(note.date), note.net());
        let flow = if net < Money::ZERO { Flow::Debit } else { Flow::Credit };
        all.extend(Some(date).filter(settled).map(|date| (date, flow, if net < Money::ZERO { -net } else { net })));
    }
    for holding in shares::all(investor) {
        let paid = holding.events(year_ago(), TODAY).into_iter().filter(|event| !event.kind.is_trade());
        all.extend(paid.map(|event| (event.date, Flow::Credit, event.value)));
    }
    for operation in exchange::all(investor, year_ago(), TODAY) {
        let done = operation.events().into_iter().filter(|event| event.kind == ExchangeEventKind::Settled);
        for event in done.filter(|event| settled(&event.date)) {
            let flow = if operation.buys() { Flow::Debit } else { Flow::Credit };
            all.push((event.date, flow, event.terms.local()));
            all.push((event.date, Flow::Debit, event.terms.tax()));
        }
    }
    all
}

#[test]
fn shares_add_up_and_pay_those_who_hold_them() {
    let people = People::new();
    let (mut dividends, mut interest) = (0, 0);
    for (investor, _) in investors(&people) {
        for holding in shares::all(&investor) {
            let events = holding.events(year_ago(), TODAY);
            assert!(events.is_sorted_by_key(|event| event.date));
            let mut held = holding.quantity(plus(year_ago(), -1));
            for event in events {
                match event.kind {
                    ShareEventKind::Bought => held = held.plus(event.quantity),
                    ShareEventKind::Sold => {
                        assert!(event.quantity <= held, "{} {event:?}", holding.share.ticker);
                        held = held.less(event.quantity);
                    }
                    ShareEventKind::Dividend => {
                        dividends += 1;
                        assert_eq!(event.value, event.quantity.at(event.each));
                    }
                    ShareEventKind::Interest => {
                        interest += 1;
                        assert!(event.value < event.quantity.at(event.each));
                    }
                }
                if event.kind.is_trade() {
                    assert_eq!(event.each, holding.share.price(event.date));
                    assert_eq!((event.value, held), (event.quantity.at(event.each), holding.quantity(event.date)));
                }
            }
        }
    }
    assert!(dividends > 20 && interest > 20, "{dividends} {interest}");
}

#[test]
fn a_share_left_for_longer_than_a_year_comes_back_under_its_id() {
    let people = People::new();
    let all = investors(&people);
    let mut holdings = all.iter().flat_map(|(investor, _)| shares::all(investor));
    let holding = holdings.find(|holding| holding.share.every == 36).unwrap();
    let states: HashSet<&str> = (0..36)
        .filter_map(|month| holding.status(plus(TODAY, month * 30), LONG_AGO))
        .map(ResourceStatus::as_str)
        .collect();
    assert_eq!(states.len(), 2, "{states:?}");
}

#[test]
fn operations_end_as_agreed_changed_or_called_off() {
    let people = People::new();
    for (investor, _) in investors(&people) {
        for operation in exchange::all(&investor, LONG_AGO, TODAY) {
            let events = operation.events();
            assert!(events.is_sorted_by_key(|event| event.at));
            assert_eq!(operation.closed(), events[events.len() - 1].date);
            assert_eq!(events[events.len() - 1].terms.outstanding, Money::ZERO);
            assert_eq!(operation.terms(operation.closed()), events[events.len() - 1].terms);
            for event in &events {
                assert!(is_business_day(event.date) && event.terms.local() > event.terms.tax());
                let total = event.terms.total(operation.buys());
                assert_eq!(total > event.terms.rate, operation.buys(), "{event:?}");
            }
        }
    }
}

#[test]
fn the_past_stays_the_same_as_the_clock_moves() {
    let people = People::new();
    for (investor, account) in investors(&people).into_iter().step_by(3) {
        let look = |from: Date, to: Date| {
            let mut papers = Vec::new();
            for note in all_notes(&investor, from, to) {
                let events = note.events().into_iter().filter(|event| (from..=TODAY).contains(&event.date));
                papers.push((note.id.clone(), events.collect::<Vec<_>>()));
            }
            papers.retain(|(_, events)| !events.is_empty());
            let quotas = funds::all(&investor).map(|holding| {
                let events = holding.events(from, to).into_iter().filter(|event| event.converted <= TODAY);
                (holding.id.clone(), events.collect::<Vec<_>>())
            });
            papers.sort_by(|one, other| one.0.cmp(&other.0));
            let trades = shares::all(&investor).map(|holding| {
                let events = holding.events(from, to).into_iter().filter(|event| event.date <= TODAY);
                (holding.id.clone(), events.collect::<Vec<_>>())
            });
            let mut operations: Vec<_> = exchange::all(&investor, from, to)
                .iter()
                .filter(|operation| operation.events()[0].date <= TODAY)
                .map(|operation| (operation.id.clone(), operation.events()))
                .collect();
            operations.sort_by(|one, other| one.0.cmp(&other.0));
            (papers, quotas.collect::<Vec<_>>(), trades.collect::<Vec<_>>(), operations)
        };
        let first = look(year_ago(), TODAY);
        assert!(!first.0.is_empty() || investor.since > year_ago());
        for days in [1, 33, 200, 367] {
            assert!(look(year_ago(), plus(TODAY, days)) == first, "{account} after {days} days");
        }
    }
}

#[test]
fn a_day_s_movements_are_read_after_the_account_has_them() {
    let people = People::new();
    for (_, account) in investors(&people) {
        let now = "2026-11-22T15:04:05Z".parse().unwrap();
        for seen in people.entries(&account, year_ago(), TODAY, now) {
            if matches!(seen.entry().kind, Kind::Redemption | Kind::Other("APLIC_FINANCEIRA")) {
                let day = seen.entry().date;
                assert!(readable_day(seen.entry().at) < day);
                assert_eq!(readable_day(seen.entry().at + SignedDuration::from_hours(2)), day);
            }
        }
    }
}

#[test]
fn ids_are_unique_and_tell_nothing() {
    let people = People::new();
    let mut ids = HashSet::new();
    for (investor, account) in investors(&people) {
        let papers = all_notes(&investor, LONG_AGO, TODAY).into_iter().map(|note| note.id);
        let papers = papers.chain(shares::all(&investor).map(|holding| holding.id));
        let papers = papers.chain(exchange::all(&investor, LONG_AGO, TODAY).into_iter().map(|operation| operation.id));
        for id in papers.chain(funds::all(&investor).map(|holding| holding.id)) {
            assert!(id.len() == 32 && !id.contains(account.holder) && ids.insert(id));
        }
    }
}

#[test]
fn far_away_clocks_do_no_harm() {
    let people = People::new();
    for day in [date(1970, 1, 2), date(2000, 2, 29), date(2199, 12, 31), date(9999, 11, 30)] {
        for (investor, account) in investors(&people).into_iter().take(3) {
            for family in [Family::Bank, Family::Credit, Family::Treasure] {
                for held in investor.notes(family, day, day) {
                    held.item.position(day);
                }
            }
            for held in investor.funds(day, day) {
                held.item.position(day);
            }
            for held in investor.shares(day, day) {
                held.item.share.price(day);
            }
            investor.broker_notes(day);
            investor.exchanges(day, day);
            movements(account.brand, account.holder, plus(day, -30), day);
        }
    }
}
