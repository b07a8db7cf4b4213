//! The filters of the other lists against the plainest filter in memory, on both databases.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use vinculo_domain::model::InvestmentType;
use vinculo_domain::{AccountId, Amount, BalanceId, BillId, ExchangeId, InvestmentId, LinkId, OwnerId};
use vinculo_store::{
    AccountFilter, BalanceFilter, BillFilter, Compare, ExchangeFilter, InvestmentFilter, InvestmentTransactionFilter,
    NewBalance, NewExchange, NewOwner, OneOf, OwnerFilter, Page, Paging, Stored,
};

use crate::filters::{among, amounts, compare, dates, holds};
use crate::investments::{a_movement, an_investment};
use crate::support::{World, amount, date, each};

/// What a record has that a filter can ask for, in terms of plain numbers and words. A record has some of it.
#[derive(Debug, Clone)]
struct Record {
    id: String,
    link: usize,
    account: usize,
    created: i64,
    collected: i64,
    words: [Option<&'static str>; 4],
    amounts: [Option<&'static str>; 2],
    day: Option<&'static str>,
    name: &'static str,
}

/// A filter in the same terms; each list takes what it knows.
#[derive(Debug, Clone)]
struct Plan {
    links: OneOf<usize>,
    ids: OneOf<usize>,
    accounts: OneOf<usize>,
    created: Compare<i64>,
    collected: Compare<i64>,
    words: [OneOf<&'static str>; 4],
    amounts: [Compare<Amount>; 2],
    days: Compare<Date>,
    name: Option<&'static str>,
    part: Option<&'static str>,
    paging: Paging,
}

const KINDS: [&str; 4] = ["INVESTMENT_FUND", "TREASURY_BOND", "VARIABLE_INCOME", "FIXED_INCOME_BANKING"];
const WORDS: [[&str; 3]; 4] = [
    ["CHECKING_ACCOUNT", "SAVINGS_ACCOUNT", "x' OR 1=1 --"],
    ["CONTA_A", "CONTA_B", ""],
    ["BRL", "USD", "brl"],
    ["24550245", "0", "94088392"],
];
const AMOUNTS: [&str; 5] = ["0.00", "9.99", "10.00", "10.0001", "-1.50"];
const DAYS: [&str; 4] = ["2025-12-31", "2026-01-01", "2026-01-02", "2026-02-10"];
const NAMES: [&str; 4] = ["Conta Fácil", "CONTA salário", "Poupança 100%", "a_b"];
const PARTS: [&str; 7] = ["conta", "FACIL", "poupanca", "%", "_", "x", ""];

fn some<T: Clone + std::fmt::Debug + 'static>(one: impl Strategy<Value = T> + 'static) -> BoxedStrategy<OneOf<T>> {
    let list = proptest::collection::vec(one, 0..4).prop_map(Some);
    prop_oneof![4 => Just(None), 1 => list].boxed()
}

fn maybe(words: &'static [&'static str]) -> BoxedStrategy<Option<&'static str>> {
    prop_oneof![5 => Just(None), 1 => proptest::sample::select(words).prop_map(Some)].boxed()
}

fn plans() -> impl Strategy<Value = Plan> {
    let minutes = || compare((-1..14_i64).boxed());
    let word = |at: usize| some(proptest::sample::select(&WORDS[at][..]));
    let whose = (some(0..2_usize), some(0..90_usize), some(0..6_usize), minutes(), minutes());
    let words = (word(0), word(1), word(2), word(3));
    let values = (compare(amounts()), compare(amounts()), compare(dates()), maybe(&NAMES), maybe(&PARTS));
    (whose, words, values, 1..4_u32, 1..40_u32).prop_map(|(whose, words, values, page, size)| Plan {
        links: whose.0,
        ids: whose.1,
        accounts: whose.2,
        created: whose.3,
        collected: whose.4,
        words: [words.0, words.1, words.2, words.3],
        amounts: [values.0, values.1],
        days: values.2,
        name: values.3,
        part: values.4,
        paging: Paging { page, size },
    })
}

/// Two links of three accounts, those of a stranger, and when all began.
struct Ground {
    links: Vec<LinkId>,
    accounts: Vec<AccountId>,
    stranger: LinkId,
    start: Timestamp,
}

impl Ground {
    async fn new(w: &World) -> Self {
        let other = w.other_application().await;
        let (links, stranger) = (vec![w.link().await, w.link().await], w.link_of(other).await);
        let mut accounts = Vec::new();
        for link in &links {
            let made = [w.an_account("x"), w.an_account("y"), w.an_account("z")];
            w.add_accounts(*link, &made).await;
            accounts.extend(made.iter().map(|account| account.id));
        }
        Self { links, accounts, stranger, start: w.now() }
    }

