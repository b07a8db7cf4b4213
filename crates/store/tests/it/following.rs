//! Following a link's transactions by a cursor: whatever happens in whatever order, a reader ends with what a full list has.

use std::collections::{BTreeMap, HashMap};

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use vinculo_domain::{AccountId, LinkId, TransactionId};
use vinculo_store::{NewTransaction, Paging, Store, TransactionChanges, TransactionFilter};

use crate::support::{World, amount, date, each};

#[derive(Debug, Clone)]
enum Op {
    /// So many new ones of an account, final or not.
    Add(usize, usize, bool),
    /// Some that are there say something new.
    Change(usize, usize),
    /// Some that are there are read again and say the same.
    Again(usize, usize),
    /// The application deletes one.
    Delete(usize),
    /// The application deletes an account.
    DeleteAccount(usize),
    /// A round brings so many final ones in the place of pending ones, and nothing else.
    Settle(usize, usize),
    /// A reader reads a page.
    Read(usize, u32),
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let op = prop_oneof![
        4 => (0..3_usize, 1..9_usize, any::<bool>()).prop_map(|(account, n, pending)| Op::Add(account, n, pending)),
        3 => (0..50_usize, 1..6_usize).prop_map(|(at, n)| Op::Change(at, n)),
        1 => (0..50_usize, 1..6_usize).prop_map(|(at, n)| Op::Again(at, n)),
        2 => (0..50_usize).prop_map(Op::Delete),
        1 => (0..3_usize).prop_map(Op::DeleteAccount),
        2 => (0..3_usize, 0..4_usize).prop_map(|(account, n)| Op::Settle(account, n)),
        6 => (0..2_usize, 1..12_u32).prop_map(|(reader, size)| Op::Read(reader, size)),
    ];
    proptest::collection::vec(op, 1..45)
}

/// What a reader keeps: bodies by id, without the time of reading.
#[derive(Default)]
struct Reader {
    cursor: Option<String>,
    known: BTreeMap<TransactionId, String>,
}

fn said(body: &str) -> String {
    let (before, rest) = body.split_once("\"collected_at\":\"").unwrap();
    format!("{before}{}", rest.split_once('"').unwrap().1)
}

impl Reader {
    async fn read(&mut self, store: &Store, link: LinkId, size: u32) -> TransactionChanges {
        let application = store.link_by_id(link).await.unwrap().unwrap().application;
        let cursor = store.transaction_cursor(application, link, self.cursor.as_deref()).await.unwrap().unwrap();
        let page = store.transaction_changes(&cursor, size).await.unwrap().unwrap();
        let told = page.added.len() + page.modified.len() + page.removed.len();
        assert!(told <= size as usize, "{told} of {size}");
        for one in &page.added {
            assert!(self.known.insert(one.id, said(&one.body)).is_none(), "added twice");
            assert!(page.accounts.contains_key(&one.account));
        }
        for one in &page.modified {
            assert!(self.known.insert(one.id, said(&one.body)).is_some(), "modified before it was added");
        }
        for (id, _) in &page.removed {
            self.known.remove(id);
        }
        self.cursor = Some(page.next.clone());
        page
    }

    async fn read_to_end(&mut self, store: &Store, link: LinkId) {
        while self.read(store, link, 7).await.more {}
    }
}

async fn all(w: &World, link: LinkId) -> BTreeMap<TransactionId, String> {
    let filter = TransactionFilter { link: vec![link], ..TransactionFilter::default() };
    let page = w.store.transactions(w.application, &filter, Paging { page: 1, size: 1_000 }).await.unwrap();
    assert_eq!(page.count as usize, page.items.len(), "the count is kept");
    page.items.iter().map(|one| (one.id, said(&one.body))).collect()
}

/// A bank with three accounts, and what it has told.
struct Bank<'w> {
    w: &'w World,
    link: LinkId,
    accounts: [AccountId; 3],
    told: HashMap<TransactionId, (AccountId, NewTransaction)>,
    order: Vec<TransactionId>,
    counter: usize,
    round: usize,
}

impl<'w> Bank<'w> {
    async fn new(w: &'w World) -> Self {
        let link = w.link().await;
        let made = [w.an_account("a"), w.an_account("b"), w.an_account("c")];
        w.add_accounts(link, &made).await;
        let accounts = made.map(|account| account.id);
        Self { w, link, accounts, told: HashMap::new(), order: Vec::new(), counter: 0, round: 0 }
    }

