//! Every filter of the list of transactions against the plainest filter in memory, on both databases.

use jiff::Timestamp;
use jiff::civil::Date;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use vinculo_domain::{AccountId, Amount, LinkId};
use vinculo_store::{Compare, NewTransaction, OneOf, Paging, TransactionFilter};

use crate::support::{World, amount, date, each};

const AMOUNTS: [&str; 8] =
    ["0.00", "0.0001", "9.99", "10.00", "10.0001", "100.00", "99999999999.9999", "123456789012345.6789"];
const DATES: [&str; 5] = ["2025-12-31", "2026-01-01", "2026-01-02", "2026-02-10", "2026-10-02"];
const WORDS: [&str; 3] = ["INFLOW", "OUTFLOW", "x' OR 1=1 --"];
const BALANCES: [(&str, &str); 3] = [("10.00", "9.99"), ("-1.50", "100.00"), ("10.00", "10.0001")];

struct Data {
    links: Vec<LinkId>,
    accounts: Vec<(LinkId, AccountId, usize)>,
    transactions: Vec<(usize, NewTransaction)>,
    start: Timestamp,
}

async fn data(w: &World) -> Data {
    let start = w.now();
    let (mut links, mut accounts, mut transactions) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..2 {
        let link = w.link().await;
        links.push(link);
        for (index, (current, available)) in BALANCES.into_iter().enumerate() {
            let mut account = w.an_account(&format!("account {index}"));
            (account.balance_current, account.balance_available) = (Some(amount(current)), Some(amount(available)));
            account.kind = WORDS[index].to_owned();
            w.add_accounts(link, std::slice::from_ref(&account)).await;
            accounts.push((link, account.id, index));
        }
    }
    for n in 0..120_usize {
        if n % 10 == 0 {
            w.pass(60);
        }
        let pick = |list: &[&str], salt: usize| {
            let at = (n * 7 + n / 3 + salt) % (list.len() + 1);
            list.get(at).map(|s| (*s).to_owned())
        };
        let mut one = w.a_transaction(&format!("t{n}"), DATES[(n * 3 + n / 7) % DATES.len()]);
        one.accounting_date = pick(&DATES, 1).map(|d| date(&d));
        one.amount = amount(AMOUNTS[(n * 5 + n / 11) % AMOUNTS.len()]);
        one.currency = pick(&["BRL", "USD"], 2);
        one.kind = pick(&WORDS, 3);
        one.status = pick(&["PENDING", "PROCESSED"], 4);
        one.reference = pick(&["R1", ""], 5);
        one.bill_name = pick(&["jan-2026", "Fev"], 6);
        transactions.push((n % accounts.len(), one));
    }
    for (index, (link, account, _)) in accounts.iter().enumerate() {
        let own: Vec<_> = transactions.iter().filter(|(at, _)| *at == index).map(|(_, t)| t.clone()).collect();
        w.add_transactions(*link, *account, &own).await;
    }
    Data { links, accounts, transactions, start }
}

/// A filter in terms that do not depend on the ids of one database.
#[derive(Debug, Clone)]
struct Plan {
    links: Vec<usize>,
    accounts: OneOf<usize>,
    account_type: OneOf<String>,
    current: Compare<Amount>,
    available: Compare<Amount>,
    amount: Compare<Amount>,
    value_date: Compare<Date>,
    accounting_date: Compare<Date>,
    created: Compare<i64>,
    currency: OneOf<String>,
    kind: OneOf<String>,
    status: OneOf<String>,
    reference: OneOf<String>,
    bill_name: OneOf<String>,
    page: u32,
    size: u32,
}

pub(crate) fn compare<T: Clone + std::fmt::Debug + 'static>(
    values: BoxedStrategy<T>,
) -> impl Strategy<Value = Compare<T>> {
    let some = (0..7_u8, values.clone(), values).prop_map(|(which, a, b)| {
        let none = Compare::default;
        match which {
            0 => Compare { eq: Some(a), ..none() },
            1 => Compare { gt: Some(a), ..none() },
            2 => Compare { gte: Some(a), ..none() },
            3 => Compare { lt: Some(a), ..none() },
            4 => Compare { lte: Some(a), ..none() },
            5 => Compare { range: Some((a, b)), ..none() },
            _ => Compare { gte: Some(a), lt: Some(b), ..none() },
        }
    });
    prop_oneof![4 => Just(Compare::default()), 1 => some]
}

fn one_of(words: &'static [&'static str]) -> impl Strategy<Value = OneOf<String>> {
    let some = proptest::collection::vec(proptest::sample::select(words).prop_map(str::to_owned), 0..3).prop_map(Some);
    prop_oneof![4 => Just(None), 1 => some]
}

pub(crate) fn amounts() -> BoxedStrategy<Amount> {
    let near = ["9.9899", "10", "50.5", "123456789012345.6788"];
    proptest::sample::select([&AMOUNTS[..], &near].concat()).prop_map(amount).boxed()
}

pub(crate) fn dates() -> BoxedStrategy<Date> {
    proptest::sample::select([&DATES[..], &["2026-01-15"]].concat()).prop_map(date).boxed()
}