    fn at(&self, minutes: i64) -> Timestamp {
        self.start.checked_add(SignedDuration::from_mins(minutes)).unwrap()
    }

    fn times(&self, compare: &Compare<i64>) -> Compare<Timestamp> {
        let at = |minutes: i64| self.at(minutes);
        Compare {
            eq: compare.eq.map(at),
            gt: compare.gt.map(at),
            gte: compare.gte.map(at),
            lt: compare.lt.map(at),
            lte: compare.lte.map(at),
            range: compare.range.map(|(from, to)| (at(from), at(to))),
        }
    }

    fn links(&self, plan: &Plan) -> OneOf<LinkId> {
        plan.links.as_ref().map(|all| all.iter().map(|at| self.links[*at]).collect())
    }

    fn accounts(&self, plan: &Plan) -> OneOf<AccountId> {
        plan.accounts.as_ref().map(|all| all.iter().map(|at| self.accounts[*at]).collect())
    }
}

fn pick(list: &'static [&'static str], salt: usize) -> Option<&'static str> {
    list.get(salt % (list.len() + 1)).copied()
}

/// Number `n` of ninety records, as varied as they can be.
fn record(n: usize) -> Record {
    let account = (n * 5 + n / 7) % 6;
    Record {
        id: String::new(),
        link: account / 3,
        account,
        created: (n / 9) as i64,
        collected: ((n * 3) % 11) as i64,
        words: [
            pick(&WORDS[0], n * 7 + n / 3),
            Some(WORDS[1][n % 2]),
            pick(&WORDS[2], n * 3 + n / 5),
            pick(&WORDS[3], n + n / 4),
        ],
        amounts: [pick(&AMOUNTS, n * 5 + n / 11), pick(&AMOUNTS, n * 3 + n / 2)],
        day: pick(&DAYS, n * 3 + n / 7),
        name: NAMES[(n * 7 + n / 5) % NAMES.len()],
    }
}

const COUNT: usize = 90;

impl Record {
    /// What every list can be asked.
    fn is_asked_for(&self, plan: &Plan, all: &[Record]) -> bool {
        let named = |ids: &Vec<usize>| ids.iter().any(|at| all.get(*at).is_some_and(|one| one.id == self.id));
        among(&plan.links, Some(&self.link))
            && plan.ids.as_ref().is_none_or(named)
            && holds(&plan.created, Some(&self.created))
    }

    fn worth(&self, plan: &Plan, at: usize) -> bool {
        holds(&plan.amounts[at], self.amounts[at].map(amount).as_ref())
    }

    fn says(&self, plan: &Plan, at: usize) -> bool {
        among(&plan.words[at], self.words[at].as_ref())
    }

    fn contains(&self, part: &str) -> bool {
        let plain = |text: &str| text.to_lowercase().replace('á', "a").replace('ç', "c");
        plain(self.name).contains(&plain(part))
    }
}

/// Runs plans against a list and against `matches`.
fn agree<'r>(
    all: &'r [Record],
    by_day: bool,
    matches: impl Fn(&Plan, &Record) -> bool,
    list: impl AsyncFn(&Plan) -> (i64, Vec<String>),
) {
    let config = Config { cases: 150, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let check = |plan: Plan| {
        let mut expected: Vec<&'r Record> =
            all.iter().filter(|one| one.is_asked_for(&plan, all) && matches(&plan, one)).collect();
        let day = |one: &Record| if by_day { one.day } else { None };
        expected.sort_by(|a, b| (day(b), b.created).cmp(&(day(a), a.created)).then(a.id.cmp(&b.id)));
        let (count, found) = tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(list(&plan)));
        prop_assert_eq!(count as usize, expected.len());
        let from = (plan.paging.page - 1) as usize * plan.paging.size as usize;
        let window: Vec<String> =
            expected.iter().skip(from).take(plan.paging.size as usize).map(|one| one.id.clone()).collect();
        prop_assert_eq!(found, window);
        Ok(())
    };
    runner.run(&plans(), check).unwrap();
}

fn told<Id: ToString>(page: Page<Stored<Id>>) -> (i64, Vec<String>) {
    (page.count, page.items.iter().map(|one| one.id.to_string()).collect())
}