    fn write(&mut self, mut one: NewTransaction) -> NewTransaction {
        self.counter += 1;
        one.collected_at = self.w.now();
        let (id, made, read) = (one.id, one.created_at, one.collected_at);
        let note = format!("{} {}", one.bank_key, self.counter);
        one.body = format!(r#"{{"id":"{id}","created_at":"{made:.6}","collected_at":"{read:.6}","note":"{note}"}}"#);
        one
    }

    fn fresh(&mut self, pending: bool) -> NewTransaction {
        self.counter += 1;
        let mut one = self.w.a_transaction(&format!("t{}", self.counter), "2026-01-05");
        one.amount = amount("10.00");
        one.provisional = pending;
        self.write(one)
    }

    fn picked(&self, at: usize, n: usize) -> Vec<(AccountId, NewTransaction)> {
        let there = self.order.iter().filter_map(|id| self.told.get(id));
        let from = if self.told.is_empty() { 0 } else { at % self.told.len() };
        there.skip(from).take(n).cloned().collect()
    }

    async fn store(&mut self, account: AccountId, ones: &[NewTransaction]) {
        self.round += 1;
        let mut tx = self.w.store.begin().await.unwrap();
        tx.upsert_transactions(self.link, account, &format!("r{}", self.round), ones).await.unwrap();
        tx.commit().await.unwrap();
        for one in ones {
            if self.told.insert(one.id, (account, one.clone())).is_none() {
                self.order.push(one.id);
            }
        }
    }

    async fn settle(&mut self, account: AccountId, ones: Vec<NewTransaction>, at_once: bool) {
        self.counter += 1;
        let round = format!("settle {}", self.counter);
        let days = (date("2026-01-01"), date("2026-01-31"));
        let mut tx = self.w.store.begin().await.unwrap();
        tx.upsert_transactions(self.link, account, &round, &ones).await.unwrap();
        if !at_once {
            // The last page of a round comes in a transaction of its own.
            tx.commit().await.unwrap();
            tx = self.w.store.begin().await.unwrap();
            tx.upsert_transactions(self.link, account, &round, &[]).await.unwrap();
        }
        let settled = tx.settle_pending(account, days.0, days.1, &round).await.unwrap();
        tx.commit().await.unwrap();
        self.told.retain(|id, _| !settled.gone.contains(id) && !settled.kept.contains(id));
    }

    /// The account, unless it has been deleted.
    async fn account(&self, at: usize) -> Option<AccountId> {
        let found = self.w.store.account(self.w.application, self.accounts[at]).await.unwrap();
        found.map(|account| account.id)
    }

    async fn run(&mut self, op: &Op, readers: &mut [Reader]) {
        self.w.pass(1);
        match *op {
            Op::Add(account, n, pending) => {
                if let Some(account) = self.account(account).await {
                    let ones: Vec<_> = (0..n).map(|_| self.fresh(pending)).collect();
                    self.store(account, &ones).await;
                }
            }
            Op::Change(at, n) => {
                for (account, one) in self.picked(at, n) {
                    let one = self.write(one);
                    self.store(account, &[one]).await;
                }
            }
            Op::Again(at, n) => {
                for (account, mut one) in self.picked(at, n) {
                    let read = format!("{:.6}", one.collected_at);
                    one.collected_at = self.w.now();
                    one.body = one.body.replace(
                        &format!("\"collected_at\":\"{read}"),
                        &format!("\"collected_at\":\"{:.6}", one.collected_at),
                    );
                    self.store(account, &[one]).await;
                }
            }
            Op::Delete(at) => {
                for (_, one) in self.picked(at, 1) {
                    let mut tx = self.w.store.begin().await.unwrap();
                    assert!(tx.delete_transaction(self.w.application, one.id).await.unwrap());
                    tx.commit().await.unwrap();
                    self.told.remove(&one.id);
                }
            }
            Op::DeleteAccount(at) => {
                let account = self.accounts[at];
                let mut tx = self.w.store.begin().await.unwrap();
                tx.delete_account(self.w.application, account).await.unwrap();
                tx.commit().await.unwrap();
                self.told.retain(|_, (owner, _)| *owner != account);
            }
            Op::Settle(account, n) => {
                if let Some(account) = self.account(account).await {
                    let ones: Vec<_> = (0..n).map(|_| self.fresh(false)).collect();
                    self.settle(account, ones, n % 2 == 0).await;
                }
            }
            Op::Read(reader, size) => {
                readers[reader].read(&self.w.store, self.link, size).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn any_order_of_adds_changes_removals_and_reads_ends_with_the_full_list() {
    each(async |w| {
        let config = Config { cases: 16, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        let check = |ops: Vec<Op>| {
            let story = async {
                let mut bank = Bank::new(w).await;
                let mut readers = [Reader::default(), Reader::default()];
                for op in &ops {
                    bank.run(op, &mut readers).await;
                }
                let full = all(w, bank.link).await;
                assert!(full.len() >= bank.told.len(), "the test knows what is there");
                for reader in &mut readers {
                    reader.read_to_end(&w.store, bank.link).await;
                    assert_eq!(reader.known, full);
                    let quiet = reader.read(&w.store, bank.link, 5).await;
                    let told = quiet.added.len() + quiet.modified.len() + quiet.removed.len();
                    assert!(told == 0 && !quiet.more, "nothing new is nothing told");
                }
            };
            tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(story));
            Ok(())
        };
        runner.run(&ops(), check).unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_missed_when_several_write_and_one_reads_at_the_same_time() {
    each(async |w| {
        let link = w.link().await;
        let accounts = [w.an_account("a"), w.an_account("b"), w.an_account("c")];
        w.add_accounts(link, &accounts).await;
        let mut writers = Vec::new();
        for account in &accounts {
            let store = w.store.clone();
            let id = account.id;
            let rounds: Vec<Vec<NewTransaction>> =
                (0..12).map(|round| (0..5).map(|n| stamped(w, &format!("{round}-{n}"), "first")).collect()).collect();
            writers.push(tokio::spawn(async move {
                for (at, mut ones) in rounds.into_iter().enumerate() {
                    for change in 0..2 {
                        let mut tx = store.begin().await.unwrap();
                        tx.upsert_transactions(link, id, "r", &ones).await.unwrap();
                        for _ in 0..(at * 7) % 20 {
                            tokio::task::yield_now().await;
                        }
                        tx.commit().await.unwrap();
                        ones.truncate(3);
                        ones.iter_mut()
                            .for_each(|one| one.body = one.body.replace("first", &format!("again {change}")));
                    }
                }
            }));
        }
        let mut reader = Reader::default();
        while writers.iter().any(|writer| !writer.is_finished()) {
            reader.read(&w.store, link, 4).await;
        }
        for writer in writers {
            writer.await.unwrap();
        }
        reader.read_to_end(&w.store, link).await;
        let full = all(w, link).await;
        assert_eq!(full.len(), 180);
        assert_eq!(reader.known, full);
    })
    .await;
}

fn stamped(w: &World, key: &str, note: &str) -> NewTransaction {
    let mut one = w.a_transaction(key, "2026-01-05");
    let (id, at) = (one.id, one.collected_at);
    one.body = format!(r#"{{"id":"{id}","collected_at":"{at:.6}","note":"{note}"}}"#);
    one
}

#[tokio::test]
async fn what_is_read_again_and_says_the_same_is_no_change() {
    each(async |w| {
        let link = w.link().await;
        let account = w.account(link).await;
        let mut one = stamped(w, "t", "first");
        w.add_transactions(link, account, std::slice::from_ref(&one)).await;
        let mut reader = Reader::default();
        reader.read_to_end(&w.store, link).await;
        w.pass(60);
        let before = format!("{:.6}", one.collected_at);
        one.collected_at = w.now();
        one.body = one.body.replace(&before, &format!("{:.6}", one.collected_at));
        w.add_transactions(link, account, std::slice::from_ref(&one)).await;
        let page = reader.read(&w.store, link, 10).await;
        assert!(page.added.is_empty() && page.modified.is_empty() && page.removed.is_empty());
        one.body = one.body.replace("first", "second");
        w.add_transactions(link, account, std::slice::from_ref(&one)).await;
        let page = reader.read(&w.store, link, 10).await;
        assert_eq!((page.added.len(), page.modified.len(), page.removed.len()), (0, 1, 0));
        assert_eq!(page.modified[0].body, one.body, "as it is now, the time of reading included");
    })
    .await;
}

#[tokio::test]
async fn a_run_ends_where_it_was_when_it_began() {
    each(async |w| {
        let link = w.link().await;
        let account = w.account(link).await;
        let all: Vec<_> = (0..6).map(|n| stamped(w, &format!("t{n}"), "x")).collect();
        w.add_transactions(link, account, &all[..4]).await;
        let mut reader = Reader::default();
        assert!(reader.read(&w.store, link, 3).await.more);
        w.add_transactions(link, account, &all[4..]).await;
        let page = reader.read(&w.store, link, 3).await;
        assert_eq!((page.added.len(), page.more), (1, true), "the two new ones belong to the next run");
        let page = reader.read(&w.store, link, 3).await;
        assert_eq!((page.added.len(), page.more), (2, false));
    })
    .await;
}

#[tokio::test]
async fn a_cursor_is_good_for_its_application_and_link_only() {
    each(async |w| {
        let (link, other) = (w.link().await, w.link().await);
        let stranger = w.other_application().await;
        let account = w.account(link).await;
        let ones: Vec<_> = (0..3).map(|n| stamped(w, &format!("t{n}"), "x")).collect();
        w.add_transactions(link, account, &ones).await;
        let mut reader = Reader::default();
        reader.read(&w.store, link, 2).await;
        let text = reader.cursor.clone().unwrap();
        let good = async |application, link, text: &str| {
            w.store.transaction_cursor(application, link, Some(text)).await.unwrap().is_some()
        };
        assert!(good(w.application, link, &text).await);
        assert!(!good(w.application, other, &text).await, "another link");
        assert!(!good(stranger, link, &text).await, "another application");
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(bytes).unwrap();
            assert!(!good(w.application, link, &forged).await, "forged at {at}");
            assert!(!good(w.application, link, &text[..at]).await, "cut at {at}");
        }
        for garbage in ["", "null", "0", &"A".repeat(54), &"é".repeat(27), &format!("{text}="), &"x".repeat(10_000)] {
            assert!(!good(w.application, link, garbage).await, "{garbage:.60}");
        }
        // A database that was restored from before knows no such change.
        w.raw(format!("UPDATE links SET transaction_changes = 1 WHERE id = '{link}'")).await;
        assert!(!good(w.application, link, &text).await);
        let start = w.store.transaction_cursor(stranger, link, None).await.unwrap().unwrap();
        assert!(w.store.transaction_changes(&start, 10).await.unwrap().is_none(), "a stranger's link");
    })
    .await;
}

#[tokio::test]
async fn erasing_a_link_leaves_no_trace_of_what_was_removed() {
    each(async |w| {
        let link = w.link().await;
        let account = w.account(link).await;
        let ones: Vec<_> = (0..3).map(|n| stamped(w, &format!("t{n}"), "x")).collect();
        w.add_transactions(link, account, &ones).await;
        let mut tx = w.store.begin().await.unwrap();
        assert!(tx.delete_transaction(w.application, ones[0].id).await.unwrap());
        assert!(!tx.delete_transaction(w.application, ones[0].id).await.unwrap(), "once");
        assert!(tx.delete_account(w.application, account).await.unwrap());
        assert!(!tx.delete_account(w.application, account).await.unwrap(), "once");
        tx.commit().await.unwrap();
        let count = async || w.number("SELECT count(*) FROM removed_transactions".to_owned()).await;
        assert_eq!(count().await, 3);
        let mut tx = w.store.begin().await.unwrap();
        tx.erase_link(link).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(count().await, 0);
        let start = w.store.transaction_cursor(w.application, link, None).await.unwrap().unwrap();
        assert!(w.store.transaction_changes(&start, 10).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn what_was_stored_before_the_numbers_gets_them() {
    each(async |w| {
        let (link, other) = (w.link().await, w.link().await);
        for (link, n) in [(link, 5), (other, 2)] {
            let account = w.account(link).await;
            let ones: Vec<_> = (0..n).map(|n| stamped(w, &format!("t{n}"), "x")).collect();
            w.add_transactions(link, account, &ones).await;
        }
        let undo = "DROP TABLE removed_transactions; DROP INDEX transactions_added; DROP INDEX transactions_modified;
            ALTER TABLE transactions DROP COLUMN added_change; ALTER TABLE transactions DROP COLUMN last_change;
            ALTER TABLE transactions DROP COLUMN content_hash; ALTER TABLE links DROP COLUMN transaction_changes;";
        w.raw(undo.to_owned()).await;
        w.raw(include_str!("../../migrations/0040_changes.sql").to_owned()).await;
        for (link, n) in [(link, 5), (other, 2)] {
            let numbers = format!(
                "SELECT count(DISTINCT added_change) FROM transactions
                 WHERE link_id = '{link}' AND added_change = last_change AND added_change BETWEEN 1 AND {n}"
            );
            assert_eq!(w.number(numbers).await, n);
            let last = format!("SELECT transaction_changes FROM links WHERE id = '{link}'");
            assert_eq!(w.number(last).await, n);
            let mut reader = Reader::default();
            reader.read_to_end(&w.store, link).await;
            assert_eq!(reader.known, all(w, link).await);
        }
    })
    .await;
}
