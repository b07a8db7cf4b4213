//! What must be true of every history.

use std::collections::{HashMap, HashSet};

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::*;
use crate::people::document::{cnpj_of, cpf_of};
use crate::people::{AccountKind, People};

const NOW: &str = "2026-11-22T15:04:05Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// Those of brands that are well: the others only repeat them.
fn all_accounts(people: &People) -> Vec<Account> {
    let well = |slug| crate::Brand::find(slug).is_some_and(|brand| brand.health == crate::Health::Good);
    people.0.accounts.iter().filter(|account| well(account.brand)).cloned().collect()
}

fn year(people: &People, account: &Account, now: Timestamp) -> Vec<Seen> {
    let today = local_date(now);
    people.entries(account, today.saturating_sub(12.months()), today.saturating_add(12.months()), now)
}

fn account_of(people: &People, cpf: &str, kind: AccountKind) -> Account {
    let found = people.0.accounts.iter().find(|a| a.holder == cpf && a.kind == kind && a.brand == "mockbank");
    found.unwrap().clone()
}

#[test]
fn effective_entries_add_up_to_the_balance_for_everybody() {
    let people = People::new();
    for account in all_accounts(&people) {
        for step in 0..20 {
            let before =
                now() - SignedDuration::from_hours(24 * 17 * (20 - step)) + SignedDuration::from_mins(437 * step);
            let after = now() + SignedDuration::from_hours(11 * step);
            let settled_between: Money = year(&people, &account, after)
                .iter()
                .filter(|seen| seen.stage == Stage::Effective && seen.entry().stage(before) != Some(Stage::Effective))
                .map(|seen| seen.entry().signed())
                .sum();
            assert_eq!(people.ledger(&account, before) + settled_between, people.ledger(&account, after), "{account}");
        }
    }
}

#[test]
fn balances_agree_with_the_ledger_and_stay_within_reason() {
    let people = People::new();
    for account in all_accounts(&people) {
        for day in (0..740).step_by(3) {
            let at = now() - SignedDuration::from_hours(24 * day) + SignedDuration::from_mins(day * 7 % 1000);
            let held = people.balances(&account, at);
            assert_eq!(held.available + held.blocked - held.overdraft_used, people.ledger(&account, at));
            assert!(held.available >= Money::ZERO && held.blocked >= Money::ZERO);
            let lives_on_credit = account.plan.overdraft > Money::reais(3_000) && account.holder.len() == 11;
            let allowed = if lives_on_credit { account.plan.overdraft } else { Money::ZERO };
            assert!(held.overdraft_used <= allowed, "{account} at {at}: {held:?}");
        }
    }
}

#[test]
fn somebody_lives_on_the_overdraft_now_and_then() {
    let people = People::new();
    let account = account_of(&people, "50681017023", AccountKind::Deposit);
    let in_debt = |&day: &i64| {
        people.balances(&account, now() - SignedDuration::from_hours(24 * day)).overdraft_used > Money::ZERO
    };
    let days = (0..365).filter(in_debt).count();
    assert!((10..250).contains(&days), "{days}");
}

#[test]
fn the_same_instant_looks_the_same_whoever_asks_and_in_whatever_order() {
    let (one, other) = (People::new(), People::new());
    for account in all_accounts(&one).iter().rev().take(40) {
        year(&other, account, now() + SignedDuration::from_hours(24 * 400));
    }
    for account in all_accounts(&one) {
        let look = |people: &People| -> Vec<(Entry, Stage)> {
            year(people, &account, now()).iter().map(|seen| (seen.entry().clone(), seen.stage)).collect()
        };
        assert_eq!(look(&one), look(&other));
    }
}

#[test]
fn the_past_stays_the_same_as_the_clock_moves() {
    let people = People::new();
    for account in all_accounts(&people).iter().step_by(11) {
        let mut known: HashMap<String, Entry> = HashMap::new();
        for hour in (0..24 * 60).step_by(31) {
            let at = now() + SignedDuration::from_hours(hour);
            let finals = year(&people, account, at).into_iter().filter(|seen| seen.stage == Stage::Effective);
            let finals: HashMap<String, Entry> =
                finals.map(|seen| (seen.entry().id(seen.stage, local_date(at)), seen.entry().clone())).collect();
            for (id, entry) in &known {
                let old = entry.date < local_date(at).saturating_sub(12.months());
                assert!(old || finals.get(id) == Some(entry), "{account}: {entry:?}");
            }
            known.extend(finals);
        }
    }
}