fn picked<Id: std::str::FromStr<Err: std::fmt::Debug>>(all: &[Record], ids: &OneOf<usize>) -> OneOf<Id> {
    ids.as_ref().map(|ids| ids.iter().filter_map(|at| all.get(*at)).map(|one| one.id.parse().unwrap()).collect())
}

fn texts(words: &OneOf<&'static str>) -> OneOf<String> {
    words.as_ref().map(|all| all.iter().map(|word| (*word).to_owned()).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts() {
    each(async |w| {
        let other = w.other_application().await;
        let (links, stranger) = (vec![w.link().await, w.link().await], w.link_of(other).await);
        let ground = Ground { links, accounts: Vec::new(), stranger, start: w.now() };
        let mut all: Vec<Record> = (0..COUNT).map(record).collect();
        for (n, one) in all.iter_mut().enumerate() {
            let mut account = w.an_account(&format!("a{n}"));
            account.category = one.words[0].map(str::to_owned);
            account.kind = one.words[1].unwrap().to_owned();
            account.currency = one.words[2].map(str::to_owned);
            account.number = one.words[3].map(str::to_owned);
            account.public_identification_name = one.words[0].map(str::to_owned);
            account.public_identification_value = one.words[3].map(str::to_owned);
            (account.balance_current, account.balance_available) =
                (one.amounts[0].map(amount), one.amounts[1].map(amount));
            account.created_at = ground.at(one.created);
            account.body = format!(r#"{{"id":"{}","name":"{}"}}"#, account.id, one.name);
            one.id = account.id.to_string();
            w.add_accounts(ground.links[one.link], std::slice::from_ref(&account)).await;
            account.id = AccountId::new(&w.env);
            w.add_accounts(ground.stranger, &[account]).await;
        }
        let matches = |plan: &Plan, one: &Record| {
            (0..4).all(|at| one.says(plan, at))
                && (0..2).all(|at| one.worth(plan, at))
                && plan.name.is_none_or(|name| one.name == name)
                && plan.part.is_none_or(|part| one.contains(part))
        };
        agree(&all, false, matches, async |plan| {
            let filter = AccountFilter {
                link: ground.links(plan),
                id: picked(&all, &plan.ids),
                balance_current: plan.amounts[0].clone(),
                balance_available: plan.amounts[1].clone(),
                category: texts(&plan.words[0]),
                kind: texts(&plan.words[1]),
                currency: texts(&plan.words[2]),
                number: texts(&plan.words[3]),
                created_at: ground.times(&plan.created),
                name: plan.name.map(str::to_owned),
                name_contains: plan.part.map(str::to_owned),
                ..AccountFilter::default()
            };
            told(w.store.accounts(w.application, &filter, plan.paging).await.unwrap())
        });
        // The keys that name one text.
        let matches = |plan: &Plan, one: &Record| {
            let first = |at: usize| plan.words[at].as_ref().and_then(|words| words.first().copied());
            first(0).is_none_or(|word| one.words[0] == Some(word))
                && first(3).is_none_or(|word| one.words[3] == Some(word))
        };
        agree(&all, false, matches, async |plan| {
            let first = |at: usize| plan.words[at].as_ref().and_then(|words| words.first()).map(|w| (*w).to_owned());
            let filter = AccountFilter {
                link: ground.links(plan),
                id: picked(&all, &plan.ids),
                created_at: ground.times(&plan.created),
                public_identification_name: first(0),
                public_identification_value: first(3),
                ..AccountFilter::default()
            };
            told(w.store.accounts(w.application, &filter, plan.paging).await.unwrap())
        });
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn owners() {
    each(async |w| {
        let ground = Ground::new(w).await;
        let mut all: Vec<Record> = (0..COUNT).map(record).collect();
        for (n, one) in all.iter_mut().enumerate() {
            let id = OwnerId::new(&w.env);
            one.id = id.to_string();
            let mut owner = NewOwner {
                id,
                bank_key: format!("o{n}"),
                email: one.words[3].map(|word| format!("A{word}@b.br")),
                created_at: ground.at(one.created),
                collected_at: ground.at(one.collected),
                body: format!(r#"{{"id":"{id}","display_name":"{}"}}"#, one.name),
            };
            let mut tx = w.store.begin().await.unwrap();
            tx.upsert_owners(w.application, ground.links[one.link], std::slice::from_ref(&owner)).await.unwrap();
            owner.id = OwnerId::new(&w.env);
            let application = tx.link_by_id(ground.stranger).await.unwrap().unwrap().application;
            tx.upsert_owners(application, ground.stranger, &[owner]).await.unwrap();
            tx.commit().await.unwrap();
        }
        let first = |plan: &Plan| plan.words[3].as_ref().and_then(|words| words.first().copied());
        let matches = |plan: &Plan, one: &Record| {
            first(plan).is_none_or(|word| one.words[3] == Some(word)) && plan.part.is_none_or(|part| one.contains(part))
        };
        agree(&all, false, matches, async |plan| {
            let filter = OwnerFilter {
                link: ground.links(plan),
                id: picked(&all, &plan.ids),
                created_at: ground.times(&plan.created),
                email: first(plan).map(|word| format!("a{word}@B.br")),
                display_name_contains: plan.part.map(str::to_owned),
            };
            told(w.store.owners(w.application, &filter, plan.paging).await.unwrap())
        });
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn balances() {
    each(async |w| {
        let ground = Ground::new(w).await;
        let theirs = w.account(ground.stranger).await;
        let mut all: Vec<Record> = (0..6).map(record).collect();
        let mut tx = w.store.begin().await.unwrap();
        for (at, one) in all.iter_mut().enumerate() {
            (one.account, one.link) = (at, at / 3);
            (one.created, one.collected) = ((at % 4) as i64 * 3, (at * 2) as i64);
            let id = BalanceId::new(&w.env);
            one.id = id.to_string();
            let balance = NewBalance {
                id,
                account: ground.accounts[at],
                created_at: ground.at(one.created),
                collected_at: ground.at(one.collected),
                body: format!(r#"{{"id":"{id}"}}"#),
            };
            tx.upsert_balance(ground.links[one.link], &balance).await.unwrap();
            if at == 0 {
                let strange = NewBalance { id: BalanceId::new(&w.env), account: theirs, ..balance };
                tx.upsert_balance(ground.stranger, &strange).await.unwrap();
            }
        }
        tx.commit().await.unwrap();
        let matches = |plan: &Plan, one: &Record| {
            among(&plan.accounts, Some(&one.account)) && holds(&plan.collected, Some(&one.collected))
        };
        agree(&all, false, matches, async |plan| {
            let filter = BalanceFilter {
                link: ground.links(plan),
                account: ground.accounts(plan),
                id: picked(&all, &plan.ids),
                collected_at: ground.times(&plan.collected),
                created_at: ground.times(&plan.created),
            };
            told(w.store.balances(w.application, &filter, plan.paging).await.unwrap())
        });
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bills() {
    each(async |w| {
        let ground = Ground::new(w).await;
        let theirs = w.account(ground.stranger).await;
        let mut all: Vec<Record> = (0..COUNT).map(record).collect();
        for (n, one) in all.iter_mut().enumerate() {
            let mut bill = w.a_bill(&format!("b{n}"), "2026-01-01");
            bill.due_date = one.day.map(date);
            (bill.created_at, bill.collected_at) = (ground.at(one.created), ground.at(one.collected));
            one.id = bill.id.to_string();
            w.add_bills(ground.links[one.link], ground.accounts[one.account], std::slice::from_ref(&bill)).await;
            bill.id = BillId::new(&w.env);
            w.add_bills(ground.stranger, theirs, &[bill]).await;
        }
        let matches = |plan: &Plan, one: &Record| {
            among(&plan.accounts, Some(&one.account))
                && holds(&plan.collected, Some(&one.collected))
                && holds(&plan.days, one.day.map(date).as_ref())
        };
        agree(&all, false, matches, async |plan| {
            let filter = BillFilter {
                link: ground.links(plan),
                id: picked(&all, &plan.ids),
                account: ground.accounts(plan),
                due_date: plan.days.clone(),
                collected_at: ground.times(&plan.collected),
                created_at: ground.times(&plan.created),
            };
            let page = w.store.bills(w.application, &filter, plan.paging).await.unwrap();
            (page.count, page.items.iter().map(|one| one.id.to_string()).collect())
        });
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn investments_and_their_movements() {
    each(async |w| {
        let ground = Ground::new(w).await;
        let mut all: Vec<Record> = (0..COUNT).map(record).collect();
        let mut moved = all.clone();
        for (n, (one, movement)) in all.iter_mut().zip(&mut moved).enumerate() {
            let kind: InvestmentType = KINDS[n % KINDS.len()].parse().unwrap();
            let mut investment = an_investment(w, &format!("i{n}"), kind);
            (investment.created_at, investment.collected_at) = (ground.at(one.created), ground.at(one.collected));
            one.id = investment.id.to_string();
            one.words[0] = Some(KINDS[n % KINDS.len()]);
            let direction = pick(&["INFLOW", "OUTFLOW"], n / 2);
            movement.day = Some(DAYS[(n * 3 + n / 5) % DAYS.len()]);
            let mut moving = a_movement(w, &format!("m{n}"), direction, movement.day.unwrap());
            (moving.created_at, moving.collected_at) = (ground.at(movement.created), ground.at(movement.collected));
            movement.id = moving.id.to_string();
            (movement.words[0], movement.words[1]) = (one.words[0], direction);
            let mut tx = w.store.begin().await.unwrap();
            tx.upsert_investments(ground.links[one.link], std::slice::from_ref(&investment)).await.unwrap();
            tx.upsert_investment_transactions(ground.links[one.link], (investment.id, kind), &[moving]).await.unwrap();
            investment.id = InvestmentId::new(&w.env);
            tx.upsert_investments(ground.stranger, &[investment]).await.unwrap();
            tx.commit().await.unwrap();
        }
        // The words of the plan are others: they choose among the kinds by their place.
        let kinds = |plan: &Plan| -> OneOf<&'static str> {
            plan.accounts.as_ref().map(|all| all.iter().filter_map(|at| KINDS.get(*at).copied()).collect())
        };
        let matches = |plan: &Plan, one: &Record| {
            among(&kinds(plan), one.words[0].as_ref()) && holds(&plan.collected, Some(&one.collected))
        };
        agree(&all, false, matches, async |plan| {
            let filter = InvestmentFilter {
                link: ground.links(plan),
                id: picked(&all, &plan.ids),
                kind: kinds(plan).map(|all| all.iter().map(|kind| kind.parse().unwrap()).collect()),
                created_at: ground.times(&plan.created),
                collected_at: ground.times(&plan.collected),
            };
            told(w.store.investments(w.application, &filter, plan.paging).await.unwrap())
        });
        let kinds = |plan: &Plan| -> OneOf<&'static str> {
            let words = ["INFLOW", "OUTFLOW", KINDS[0], KINDS[1], "x' OR 1=1 --", ""];
            plan.accounts.as_ref().map(|all| all.iter().map(|at| words[*at]).collect())
        };
        let matches = |plan: &Plan, one: &Record| {
            let wanted = kinds(plan);
            // Without a link nothing matches.
            plan.links.is_some()
                && (among(&wanted, one.words[0].as_ref()) || among(&wanted, one.words[1].as_ref()))
                && holds(&plan.collected, Some(&one.collected))
                && holds(&plan.days, one.day.map(date).as_ref())
        };
        agree(&moved, true, matches, async |plan| {
            let filter = InvestmentTransactionFilter {
                link: ground.links(plan).unwrap_or_default(),
                id: picked(&moved, &plan.ids),
                kind: texts(&kinds(plan)),
                value_date: plan.days.clone(),
                created_at: ground.times(&plan.created),
                collected_at: ground.times(&plan.collected),
            };
            let page = w.store.investment_transactions(w.application, &filter, plan.paging).await.unwrap();
            (page.count, page.items.iter().map(|one| one.id.to_string()).collect())
        });
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn exchanges() {
    each(async |w| {
        let ground = Ground::new(w).await;
        let mut all: Vec<Record> = (0..COUNT).map(record).collect();
        for (n, one) in all.iter_mut().enumerate() {
            let id = ExchangeId::new(&w.env);
            one.id = id.to_string();
            let mut exchange = NewExchange {
                id,
                bank_key: format!("e{n}"),
                requested_at: ground.at(one.created),
                created_at: ground.at(one.created),
                collected_at: ground.at(one.collected),
                body: format!(r#"{{"id":"{id}"}}"#),
            };
            let mut tx = w.store.begin().await.unwrap();
            tx.upsert_exchange(ground.links[one.link], &exchange, &[]).await.unwrap();
            exchange.id = ExchangeId::new(&w.env);
            tx.upsert_exchange(ground.stranger, &exchange, &[]).await.unwrap();
            tx.commit().await.unwrap();
        }
        let matches = |plan: &Plan, one: &Record| holds(&plan.collected, Some(&one.collected));
        agree(&all, false, matches, async |plan| {
            let filter = ExchangeFilter {
                link: ground.links(plan),
                id: picked(&all, &plan.ids),
                created_at: ground.times(&plan.created),
                collected_at: ground.times(&plan.collected),
            };
            told(w.store.exchanges(w.application, &filter, plan.paging).await.unwrap())
        });
    })
    .await;
}