fn plans() -> impl Strategy<Value = Plan> {
    let links = proptest::collection::vec(0..2_usize, 0..3);
    let accounts = prop_oneof![4 => Just(None), 1 => proptest::collection::vec(0..6_usize, 0..4).prop_map(Some)];
    let account = (accounts, one_of(&WORDS), compare(amounts()), compare(amounts()));
    let numbers = (compare(amounts()), compare(dates()), compare(dates()), compare((-1..14_i64).boxed()));
    let words = (
        one_of(&["BRL", "USD", "brl"]),
        one_of(&WORDS),
        one_of(&["PENDING", "PROCESSED", ""]),
        one_of(&["R1", ""]),
        one_of(&["jan-2026", "Fev", "fev"]),
    );
    (links, account, numbers, words, 1..4_u32, 1..40_u32).prop_map(|(links, a, n, w, page, size)| Plan {
        links,
        accounts: a.0,
        account_type: a.1,
        current: a.2,
        available: a.3,
        amount: n.0,
        value_date: n.1,
        accounting_date: n.2,
        created: n.3,
        currency: w.0,
        kind: w.1,
        status: w.2,
        reference: w.3,
        bill_name: w.4,
        page,
        size,
    })
}

pub(crate) fn holds<T: Ord>(compare: &Compare<T>, value: Option<&T>) -> bool {
    let Some(value) = value else { return compare.is_empty() };
    compare.eq.as_ref().is_none_or(|v| value == v)
        && compare.gt.as_ref().is_none_or(|v| value > v)
        && compare.gte.as_ref().is_none_or(|v| value >= v)
        && compare.lt.as_ref().is_none_or(|v| value < v)
        && compare.lte.as_ref().is_none_or(|v| value <= v)
        && compare.range.as_ref().is_none_or(|(from, to)| value >= from && value <= to)
}

pub(crate) fn among<T: PartialEq>(values: &OneOf<T>, value: Option<&T>) -> bool {
    values.as_ref().is_none_or(|all| value.is_some_and(|value| all.contains(value)))
}

fn naive<'d>(data: &'d Data, plan: &Plan) -> Vec<&'d NewTransaction> {
    let matches = |(index, t): &&(usize, NewTransaction)| {
        let (link, _, kind) = data.accounts[*index];
        let (current, available) = BALANCES[kind];
        plan.links.iter().any(|l| data.links[*l] == link)
            && among(&plan.accounts, Some(index))
            && among(&plan.account_type, Some(&WORDS[kind].to_owned()))
            && holds(&plan.current, Some(&amount(current)))
            && holds(&plan.available, Some(&amount(available)))
            && holds(&plan.amount, Some(&t.amount))
            && holds(&plan.value_date, Some(&t.value_date))
            && holds(&plan.accounting_date, t.accounting_date.as_ref())
            && holds(&times(data, &plan.created), Some(&t.created_at))
            && among(&plan.currency, t.currency.as_ref())
            && among(&plan.kind, t.kind.as_ref())
            && among(&plan.status, t.status.as_ref())
            && among(&plan.reference, t.reference.as_ref())
            && among(&plan.bill_name, t.bill_name.as_ref())
    };
    let mut found: Vec<&NewTransaction> = data.transactions.iter().filter(matches).map(|(_, t)| t).collect();
    found.sort_by(|a, b| {
        (b.value_date, b.created_at).cmp(&(a.value_date, a.created_at)).then(a.id.to_string().cmp(&b.id.to_string()))
    });
    found
}

fn times(data: &Data, compare: &Compare<i64>) -> Compare<Timestamp> {
    let at = |minutes: i64| data.start.checked_add(jiff::SignedDuration::from_mins(minutes)).unwrap();
    Compare {
        eq: compare.eq.map(at),
        gt: compare.gt.map(at),
        gte: compare.gte.map(at),
        lt: compare.lt.map(at),
        lte: compare.lte.map(at),
        range: compare.range.map(|(from, to)| (at(from), at(to))),
    }
}

fn filter(data: &Data, plan: &Plan) -> TransactionFilter {
    TransactionFilter {
        link: plan.links.iter().map(|l| data.links[*l]).collect(),
        id: None,
        account: plan.accounts.as_ref().map(|all| all.iter().map(|a| data.accounts[*a].1).collect()),
        account_balance_available: plan.available.clone(),
        account_balance_current: plan.current.clone(),
        account_type: plan.account_type.clone(),
        accounting_date: plan.accounting_date.clone(),
        amount: plan.amount.clone(),
        collected_at: Compare::default(),
        created_at: times(data, &plan.created),
        currency: plan.currency.clone(),
        bill_name: plan.bill_name.clone(),
        reference: plan.reference.clone(),
        status: plan.status.clone(),
        kind: plan.kind.clone(),
        value_date: plan.value_date.clone(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_find_what_a_plain_look_finds() {
    each(async |w| {
        let data = data(w).await;
        let mut runner = TestRunner::new_with_rng(
            Config { cases: 300, failure_persistence: None, ..Config::default() },
            proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
        );
        let check = |plan: Plan| {
            let paging = Paging { page: plan.page, size: plan.size };
            let filter = filter(&data, &plan);
            let run = w.store.transactions(w.application, &filter, paging);
            let page = tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(run)).unwrap();
            let expected = naive(&data, &plan);
            prop_assert_eq!(page.count as usize, expected.len());
            let from = (plan.page - 1) as usize * plan.size as usize;
            let window: Vec<_> = expected.iter().skip(from).take(plan.size as usize).map(|t| t.id).collect();
            let got: Vec<_> = page.items.iter().map(|t| t.id).collect();
            prop_assert_eq!(got, window);
            prop_assert!(page.items.iter().all(|t| page.accounts.contains_key(&t.account)));
            Ok(())
        };
        runner.run(&plans(), check).unwrap();
    })
    .await;
}