#[test]
fn every_day_adds_something_new_to_the_main_account() {
    let people = People::new();
    let account = account_of(&people, "76109277673", AccountKind::Deposit);
    let mut quiet = 0;
    for day in 0..60 {
        let at = now() + SignedDuration::from_hours(24 * day);
        let before = year(&people, &account, at).iter().filter(|seen| seen.entry().at <= at).count();
        let later = at + SignedDuration::from_hours(24);
        let from = local_date(at).saturating_sub(12.months());
        let after = people.entries(&account, from, local_date(later), later);
        quiet += usize::from(after.iter().filter(|seen| seen.entry().at <= later).count() == before);
    }
    assert!(quiet < 25, "{quiet}");
}

#[test]
fn final_ids_are_unique_in_the_whole_network_and_the_others_are_provisional() {
    let people = People::new();
    let (mut finals, mut futures) = (HashSet::new(), 0);
    for account in all_accounts(&people) {
        let mut stages = HashSet::new();
        for seen in year(&people, &account, now()) {
            let id = seen.entry().id(seen.stage, local_date(now()));
            stages.insert(seen.stage.as_str());
            match seen.stage {
                Stage::Effective => assert!(finals.insert(id), "twice"),
                Stage::Processing => assert!(id.starts_with("P20261122") && id.len() == 25),
                Stage::Future => {
                    futures += 1;
                    assert_eq!(id, "9999999");
                }
            }
        }
        assert!(stages.contains("TRANSACAO_EFETIVADA"));
    }
    assert!(futures > 100, "{futures}");
}

#[test]
fn ids_become_final_when_the_standard_says() {
    let people = People::new();
    let saturday_noon: Timestamp = "2026-11-21T18:00:00Z".parse().unwrap();
    for account in all_accounts(&people) {
        for seen in people.entries(&account, date(2026, 11, 19), date(2026, 11, 21), saturday_noon) {
            let entry = seen.entry();
            // The 20th is a holiday and a Friday: what happened since the 19th waits for Monday, if it waits at all.
            let expected = if entry.kind.is_final_same_day() { Stage::Effective } else { Stage::Processing };
            assert!(seen.stage == expected || entry.at > saturday_noon, "{entry:?}");
        }
    }
}

#[test]
fn scheduled_bills_are_seen_before_they_fall_due_and_only_then() {
    let people = People::new();
    let account = account_of(&people, "76109277673", AccountKind::Deposit);
    let future: Vec<_> = year(&people, &account, now()).into_iter().filter(|s| s.stage == Stage::Future).collect();
    assert!(!future.is_empty());
    for seen in &future {
        assert!(seen.entry().at > now());
        let after = seen.entry().settles + SignedDuration::from_secs(1);
        assert_eq!(seen.entry().stage(after), Some(Stage::Effective));
        assert_eq!(seen.entry().stage(now() - SignedDuration::from_hours(24 * 40)), None);
    }
}

#[test]
fn the_other_side_is_named_exactly_where_demanded_and_with_valid_documents() {
    let people = People::new();
    for account in all_accounts(&people) {
        for seen in year(&people, &account, now()) {
            let entry = seen.entry();
            assert_eq!(entry.party.is_some(), entry.kind.needs_party(entry.flow), "{entry:?}");
            assert_eq!(entry.kind.addition().is_some(), entry.kind.as_str() == "OUTROS");
            let Some(party) = &entry.party else { continue };
            let document = &party.document;
            if document != "50685362006773" && document != "50685362000673" {
                let valid =
                    if party.is_company() { cnpj_of(&document[..12]) } else { cpf_of(document[..9].parse().unwrap()) };
                assert_eq!(&valid, document);
            }
        }
    }
}

#[test]
fn salaries_and_fees_fall_on_working_days() {
    let people = People::new();
    for account in all_accounts(&people) {
        for seen in year(&people, &account, now()) {
            let entry = seen.entry();
            assert_eq!(local_date(entry.at), entry.date);
            if matches!(
                entry.kind,
                Kind::Payroll | Kind::FeePackage | Kind::SingleFee | Kind::Ted | Kind::Boleto | Kind::Collection
            ) {
                assert!(is_business_day(entry.date), "{entry:?}");
            }
        }
    }
}

