//! Owners, accounts, balances, transactions: stable ids, isolation, filters on sealed text.

use vinculo_domain::{AccountId, BalanceId, LinkId, OwnerId, TransactionId};
use vinculo_store::{
    AccountFilter, BalanceFilter, Compare, NewBalance, NewOwner, OwnerFilter, Paging, StoreError, TransactionFilter,
    TransactionTotals,
};

use crate::support::{World, amount, date, each};

fn owner(w: &World, bank_key: &str, name: &str, email: &str) -> NewOwner {
    let id = OwnerId::new(&w.env);
    NewOwner {
        id,
        bank_key: bank_key.to_owned(),
        email: Some(email.to_owned()),
        created_at: w.now(),
        collected_at: w.now(),
        body: format!(r#"{{"id":"{id}","display_name":"{name}"}}"#),
    }
}

/// The count of a list without filters, which is kept, must be the number of rows.
async fn count_is_right(w: &World, link: LinkId) {
    let filter = TransactionFilter { link: vec![link], ..Default::default() };
    let page = w.store.transactions(w.application, &filter, Paging { page: 1, size: 1_000 }).await.unwrap();
    let rows = w.number(format!("SELECT count(*) FROM transactions WHERE link_id = '{link}'")).await;
    assert_eq!((page.count, page.items.len() as i64), (rows, rows.min(1_000)));
}

#[tokio::test]
async fn a_transaction_read_again_keeps_its_id_and_its_birthday() {
    each(async |w| {
        let link = w.link().await;
        let account = w.account(link).await;
        let first = w.a_transaction("t1", "2026-01-01");
        w.add_transactions(link, account, std::slice::from_ref(&first)).await;
        w.pass(100);
        let mut tx = w.store.begin().await.unwrap();
        let mut known = tx.known_transactions(account, &["t1", "t2"]).await.unwrap();
        assert_eq!(known.get("t1").unwrap().id, first.id);
        assert_eq!(known.get("t1").unwrap().created_at, first.created_at);
        assert_eq!(known.get("t2"), None);
        let fresh = known.get_or_new("t2", &w.env);
        assert_eq!(known.get_or_new("t2", &w.env), fresh, "asked twice, the same id");

        let mut again = w.a_transaction("t1", "2026-01-03");
        (again.id, again.created_at) = (known.get("t1").unwrap().id, w.now());
        again.body = r#"{"description":"now booked"}"#.to_owned();
        tx.upsert_transactions(link, account, "r2", &[again]).await.unwrap();
        tx.commit().await.unwrap();
        let filter = TransactionFilter { link: vec![link], ..Default::default() };
        let page = w.store.transactions(w.application, &filter, Paging::default()).await.unwrap();
        assert_eq!((page.count, page.items[0].id), (1, first.id));
        assert_eq!(page.items[0].body, r#"{"description":"now booked"}"#);
        let stored = w.number("SELECT created_at FROM transactions".to_owned()).await;
        assert_eq!(stored, first.created_at.as_microsecond());
    })
    .await;
}

#[tokio::test]
async fn a_known_key_under_another_id_changes_nothing() {
    each(async |w| {
        let link = w.link().await;
        let account = w.account(link).await;
        w.add_transactions(link, account, &[w.a_transaction("t1", "2026-01-01")]).await;
        let mut tx = w.store.begin().await.unwrap();
        let blind = w.a_transaction("t1", "2026-01-02");
        assert!(matches!(tx.upsert_transactions(link, account, "r", &[blind]).await, Err(StoreError::Conflict)));
        tx.rollback().await.unwrap();
        let mut tx = w.store.begin().await.unwrap();
        let other = w.an_account("main");
        assert!(matches!(tx.upsert_accounts(w.application, link, &[other]).await, Err(StoreError::Conflict)));
    })
    .await;
}

#[tokio::test]
async fn a_page_that_repeats_a_record_stores_the_last() {
    each(async |w| {
        let link = w.link().await;
        let account = w.account(link).await;
        let mut twice = vec![w.a_transaction("t1", "2026-01-01"), w.a_transaction("t2", "2026-01-01")];
        let mut last = twice[0].clone();
        last.body = r#"{"last":true}"#.to_owned();
        twice.push(last);
        w.add_transactions(link, account, &twice).await;
        let (found, of) = w.store.transaction(w.application, twice[0].id).await.unwrap().unwrap();
        assert_eq!(found.body, r#"{"last":true}"#);
        assert!(of.unwrap().contains("Conta Corrente"));
        assert_eq!(w.number("SELECT count(*) FROM transactions".to_owned()).await, 2);
        count_is_right(w, link).await;
    })
    .await;
}

#[tokio::test]
async fn the_same_bank_key_in_two_accounts_is_two_transactions() {
    each(async |w| {
        let link = w.link().await;
        let accounts = [w.an_account("one"), w.an_account("two")];
        w.add_accounts(link, &accounts).await;
        for account in &accounts {
            w.add_transactions(link, account.id, &[w.a_transaction("t1", "2026-01-01")]).await;
        }
        assert_eq!(w.store.transaction_totals(link).await.unwrap().total, 2);
    })
    .await;
}

#[tokio::test]
async fn more_than_a_batch_is_stored_and_counted() {
    each(async |w| {
        let link = w.link().await;
        let account = w.account(link).await;
        assert_eq!(w.store.transaction_totals(link).await.unwrap(), TransactionTotals::default());
        let mut all = Vec::new();
        for n in 0..1_203_i32 {
            let day = date("2025-12-01").checked_add(jiff::Span::new().days(n % 300)).unwrap();
            let mut one = w.a_transaction(&format!("t{n}"), &day.to_string());
            one.kind = Some(if n % 3 == 0 { "INFLOW" } else { "OUTFLOW" }.to_owned());
            all.push(one);
        }
        w.add_transactions(link, account, &all).await;
        w.add_transactions(link, account, &all).await;
        let totals = w.store.transaction_totals(link).await.unwrap();
        assert_eq!((totals.total, totals.inflow, totals.outflow), (1_203, 401, 802));
        assert_eq!((totals.first, totals.last), (Some(date("2025-12-01")), Some(date("2026-09-26"))));
        let mut seen = Vec::new();
        let filter = TransactionFilter { link: vec![link], ..Default::default() };
        for page in 1..=3 {
            let page = w.store.transactions(w.application, &filter, Paging { page, size: 500 }).await.unwrap();
            assert_eq!((page.count, page.accounts.len()), (1_203, 1));
            seen.extend(page.items.into_iter().map(|item| item.id));
        }
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 1_203, "pages neither repeat nor leave out");
    })
    .await;
}

#[tokio::test]
async fn records_of_another_application_are_never_visible() {
    each(async |w| {
        let stranger = w.other_application().await;
        let link = w.link().await;
        let account = w.account(link).await;
        let one = w.a_transaction("t", "2026-01-01");
        w.add_transactions(link, account, std::slice::from_ref(&one)).await;
        let person = owner(w, "k", "Ana", "ana@example.com");
        let mut tx = w.store.begin().await.unwrap();
        tx.upsert_owners(w.application, link, std::slice::from_ref(&person)).await.unwrap();
        let balance = tx.known_balance(account).await.unwrap();
        let (id, created_at, collected_at, body) = (balance.id, balance.created_at, w.now(), "{}".to_owned());
        tx.upsert_balance(link, &NewBalance { id, account, created_at, collected_at, body }).await.unwrap();
        tx.commit().await.unwrap();

        let p = Paging::default();
        for (who, count) in [(w.application, 1), (stranger, 0)] {
            let seen = count == 1;
            assert_eq!(w.store.account(who, account).await.unwrap().is_some(), seen);
            assert_eq!(w.store.owner(who, person.id).await.unwrap().is_some(), seen);
            assert_eq!(w.store.balance(who, id).await.unwrap().is_some(), seen);
            assert_eq!(w.store.transaction(who, one.id).await.unwrap().is_some(), seen);
            let links = Some(vec![link]);
            let filter = AccountFilter { link: links.clone(), ..Default::default() };
            assert_eq!(w.store.accounts(who, &filter, p).await.unwrap().count, count);
            let filter = OwnerFilter { link: links.clone(), ..Default::default() };
            assert_eq!(w.store.owners(who, &filter, p).await.unwrap().count, count);
            let filter = BalanceFilter { link: links, ..Default::default() };
            assert_eq!(w.store.balances(who, &filter, p).await.unwrap().count, count);
            let filter = TransactionFilter { link: vec![link], ..Default::default() };
            assert_eq!(w.store.transactions(who, &filter, p).await.unwrap().count, count);
        }
        let mut tx = w.store.begin().await.unwrap();
        assert!(!tx.delete_account(stranger, account).await.unwrap());
        assert!(!tx.delete_owner(stranger, person.id).await.unwrap());
        assert!(!tx.delete_transaction(stranger, one.id).await.unwrap());
        assert!(tx.delete_transaction(w.application, one.id).await.unwrap());
        assert!(!tx.delete_transaction(w.application, one.id).await.unwrap());
        tx.commit().await.unwrap();
        count_is_right(w, link).await;
        for unknown in [w.env.uuid(), w.env.uuid()] {
            assert!(w.store.account(w.application, AccountId::from(unknown)).await.unwrap().is_none());
            assert!(w.store.balance(w.application, BalanceId::from(unknown)).await.unwrap().is_none());
            assert!(w.store.transaction(w.application, TransactionId::from(unknown)).await.unwrap().is_none());
        }
    })
    .await;
}

#[tokio::test]
async fn deleting_an_account_takes_its_data_and_with_the_last_one_the_owners() {
    each(async |w| {
        let link = w.link().await;
        let accounts = [w.an_account("one"), w.an_account("two")];
        w.add_accounts(link, &accounts).await;
        for account in &accounts {
            w.add_transactions(link, account.id, &[w.a_transaction("t", "2026-01-01")]).await;
        }
        let mut tx = w.store.begin().await.unwrap();
        tx.upsert_owners(w.application, link, &[owner(w, "k", "Ana", "a@b.c")]).await.unwrap();
        assert!(tx.delete_account(w.application, accounts[0].id).await.unwrap());
        assert_eq!((tx.count_owners(link).await.unwrap(), tx.transaction_totals(link).await.unwrap().total), (1, 1));
        assert!(!tx.delete_account(w.application, accounts[0].id).await.unwrap());
        tx.commit().await.unwrap();
        count_is_right(w, link).await;
        let mut tx = w.store.begin().await.unwrap();
        assert!(tx.delete_account(w.application, accounts[1].id).await.unwrap());
        assert_eq!((tx.count_owners(link).await.unwrap(), tx.transaction_totals(link).await.unwrap().total), (0, 0));
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn accounts_are_filtered_by_plain_hashed_and_sealed_values() {
    each(async |w| {
        let link = w.link().await;
        let (mut one, mut two) = (w.an_account("São Paulo"), w.an_account("two"));
        two.number = Some("999".to_owned());
        two.balance_current = Some(amount("-5.0001"));
        two.kind = "CONTA_POUPANCA".to_owned();
        two.public_identification_value = Some("12".to_owned());
        w.pass(1);
        one.created_at = w.now();
        w.add_accounts(link, &[one.clone(), two.clone()]).await;
        let ids = async |filter: AccountFilter| {
            let page = w.store.accounts(w.application, &filter, Paging::default()).await.unwrap();
            assert_eq!(page.count as usize, page.items.len());
            page.items.into_iter().map(|a| a.id).collect::<Vec<_>>()
        };
        let f = AccountFilter::default;
        let text = |t: &str| Some(t.to_owned());
        assert_eq!(ids(f()).await, [one.id, two.id]);
        assert_eq!(ids(AccountFilter { number: Some(vec!["999".to_owned()]), ..f() }).await, [two.id]);
        assert_eq!(ids(AccountFilter { public_identification_value: text("12"), ..f() }).await, [two.id]);
        assert!(ids(AccountFilter { public_identification_name: text("12"), ..f() }).await.is_empty());
        assert_eq!(ids(AccountFilter { name: text("Conta Corrente two"), ..f() }).await, [two.id]);
        assert!(ids(AccountFilter { name: text("Conta Corrente"), ..f() }).await.is_empty());
        assert_eq!(ids(AccountFilter { name_contains: text("sao p"), ..f() }).await, [one.id]);
        assert_eq!(ids(AccountFilter { name_contains: text("CORRENTE"), ..f() }).await, [one.id, two.id]);
        assert_eq!(ids(AccountFilter { kind: Some(vec!["CONTA_POUPANCA".to_owned()]), ..f() }).await, [two.id]);
        let below = Compare { lt: Some(amount("-5")), ..Default::default() };
        assert_eq!(ids(AccountFilter { balance_current: below, ..f() }).await, [two.id]);
        let exact = Compare { eq: Some(amount("90.5000")), ..Default::default() };
        assert_eq!(ids(AccountFilter { balance_available: exact, ..f() }).await, [one.id, two.id]);
        assert_eq!(w.store.accounts_of_link(link).await.unwrap()[0].id, two.id, "oldest first");
        assert_eq!(w.store.count_accounts(link).await.unwrap(), 2);
    })
    .await;
}

#[tokio::test]
async fn owners_are_found_by_mail_and_by_part_of_the_name() {
    each(async |w| {
        let link = w.link().await;
        let all = [owner(w, "1", "Ana Conceição", "Ana@Example.com"), owner(w, "2", "Bruno", "bruno@example.com")];
        let mut tx = w.store.begin().await.unwrap();
        tx.upsert_owners(w.application, link, &all).await.unwrap();
        let known = tx.known_owners(link, &["1"]).await.unwrap();
        assert_eq!(known.get("1").unwrap().id, all[0].id);
        tx.commit().await.unwrap();
        let count =
            async |filter: OwnerFilter| w.store.owners(w.application, &filter, Paging::default()).await.unwrap().count;
        let mail = |t: &str| OwnerFilter { email: Some(t.to_owned()), ..Default::default() };
        let name = |t: &str| OwnerFilter { display_name_contains: Some(t.to_owned()), ..Default::default() };
        assert_eq!(count(mail("ana@example.com")).await, 1);
        assert_eq!(count(mail("ana@example")).await, 0);
        assert_eq!(count(name("conceicao")).await, 1);
        assert_eq!(count(name("n")).await, 2);
        assert_eq!(count(name("%")).await, 0);
        let paged = w.store.owners(w.application, &name("n"), Paging { page: 2, size: 1 }).await.unwrap();
        assert_eq!((paged.count, paged.items.len()), (2, 1));
        assert!(!w.dump("owners").await.contains("example.com"));
    })
    .await;
}

#[tokio::test]
async fn an_account_has_one_balance() {
    each(async |w| {
        let link = w.link().await;
        let account = w.account(link).await;
        let mut bodies = Vec::new();
        for body in ["{\"n\":1}", "{\"n\":2}"] {
            w.pass(1);
            let mut tx = w.store.begin().await.unwrap();
            let known = tx.known_balance(account).await.unwrap();
            let (created_at, collected_at, body) = (known.created_at, w.now(), body.to_owned());
            tx.upsert_balance(link, &NewBalance { id: known.id, account, created_at, collected_at, body })
                .await
                .unwrap();
            tx.commit().await.unwrap();
            bodies.push((known.id, w.store.balance(w.application, known.id).await.unwrap().unwrap().body));
        }
        assert_eq!(bodies[0].0, bodies[1].0);
        assert_eq!(bodies[1].1, "{\"n\":2}");
        assert_eq!(w.store.count_balances(link).await.unwrap(), 1);
        let mut tx = w.store.begin().await.unwrap();
        let id = BalanceId::new(&w.env);
        let (created_at, collected_at, body) = (w.now(), w.now(), "{}".to_owned());
        let other = NewBalance { id, account, created_at, collected_at, body };
        assert!(matches!(tx.upsert_balance(link, &other).await, Err(StoreError::Conflict)));
        tx.rollback().await.unwrap();
        let mut tx = w.store.begin().await.unwrap();
        assert!(matches!(tx.upsert_balance(LinkId::new(&w.env), &other).await, Err(StoreError::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn the_newest_page_of_a_link_is_a_walk_along_the_index() {
    each(async |w| {
        if !w.is_sqlite() {
            let link = w.link().await;
            let account = w.account(link).await;
            let all: Vec<_> = (0..3_000).map(|n| w.a_transaction(&format!("t{n}"), "2026-01-01")).collect();
            w.add_transactions(link, account, &all).await;
            w.raw("ANALYZE transactions".to_owned()).await;
            let plan = format!(
                "EXPLAIN SELECT id, body FROM transactions WHERE link_id = '{link}'
                 ORDER BY value_date DESC, created_at DESC, id LIMIT 100"
            );
            let plan = w.lines(plan).await.join("\n");
            assert!(plan.contains("Index Scan using transactions_newest") && !plan.contains("Sort"), "{plan}");
            return;
        }
        let plan = "EXPLAIN QUERY PLAN SELECT id, link_id, account_id, body FROM transactions WHERE link_id = 'x'
            ORDER BY value_date DESC, created_at DESC, id LIMIT 100";
        let rows: Vec<(i64, i64, i64, String)> = {
            let pool = sqlx::SqlitePool::connect(&w.url).await.unwrap();
            sqlx::query_as(plan).fetch_all(&pool).await.unwrap()
        };
        assert!(rows.iter().any(|row| row.3.contains("transactions_newest")));
        assert!(!rows.iter().any(|row| row.3.contains("TEMP B-TREE")), "{rows:?}");
    })
    .await;
}