#[test]
fn entries_come_newest_first_and_within_the_window() {
    let people = People::new();
    let account = account_of(&people, "96644087000", AccountKind::Deposit);
    let (from, to) = (date(2026, 3, 31), date(2026, 6, 1));
    let seen = people.entries(&account, from, to, now());
    assert!(seen.windows(2).all(|pair| pair[0].entry().at >= pair[1].entry().at));
    assert!(seen.iter().all(|seen| (from..=to).contains(&seen.entry().date)));
    assert!(people.entries(&account, to, from, now()).is_empty());
}

#[test]
fn one_person_needs_many_pages() {
    let people = People::new();
    let account = account_of(&people, "96644087000", AccountKind::Deposit);
    for days in [0, 90, 200, 400] {
        let at = now() + SignedDuration::from_hours(24 * days);
        let count = people.entries(&account, local_date(at).saturating_sub(12.months()), local_date(at), at).len();
        assert!((2_500..4_500).contains(&count), "{count}");
    }
}

#[test]
fn a_plausible_year_has_every_common_type() {
    let people = People::new();
    let types: HashSet<&str> = all_accounts(&people)
        .iter()
        .flat_map(|account| year(&people, account, now()))
        .map(|seen| seen.entry().kind.as_str())
        .collect();
    for kind in [
        "TED",
        "PIX",
        "TRANSFERENCIA_MESMA_INSTITUICAO",
        "BOLETO",
        "CONVENIO_ARRECADACAO",
        "PACOTE_TARIFA_SERVICOS",
        "TARIFA_SERVICOS_AVULSOS",
        "FOLHA_PAGAMENTO",
        "DEPOSITO",
        "SAQUE",
        "CARTAO",
        "ENCARGOS_JUROS_CHEQUE_ESPECIAL",
        "RENDIMENTO_APLIC_FINANCEIRA",
        "PORTABILIDADE_SALARIO",
        "RESGATE_APLIC_FINANCEIRA",
        "TRANSFERENCIA_SALDO_RESERVADO",
        "OPERACAO_CREDITO",
        "OUTROS",
    ] {
        assert!(types.contains(kind), "{kind}");
    }
}

#[test]
fn what_leaves_for_the_savings_arrives_there() {
    let people = People::new();
    for cpf in ["76109277673", "96644087000", "08116143018"] {
        let moved = |kind: AccountKind| -> Vec<(Date, Money)> {
            let account = account_of(&people, cpf, kind);
            let seen = year(&people, &account, now()).into_iter().filter(|seen| seen.entry().kind == Kind::SameBank);
            let sign = |money: Money| if kind == AccountKind::Savings { -money } else { money };
            seen.map(|seen| (seen.entry().date, sign(seen.entry().signed()))).collect()
        };
        assert_eq!(moved(AccountKind::Deposit), moved(AccountKind::Savings));
        assert!(moved(AccountKind::Deposit).len() >= 12);
    }
}

#[test]
fn the_main_account_holds_the_published_amounts_when_a_month_begins() {
    let people = People::new();
    let account = account_of(&people, "76109277673", AccountKind::Deposit);
    assert_eq!(account.to_string(), "Conta corrente 6272 / 94088392-4");
    for month in 1..=12 {
        let opening = MonthBook::of(&account, Month { year: 2026, month }).opening;
        assert_eq!((opening - account.plan.blocked).to_string(), "100000.04");
    }
    assert_eq!(account.plan.blocked.to_string(), "12345.0001");
}

#[test]
fn far_away_clocks_do_no_harm() {
    let people = People::new();
    let account = account_of(&people, "76109277673", AccountKind::Deposit);
    for at in ["1970-01-02T00:00:00Z", "2000-02-29T12:00:00Z", "2199-12-31T23:59:59Z", "9999-12-01T00:00:00Z"] {
        let at: Timestamp = at.parse().unwrap();
        people.balances(&account, at);
        assert!(!year(&people, &account, at).is_empty());
    }
}
